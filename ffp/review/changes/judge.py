"""What must be looked at because something is destroyed, replaced, or no longer guarded from it."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from catalogue import TYPES, InUse
from ffp.review.changes.change import Change, Difference, Fate
from ffp.review.changes.losses import RESETS, holds, loss_of
from ffp.review.changes.meaning import meaning_of
from ffp.review.changes.replacements import changes_of, triggers_of
from ffp.review.concern import Concern, Grade, Topic
from ffp.review.side import Side, at, blocks_in, values_in
from ffp.stacks import SynthesisedBlock

_OF_FUNCTIONS = frozenset({"aws_cloudwatch_log_group", "aws_sqs_queue"})


def concerns(before: Side, after: Side) -> Iterator[Concern]:
    """A concern for each loss by destruction, and for each guard against one that a resource loses."""
    changes, order = changes_of(before, after), _Order(after)
    gone = frozenset(each.address for each in changes if each.fate == Fate.REMOVED)
    for change in changes:
        if change.destroyed is not None:
            goes_along = change.address in gone and _goes_along(change.destroyed, before, gone)
            yield from _destroyed(change, change.destroyed, before, order, goes_along=goes_along)
        elif change.fate == Fate.FORGOTTEN and change.old and (held := holds(change.old)):
            why = f"It holds {held}. It goes on existing and costing, and nobody notices what is done to it."
            yield Concern(Grade.RED, Topic.RECOVERY, change.address, f"{change.address} is no longer managed", why=why)
        yield from _triggers(change, before)
        if change.old and change.new:
            yield from _guards(change, change.old, change.new, order)
            yield from _schema(change)


def _destroyed(
    change: Change, block: SynthesisedBlock, before: Side, order: "_Order", *, goes_along: bool
) -> Iterator[Concern]:
    loss = loss_of(before, block, change.new)
    if loss is not None:
        why = f"Lost with it: {loss.what}."
        if change.fate == Fate.RENAMED:
            why += f" If it was only renamed, this prevents it: {moved_block(change)}"
        elif is_stopped(change):
            why += " Its `prevent_destroy` makes Terraform refuse the plan."
        if goes_along:
            why += " Whatever wrote there goes as well; if that was only renamed, the new one begins without it."
        grade = Grade.AMBER if goes_along else loss.grade
        yield Concern(grade, loss.topic, block.address, title_of(change), why=why)
    elif change.fate == Fate.RENAMED and block.type in RESETS:
        why = f"The old address may reset {RESETS[block.type]} after the new one set it: {moved_block(change)}"
        yield Concern(Grade.AMBER, Topic.RECOVERY, block.address, title_of(change), why=why)
    elif change.fate == Fate.REPLACED and (in_use := _without_a_successor(change, order)):
        why = f"Without `create_before_destroy` it does not exist for a while, and {in_use.by}."
        yield Concern(Grade.RED, Topic.AVAILABILITY, block.address, title_of(change), why=why)


def _goes_along(block: SynthesisedBlock, before: Side, gone: frozenset[str]) -> bool:
    """Whether this is the log group or the queue of functions that are removed altogether, as by intent."""
    if block.type not in _OF_FUNCTIONS or block.address not in gone:
        return False
    name = str(block.attributes.get("name"))
    users = [
        user
        for user in before.of_type("aws_lambda_function", "aws_lambda_function_event_invoke_config")
        if block in before.blocks_of(dict(user.attributes))
        or name == f"/aws/lambda/{user.attributes.get('function_name')}"
    ]
    return bool(users) and all(user.address in gone for user in users)


def title_of(change: Change) -> str:
    """What happens to a resource that is destroyed, as a sentence."""
    reasons = "; ".join(change.reasons)
    old = change.old.address if change.old else change.address
    if change.fate == Fate.REMOVED:
        return f"{old} is destroyed" + (f": {reasons}" if reasons else "")
    if change.fate == Fate.RENAMED:
        return f"{old} is destroyed and created anew as {change.address}"
    return f"{old} is destroyed and created anew: {reasons}"


def moved_block(change: Change) -> str:
    """What makes Terraform rename a resource in place: for a program of ours, and as Terraform's JSON."""
    old = change.old.address if change.old else ""
    return f'move_from_id("{old}"), or {{"moved": [{{"from": "{old}", "to": "{change.address}"}}]}}'


def is_stopped(change: Change) -> bool:
    """Whether Terraform refuses to destroy a resource. It does not if the block is gone."""
    return change.new is not None and is_on(change.new, "prevent_destroy")


def is_on(block: SynthesisedBlock, flag: str) -> bool:
    """Whether a flag of a block's life cycle is on."""
    return bool(meaning_of(at(block.attributes, f"lifecycle.{flag}")) == "true")


