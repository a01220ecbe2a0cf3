"""Recognises resources that were only renamed: the same values under a new address."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from difflib import SequenceMatcher
from typing import Any

from catalogue import TYPES
from ffp.review.arns import IDS
from ffp.review.changes.meaning import meaning_of
from ffp.review.changes.moves import moves
from ffp.stacks import SynthesisedBlock, SynthesisedStack

_REFERENCE = re.compile(r"\$\{((?:data\.)?[A-Za-z][\w-]*\.[A-Za-z_][\w-]*)((?:\.[\w-]+|\[[^\]]*\])*)\}")
_WITHOUT_MEANING = frozenset({"depends_on", "lifecycle", "tags", "tags_all", "description", "comment"})


def renames(before: SynthesisedStack, after: SynthesisedStack) -> Mapping[str, str]:
    """The new address of each resource that has another address and the same values, one to one.

    A `moved` block decides; else a resource that is gone and a new one of its type are one if they say the same apart
    from descriptions and tags, or if they have the same name. Of several that say the same, the closest addresses are
    one, so that the result does not depend on an order.
    """
    found = {old: new for old, new in moves(after).items() if old in before.by_address and new in after.by_address}
    while taken := [old for old, new in found.items() if new in before.by_address and new not in found]:
        found = {old: new for old, new in found.items() if old not in taken}  # Terraform moves nothing onto another
    gone = [block for block in before.resources if block.address not in after.by_address and block.address not in found]
    new = [
        block
        for block in after.resources
        if block.address not in before.by_address and block.address not in found.values()
    ]
    is_settled = False
    while not is_settled:  # what refers to resources that were just found may be found now
        is_settled = True
        for same in (_Signatures(before, after, found).of, _name):
            for old, young in _pairs(gone, new, same):
                found[old.address] = young.address
                is_settled = False
            gone = [block for block in gone if block.address not in found]
            new = [block for block in new if block.address not in found.values()]
    return found


def _pairs(
    gone: Iterable[SynthesisedBlock], new: Iterable[SynthesisedBlock], same: Callable[[SynthesisedBlock], str]
) -> list[tuple[SynthesisedBlock, SynthesisedBlock]]:
    olds: dict[tuple[str, str], list[SynthesisedBlock]] = defaultdict(list)
    youngs: dict[tuple[str, str], list[SynthesisedBlock]] = defaultdict(list)
    for blocks, groups in ((gone, olds), (new, youngs)):
        for block in blocks:
            groups[block.type, same(block)].append(block)
    pairs = []
    for key in sorted(key for key in olds if key[1] and key in youngs):
        closest = sorted(
            (-SequenceMatcher(None, old.address, young.address).ratio(), old.address, young.address, old, young)
            for old in olds[key]
            for young in youngs[key]
        )
        taken: set[str] = set()
        for _, first, second, old, young in closest:
            if not taken & {f"old {first}", f"new {second}"}:
                taken |= {f"old {first}", f"new {second}"}
                pairs.append((old, young))
    return pairs


def _name(block: SynthesisedBlock) -> str:
    """The name by which AWS knows a resource; empty if it generates the name or if only Terraform can tell it."""
    attribute = (TYPES[block.type].name if block.type in TYPES else None) or IDS.get(block.type)
    value = block.attributes.get(attribute) if attribute else None
    return value if isinstance(value, str) and "${" not in value else ""


class _Signatures:
    """Texts that are equal for resources with the same values, whatever the addresses of what they refer to.

    A reference to what is on both sides, under the same address or `renamed`, counts as today's address. Any other
    reference, and each one to a data source, counts as the signature of what it refers to.
    """

    def __init__(self, before: SynthesisedStack, after: SynthesisedStack, renamed: Mapping[str, str]) -> None:
        self._both = {block.address for block in before.resources} & {block.address for block in after.resources}
        self._both |= set(renamed.values())
        self._renamed = dict(renamed)
        self._stacks = {id(block): stack for stack in (before, after) for block in stack.blocks}
        self._known: dict[int, str] = {}

    def of(self, block: SynthesisedBlock) -> str:
        """The signature of a block."""
        if id(block) not in self._known:
            self._known[id(block)] = "a cycle"  # what counts for a reference back to this block
            stack = self._stacks[id(block)]
            attributes = {key: value for key, value in block.attributes.items() if key not in _WITHOUT_MEANING}
            said = meaning_of(self._without_addresses(attributes, stack))
            self._known[id(block)] = f"{block.type} {json.dumps(said, sort_keys=True)}"
        return self._known[id(block)]

    def _without_addresses(self, value: Any, stack: SynthesisedStack) -> Any:
        if isinstance(value, Mapping):
            return {key: self._without_addresses(inner, stack) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self._without_addresses(inner, stack) for inner in value]
        if not isinstance(value, str) or "${" not in value:
            return value
        return _REFERENCE.sub(lambda match: self._target(match[1], stack) + match[2], value)

    def _target(self, address: str, stack: SynthesisedStack) -> str:
        block = stack.by_address.get(address)
        today = self._renamed.get(address, address)
        return today if block is None or today in self._both else f"<{self.of(block)}>"
