"""How many resources one block makes, and which of them a change destroys."""

from collections.abc import Mapping
from typing import Any

from ffp.stacks import SynthesisedBlock

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


def _says(block: SynthesisedBlock) -> tuple[Any, Any]:
    return block.attributes.get("count"), block.attributes.get("for_each")


def _instances(block: SynthesisedBlock) -> frozenset[str] | None:
    """The indices of a block's instances; None if an expression decides."""
    count, each = _says(block)
    if each is not None:
        if isinstance(each, Mapping | list | tuple):
            return frozenset(f'["{key}"]' for key in each)
        return None
    if count is None:
        return _ONE
    try:
        return frozenset(f"[{index}]" for index in range(int(count)))
    except (TypeError, ValueError):
        return None
