"""What Terraform does with each resource of a stack, and why it replaces one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from ffp.review.changes.affected import affected
from ffp.review.changes.meaning import NOTHING, Contents, meaning_of
from ffp.review.changes.moves import forgotten, imported, moves
from ffp.review.changes.renames import renames
from ffp.review.changes.replacing import measured
from ffp.review.side import Side, values_in
from ffp.stacks import SynthesisedBlock

_NO_VALUES = frozenset({"depends_on", "provisioner", "connection", "provider", "count", "for_each"})


class Fate(StrEnum):
    """What happens to a resource."""

    ADDED = "created"
    CHANGED = "changed"
    REPLACED = "replaced"  # destroyed and created
    RENAMED = "destroyed and created under another address"
    MOVED = "moved to another address"
    REMOVED = "destroyed"
    FORGOTTEN = "no longer managed"
    IMPORTED = "imported"


DESTROYING = frozenset({Fate.REPLACED, Fate.RENAMED, Fate.REMOVED})


@dataclass(frozen=True)
class Difference:
    """One attribute with another value; None stands for one that is not set."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Change:
    """What happens to one resource. `old` and `new` are its blocks, None where there is none."""

    fate: Fate
    old: SynthesisedBlock | None
    new: SynthesisedBlock | None
    differences: tuple[Difference, ...] = ()
    reasons: tuple[str, ...] = ()  # why it is replaced

    @property
    def block(self) -> SynthesisedBlock:
        """The block of today, or that of a resource that is gone."""
        if (block := self.new or self.old) is None:
            raise ValueError("a change needs a block")
        return block

    @property
    def address(self) -> str:
        """The address that both sides use."""
        return self.block.address

    @property
    def is_nothing(self) -> bool:
        """Whether nothing happens to the resource."""
        return self.fate == Fate.CHANGED and not self.differences

    @property
    def destroyed(self) -> SynthesisedBlock | None:
        """The block of what is destroyed; None if nothing is."""
        return self.old if self.fate in DESTROYING else None


def paired(before: Side, after: Side) -> Side:
    """The side before the change, which knows today's address of each renamed resource."""
    if before.renamed:
        return before
    found = renames(before.stack, after.stack)
    return replace(before, renamed=found) if found else before


def compared(before: Side, after: Side) -> Iterator[Change]:
    """What the two sides say of each resource, replacements not yet told from changes; unchanged ones included."""
    old_contents, new_contents = Contents(before), Contents(after)
    moved, left_alone, adopted = moves(after.stack), forgotten(after.stack), imported(after.stack)
    may_differ = affected(before, after)
    olds = {before.address(block): block for block in before.stack.resources}
    for new in after.stack.resources:
        old = olds.pop(new.address, None)
        if old is None:
            yield Change(Fate.IMPORTED if new.address in adopted else Fate.ADDED, None, new)
            continue
        is_affected = old.address != new.address or new.address in may_differ
        differences = tuple(_differences(old, new, old_contents, new_contents)) if is_affected else ()
        if old.address == new.address:
            yield Change(Fate.CHANGED, old, new, differences)
        elif moved.get(old.address) == new.address:
            yield Change(Fate.MOVED, old, new, differences)
        else:
            adoption = old.address in left_alone and new.address in adopted
            yield Change(Fate.MOVED if adoption else Fate.RENAMED, old, new, differences)
    for old in olds.values():
        yield Change(Fate.FORGOTTEN if old.address in left_alone else Fate.REMOVED, old, None)


def _differences(
    old: SynthesisedBlock, new: SynthesisedBlock, old_contents: Contents, new_contents: Contents
) -> Iterator[Difference]:
    known = measured(new.type)
    defaults = known.defaults or {}
    ignored = ignored_attributes(new)
    deployed = old_contents.side.known.get(old.address, {})
    for name in dict.fromkeys((*old.attributes, *new.attributes)):
        values = (old.attributes.get(name), new.attributes.get(name))
        if name in _NO_VALUES or name in ignored or (values[0] == values[1] and "${" not in str(values[0])):
            continue
        pair = old_contents.of(values[0]), new_contents.of(values[1])
        if pair[0] is None and name in known.kept:
            pair = deployed.get(name), pair[1]  # what AWS chose while nothing was set
        meant = [meaning_of(defaults.get(name) if value is None else value) for value in pair]
        if meant[0] != meant[1] and not _both_off(*meant):
            yield Difference(name, *pair)


def _both_off(before: Any, after: Any) -> bool:
    return {before, after} <= {NOTHING, "false"} if isinstance(before, str) and isinstance(after, str) else False


def ignored_attributes(block: SynthesisedBlock) -> frozenset[str]:
    """The attributes whose changes Terraform ignores."""
    lifecycle = block.attributes.get("lifecycle")
    found = values_in(lifecycle.get("ignore_changes")) if isinstance(lifecycle, Mapping) else []
    if "all" in found:
        return frozenset(block.attributes) - {"lifecycle", "provider", "count", "for_each"}
    return frozenset(str(each).partition(".")[0].partition("[")[0] for each in found)
