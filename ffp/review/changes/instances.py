"""How many resources one block makes, and which of them a change destroys."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ffp.review.side import Side, once_a_side
from ffp.stacks import SynthesisedBlock

_NOTHING = re.compile(r"(to(set|map|list)\()?\s*(\[\s*\]|\{\s*\})\s*\)?")
_MOST = 10_000  # of more instances, none is listed by its index
_ONE = frozenset({"[0]"})  # Terraform itself moves a resource without instances to the first of a count, and back


def destroyed_instances(old: SynthesisedBlock, new: SynthesisedBlock, *, is_moved: bool) -> str:
    """Why a change of `count` or `for_each` destroys something; empty if it does not.

    `is_moved` tells that `moved` blocks lead from what was to what will be.
    """
    if _says(old) == _says(new):
        return ""
    before, after = _instances(old), _instances(new)
    if after == frozenset():
        return "it has no instances any more"
    if before is None or after is None:
        return "only Terraform can tell which instances remain"
    if is_moved or not before - after:
        return ""
    lost = sorted(before - after)
    return f"{', '.join(lost)} {'is' if len(lost) == 1 else 'are'} no longer made"


def _plain(value: Any) -> Any:
    """A value, or the number or expression inside of `${}`."""
    return value[2:-1].strip() if isinstance(value, str) and value.startswith("${") and value.endswith("}") else value


def _says(block: SynthesisedBlock) -> tuple[Any, Any]:
    return block.attributes.get("count"), block.attributes.get("for_each")


@once_a_side
def without_instances(side: Side) -> Side:
    """The side without the blocks that make nothing: with a `count` of 0, or for each of nothing."""
    blocks = tuple(block for block in side.stack.blocks if makes_any(block))
    return side if len(blocks) == len(side.stack.blocks) else replace(side, stack=replace(side.stack, blocks=blocks))


def makes_any(block: SynthesisedBlock) -> bool:
    """Whether a block makes something, as far as that can be told."""
    return _instances(block) != frozenset()


def _instances(block: SynthesisedBlock) -> frozenset[str] | None:
    """The indices of a block's instances; None if an expression decides."""
    count, each = (_plain(value) for value in _says(block))
    if each is not None:
        if isinstance(each, str) and _NOTHING.fullmatch(each):
            return frozenset()
        if isinstance(each, Mapping | list | tuple):
            return frozenset(f'["{key}"]' for key in each)
        return None
    if count is None:
        return _ONE
    try:
        number = int(float(count))
    except (OverflowError, TypeError, ValueError):
        return None
    return frozenset(f"[{index}]" for index in range(number)) if number <= _MOST else None
