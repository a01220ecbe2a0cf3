"""The verdict: what somebody must look at before a change is deployed."""

from collections.abc import Callable, Iterable

from ffp.review import access, alarms, changes, facts, front_door, network, secrets, strangers, unreadable
from ffp.review.concern import Concern, ordered
from ffp.review.side import Side

Judge = Callable[[Side, Side], Iterable[Concern]]

# Each compares one model of the stack before and after the change, with what makes nothing left out.
JUDGES: tuple[Judge, ...] = (
    facts.lost,
    alarms.concerns,
    front_door.concerns,
    network.concerns,
    secrets.concerns,
    access.concerns,
    strangers.concerns,
    unreadable.concerns,
)


def concerns(before: Side, after: Side) -> list[Concern]:
    """What a change of one stack does that somebody must look at, the most urgent first. Equal sides have none."""
    before = changes.paired(before, after)
    made = changes.without_instances(before), changes.without_instances(after)
    return ordered([*changes.concerns(before, after), *(concern for judge in JUDGES for concern in judge(*made))])
