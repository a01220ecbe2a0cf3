"""What a stack says about addresses besides its resources: `moved`, `removed` and `import` blocks."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ffp.review.side import at, blocks_in
from ffp.stacks import SynthesisedStack

_INSTANCE = re.compile(r"\[[^\]]*\]$")


def moves(stack: SynthesisedStack) -> dict[str, str]:
    """The last address of each address that a `moved` block names, without the indices of instances.

    In a circle each address becomes the next one.
    """
    steps = {_whole(start): _whole(end) for start, end in _moved(stack)}
    found = {start: _last(steps, start) for start in steps}
    return {start: end for start, end in found.items() if start != end}


def moved_to_instance(stack: SynthesisedStack, address: str) -> bool:
    """Whether a `moved` block makes a resource, or all that it was, an instance with a key or the other way round."""
    return any(
        _whole(start) == _whole(end) == address and (start != address or end != address) for start, end in _moved(stack)
    )


def forgotten(stack: SynthesisedStack) -> frozenset[str]:
    """The addresses that Terraform no longer manages without destroying anything."""
    return frozenset(
        _whole(str(block["from"]))
        for block in blocks_in(stack.others.get("removed"))
        if "from" in block and str(at(block, "lifecycle.destroy")).lower() == "false"
    )


def imported(stack: SynthesisedStack) -> Mapping[str, str]:
    """The id in AWS of each address that adopts something that exists."""
    blocks = blocks_in(stack.others.get("import"))
    return {_whole(str(block["to"])): str(block.get("id", "")) for block in blocks if "to" in block}


def _moved(stack: SynthesisedStack) -> Iterator[tuple[str, str]]:
    for block in blocks_in(stack.others.get("moved")):
        if "from" in block and "to" in block:
            yield _plain(block["from"]), _plain(block["to"])


def _plain(address: Any) -> str:
    return str(address).removeprefix("${").removesuffix("}")


def _whole(address: str) -> str:
    return _INSTANCE.sub("", _plain(address))


def _last(steps: Mapping[str, str], start: str) -> str:
    seen, place = {start}, steps[start]
    while place in steps and place not in seen:
        seen.add(place)
        place = steps[place]
    return steps[start] if place in seen else place
