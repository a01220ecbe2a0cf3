"""What somebody changed outside of Terraform, and whether the plan undoes it."""

from collections.abc import Mapping
from dataclasses import replace

from ffp.review.concern import Concern, Grade
from ffp.review.plan.change import Change
from ffp.review.plan.losses import destroyed_outside
from ffp.review.plan.sides import Pair
from ffp.review.side import Side
from ffp.review.verdict import concerns

OUTSIDE = "Changed outside of Terraform: "


def recorded(now: Mapping[str, Pair], drift: Mapping[str, Change], *, until: str) -> dict[str, Pair]:
    """The state as it was recorded, against what is deployed `now` or what will be `then`."""
    found: dict[str, Pair] = {}
    for address in dict.fromkeys((*now, *drift)):
        pair = now.get(address, Pair(None, None))
        old = drift[address].before if address in drift else pair.old
        found[address] = Pair(old, pair.old) if until == "now" else replace(pair, old=old)
    return found


def drift_concerns(drift: Mapping[str, Change], to_now: tuple[Side, Side], to_then: tuple[Side, Side]) -> list[Concern]:
    """What is dangerous of a drift: red where it stays, amber where the plan undoes it."""
    found = concerns(*to_now)
    remaining = {(each.topic, each.address, each.title) for each in concerns(*to_then)} if found else set()
    lost = list(destroyed_outside(drift.values(), to_now[0]))
    gone = {each.address for each in lost}
    return lost + [
        replace(
            each,
            grade=each.grade if _key(each) in remaining else Grade.AMBER,
            title=f"{OUTSIDE}{_continued(each.title)}",
            why=each.why if _key(each) in remaining else f"The plan undoes it. {each.why}".strip(),
        )
        for each in found
        if each.address not in gone
    ]


def _continued(sentence: str) -> str:
    """A sentence after a colon: without its capital, unless that begins an abbreviation."""
    return f"{sentence[:1].lower()}{sentence[1:]}" if sentence[1:2].islower() or sentence[1:2] == " " else sentence


def _key(concern: Concern) -> tuple[object, ...]:
    return (concern.topic, concern.address, concern.title)
