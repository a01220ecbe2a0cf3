"""The promises that a stack makes, with a file for each room of `modules/`, and what a change does to them."""

from collections.abc import Iterable, Iterator

from ffp.review.concern import Concern, Topic
from ffp.review.facts import (
    answering,
    api,
    cdn,
    database,
    doors,
    encryption,
    federation,
    functions,
    identity,
    messaging,
    monitoring,
    names_of_domain,
    network,
    people,
    rest_api,
    roles,
    secrets,
    services,
    sign_in,
    storage,
    stores,
    web_acls,
)
from ffp.review.facts.fact import STACK, Fact, Finder, Protection
from ffp.review.side import Side, Unknown, once_a_side

_ROOMS = (
    answering,
    api,
    cdn,
    database,
    doors,
    encryption,
    federation,
    functions,
    identity,
    messaging,
    monitoring,
    names_of_domain,
    network,
    people,
    rest_api,
    roles,
    secrets,
    sign_in,
    storage,
    stores,
    web_acls,
)
PROTECTIONS: tuple[Protection, ...] = tuple(each for room in _ROOMS for each in room.PROTECTIONS)
FINDERS: tuple[Finder, ...] = tuple(each for room in _ROOMS for each in room.FINDERS)


# What needs a look even in a stack of which everything is new.
_WATCHED_FROM_THE_START = (Topic.EXPOSURE, Topic.SECRET, Topic.ACCESS)


@once_a_side
def facts_of(side: Side) -> dict[tuple[str, str], Fact]:
    """Every promise of one side, by subject and question."""
    kinds = (
        *services.FINDERS,
        *(one.facts for one in PROTECTIONS),
        *FINDERS,
    )  # what a room says replaces what a name says
    found = (fact for each in kinds for fact in each(side))
    return {(fact.subject, fact.question): fact for fact in found}


def lost(before: Side, after: Side) -> Iterator[Concern]:
    """A concern for each promise that the change weakens or gives up, and for each that a new resource does not make.

    What is destroyed altogether is not named here: its destruction is a concern of its own. Of a whole new stack, the
    settings have decided how much can be lost; only what it opens needs a look.
    """
    is_new_stack = not before.stack.resources
    old, new = facts_of(before), facts_of(after)
    subjects = {*([] if is_new_stack else [STACK]), *(before.address(block) for block in before.stack.resources)}
    remaining = {STACK, *(after.address(block) for block in after.stack.resources)}
    for key, fact in new.items():
        if fact.subject not in subjects:
            is_settled = is_new_stack and fact.topic not in _WATCHED_FROM_THE_START
            if fact.order.is_unfit(fact.value) and not is_settled:
                yield _concern(fact, "", fact.order.shown(fact.value), is_new=True)
        elif key not in old:
            if fact.order.is_worse(fact.absent, fact.value):
                yield _concern(fact, fact.order.shown(fact.absent), fact.order.shown(fact.value))
        elif _is_worse(old[key], fact):
            yield _concern(fact, fact.order.shown(old[key].value), fact.order.shown(fact.value))
    for key, fact in old.items():
        if key not in new and fact.subject in remaining and fact.order.is_worse(fact.value, fact.absent):
            yield _concern(fact, fact.order.shown(fact.value), fact.order.shown(fact.absent))


def unknown(sides: Iterable[Side]) -> Iterator[str]:
    """Each promise whose value a plan does not know."""
    for side in sides:
        for fact in facts_of(side).values():
            if isinstance(fact.value, Unknown):
                yield f"{fact.address}: {fact.says[:1].lower()}{fact.says[1:]}: known after apply"


def _is_worse(before: Fact, after: Fact) -> bool:
    if isinstance(before.value, Unknown) or isinstance(after.value, Unknown):
        return False
    return after.order.is_worse(before.value, after.value)


def _concern(fact: Fact, before: str, after: str, *, is_new: bool = False) -> Concern:
    subject = f"the new {fact.subject}" if is_new else fact.subject
    return Concern(fact.grade, fact.topic, fact.address, f"{fact.says} of {subject}", before, after, fact.why)
