"""Why Terraform replaces a resource: what changes of it, or what it refers to is replaced."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ffp.model.references import walk
from ffp.review.changes.change import Change, Fate, compared, ignored_attributes, paired
from ffp.review.changes.instances import destroyed_instances, makes_any
from ffp.review.changes.moves import moved_to_instance
from ffp.review.changes.replacing import forced, measured
from ffp.review.side import Side, at, once_a_pair, values_in
from ffp.stacks import SynthesisedBlock, SynthesisedStack

_REFERENCE = re.compile(r"\$\{([a-z][\w-]*\.[A-Za-z_][\w-]*)(?:\[[^\]]*\])?\.(\w+)")
_KEPT = frozenset({Fate.CHANGED, Fate.MOVED})  # what these fates change may have to be replaced


@once_a_pair
def changes_of(before: Side, after: Side) -> list[Change]:
    """What happens to each resource, without those to which nothing happens."""
    before = paired(before, after)
    changes = [_directly(each, before, after) for each in compared(before, after)]
    fresh = {each.new.address: each for each in changes if each.new and each.fate in (Fate.REPLACED, Fate.RENAMED)}
    reasons = _consequences(changes, fresh, after.stack)
    marked = [
        replace(each, fate=Fate.REPLACED, reasons=tuple(reasons[each.address]))
        if each.fate in _KEPT and each.address in reasons
        else each
        for each in changes
    ]
    return [each for each in marked if not each.is_nothing]


def _directly(change: Change, before: Side, after: Side) -> Change:
    """The change, as a replacement if one of its own values forces it."""
    if change.fate not in _KEPT or change.old is None or change.new is None:
        return change
    is_moved = moved_to_instance(after.stack, change.new.address)
    instances = destroyed_instances(change.old, change.new, is_moved=is_moved)
    if instances and not makes_any(change.new):
        return Change(Fate.REMOVED, change.old, None, (), (instances,))
    olds = {each.path: each.before for each in change.differences}
    news = {each.path: each.after for each in change.differences}
    reasons = [f"{path} changes" for path in forced(change.new.type, olds, news)] if change.differences else []
    if _place(change.old) != _place(change.new):
        places = before.region(change.old), after.region(change.new)
        reasons += [f"its region changes from {places[0]} to {places[1]}"] if places[0] != places[1] else []
    if instances:
        reasons.append(instances)
    return replace(change, fate=Fate.REPLACED, reasons=tuple(reasons)) if reasons else change


def _place(block: SynthesisedBlock) -> tuple[str, Any]:
    """The provider configuration of a block, and the region that it has by itself."""
    provider = str(block.attributes.get("provider", "")).removeprefix("${").removesuffix("}")
    return provider, block.attributes.get("region")


def _consequences(
    changes: list[Change], fresh: Mapping[str, Change], stack: SynthesisedStack
) -> Mapping[str, list[str]]:
    """The reasons of each replacement that follows from another one, by address."""
    found: dict[str, list[str]] = defaultdict(list)
    if not fresh and not any(list(triggers_of(each.block)) for each in changes):
        return found
    users = _users(changes, stack)
    triggers = {each.address for each in changes if each.fate == Fate.ADDED or not each.is_nothing}
    waiting = [*fresh, *(address for address in users if address in triggers and address not in fresh)]
    while waiting:
        cause = waiting.pop()
        is_fresh = cause in fresh or cause in found
        for user, attribute in users.get(cause, ()):
            if not (is_fresh or attribute == _TRIGGER) or user in fresh:
                continue
            if user not in found:
                waiting.append(user)
            what = "is replaced" if is_fresh else "changes"
            reason = f"{attribute} names {cause}, which {what}"
            if reason not in found[user]:
                found[user].append(reason)
    return found


_TRIGGER = "replace_triggered_by"


def _users(changes: list[Change], stack: SynthesisedStack) -> Mapping[str, list[tuple[str, str]]]:
    """By address, who takes from it a value that only AWS knows, in which attribute that replaces it."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for change in changes:
        if change.new is None or change.old is None:
            continue
        ignored = ignored_attributes(change.new)
        for name in dict.fromkeys(path.partition(".")[0] for path in measured(change.new.type).replaces):
            if name in ignored:
                continue
            for address in _generated(change.new.attributes.get(name), stack):
                found[address].append((change.new.address, name))
        for address in triggers_of(change.new):
            found[address].append((change.new.address, _TRIGGER))
    return found


def triggers_of(block: SynthesisedBlock) -> Iterator[str]:
    """The addresses of which each change replaces a resource."""
    for each in values_in(at(block.attributes, f"lifecycle.{_TRIGGER}")):
        yield ".".join(str(each).removeprefix("${").removesuffix("}").split("[")[0].split(".")[:2])


def _generated(value: Any, stack: SynthesisedStack) -> Iterator[str]:
    """The resources of which a value contains an attribute that no configuration sets."""
    for text in (value, *(inner for _, inner in walk(value))):
        for address, attribute in _REFERENCE.findall(text) if isinstance(text, str) else ():
            block = stack.by_address.get(address)
            if block is not None and block.attributes.get(attribute) is None:
                yield address