def _without_a_successor(change: Change, order: "_Order") -> InUse | None:
    """What uses a resource that is destroyed before the new one exists; None if nothing does or if it exists first."""
    type_ = TYPES.get(change.block.type)
    if change.new is None or type_ is None or not isinstance(type_.replaced, InUse):
        return None
    return None if order.is_created_first(change.new) else type_.replaced


class _Order:
    """In which order Terraform replaces resources of one side."""

    def __init__(self, side: Side) -> None:
        self._side = side

    def is_created_first(self, block: SynthesisedBlock) -> bool:
        """Whether the flag is on, here or in what refers to the block: Terraform applies it to all that is named."""
        return is_on(block, "create_before_destroy") or block.address in self._named

    @cached_property
    def _named(self) -> frozenset[str]:
        waiting = [block.address for block in self._side.stack.resources if is_on(block, "create_before_destroy")]
        found: set[str] = set()
        while waiting:
            named = set(self._side.references.targets[waiting.pop()]) - found
            found |= named
            waiting += named
        return frozenset(found)


def _guards(change: Change, old: SynthesisedBlock, new: SynthesisedBlock, order: "_Order") -> Iterator[Concern]:
    held = holds(new)
    if held and is_on(old, "prevent_destroy") and not is_on(new, "prevent_destroy"):
        why = f"Nothing stops a later plan that destroys it, and with it {held}."
        title = f"Terraform may destroy {change.address}"
        yield Concern(Grade.RED, Topic.RECOVERY, change.address, title, "prevent_destroy", "not prevented", why)
    type_ = TYPES.get(new.type)
    if (
        type_
        and isinstance(type_.replaced, InUse)
        and change.fate != Fate.REPLACED
        and is_on(old, "create_before_destroy")
        and not order.is_created_first(new)
    ):
        why = f"When it is replaced, it does not exist for a while, and {type_.replaced.by}."
        title = f"A replacement of {change.address} begins with its destruction"
        yield Concern(Grade.AMBER, Topic.AVAILABILITY, change.address, title, why=why)
    if _ignores_all(new) and not _ignores_all(old):
        title = f"All changes of {change.address} are ignored"
        why = "Terraform then neither notices nor corrects what somebody changes by hand."
        yield Concern(Grade.RED, Topic.WATCHING, change.address, title, why=why)


def _triggers(change: Change, before: Side) -> Iterator[Concern]:
    """What newly destroys a resource that holds data whenever it changes itself."""
    loss = loss_of(before, change.new, change.new) if change.new and before.stack.resources else None
    if change.new is None or loss is None or loss.topic != Topic.LOSS:
        return
    known = {before.renamed.get(each, each) for each in triggers_of(change.old)} if change.old else frozenset()
    if more := sorted(set(triggers_of(change.new)) - known):
        why = f"Each change of what is named there destroys {change.address}, and with it {loss.what}."
        title = f"{change.address} is replaced whenever something else changes"
        yield Concern(Grade.RED, Topic.RECOVERY, change.address, title, after=", ".join(more), why=why)


def _ignores_all(block: SynthesisedBlock) -> bool:
    return "all" in values_in(at(block.attributes, "lifecycle.ignore_changes"))


def _schema(change: Change) -> Iterator[Concern]:
    """Attributes of users can only be added to a pool, and only optional ones: AWS refuses everything else."""
    if change.block.type != "aws_cognito_user_pool":
        return
    for difference in change.differences:
        if difference.path == "schema":
            yield from _schema_changes(change.address, difference)


def _schema_changes(address: str, difference: Difference) -> Iterator[Concern]:
    old, new = (_by_name(value) for value in (difference.before, difference.after))
    for name in sorted({*old, *new}):
        if name not in new:
            title = f"The attribute {name} of the users of {address} is removed"
        elif name not in old:
            if meaning_of(new[name].get("required")) != "true":
                continue
            title = f"The new attribute {name} of the users of {address} is required"
        elif _set_values(old[name]) == _set_values(new[name]):
            continue
        else:
            title = f"The attribute {name} of the users of {address} changes"
        why = "AWS refuses it: the deploy fails half-way, and only a new pool, without the users, could have it."
        yield Concern(Grade.RED, Topic.LOSS, address, title, why=why)


def _set_values(attribute: Mapping[str, Any]) -> Any:
    return {key: value for key, value in meaning_of(attribute).items() if value != "false"}


def _by_name(schema: Any) -> Mapping[str, Mapping[str, Any]]:
    return {str(each.get("name")): each for each in blocks_in(schema)}
