"""Which blocks a change affects: what differs, and whatever refers to it. All others mean the same on both sides."""

from collections.abc import Mapping
from typing import Any

from ffp.review.side import Side, once_a_pair
from ffp.stacks import SynthesisedStack


@once_a_pair
def affected(before: Side, after: Side) -> frozenset[str]:
    """The addresses of blocks that may mean something else than before, themselves or by what they refer to."""
    old, new = before.stack.by_address, after.stack.by_address
    every = frozenset({*old, *new})
    if before.known or after.known or _shared(before.stack) != _shared(after.stack):
        return every
    waiting = [
        address
        for address in every
        if address not in old or address not in new or old[address].attributes != new[address].attributes
    ]
    waiting += [block.address for block in after.of_type("aws_lambda_alias") if not _refers(block.attributes)]
    # References of the old stack matter only if a block was removed: what referred to it is affected.
    sides = (before, after) if old.keys() - new.keys() else (after,)
    found: set[str] = set()
    while waiting:
        address = waiting.pop()
        if address not in found:
            found.add(address)
            waiting += [user for side in sides for user in side.references.users.get(address, ())]
    return every if any(map(_is_overlooked, found)) else frozenset(found)


def _shared(stack: SynthesisedStack) -> tuple[object, ...]:
    """What the value of any reference may depend on."""
    providers = [block.attributes for block in stack.blocks if block.kind == "provider"]
    return providers, stack.others.get("locals")


def _is_overlooked(address: str) -> bool:
    """Whether references to a block are not found, as to those of the few types without an underscore."""
    return "_" not in address.removeprefix("data.").partition(".")[0]


def _refers(alias: Mapping[str, Any]) -> bool:
    """Whether an alias names its function by a reference. By an ARN, it is found by its name."""
    return "${" in str(alias.get("function_name"))
