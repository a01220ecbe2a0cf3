"""The program from which a plan was made, which the plan contains: what a value stands for before anybody knows it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ffp.review.changes.meaning import meaning_of
from ffp.stacks import SynthesisedBlock, SynthesisedStack

# Arguments of Terraform itself. A plan does not contain all of them, and a resource's values none.
META = frozenset({"connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner"})


class _InexpressibleError(Exception):
    """The plan names what an expression refers to, but not the expression. Configurations in HCL have such ones."""


def program_of(configuration: Any, stack: SynthesisedStack) -> SynthesisedStack:
    """The stack that was planned. What the plan does not contain of it is taken from the synthesised stack."""
    root = configuration.get("root_module") if isinstance(configuration, Mapping) else None
    planned = root.get("resources") if isinstance(root, Mapping) else None
    if not isinstance(planned, list):
        return stack
    blocks = [block for block in stack.blocks if block.kind == "provider"]
    blocks += [
        _block(each, stack) for each in planned if isinstance(each, Mapping) and isinstance(each["address"], str)
    ]
    return replace(stack, blocks=tuple(blocks))


def differing(program: SynthesisedStack, stack: SynthesisedStack) -> list[str]:
    """The addresses of which the two say different things, without Terraform's own arguments."""
    sides = [
        {each.address: _meaning(each) for each in side.blocks if each.kind != "provider"} for side in (program, stack)
    ]
    return sorted(address for address in {*sides[0], *sides[1]} if sides[0].get(address) != sides[1].get(address))


def _meaning(block: SynthesisedBlock) -> Any:
    return meaning_of({key: value for key, value in block.attributes.items() if key not in META})


def shaped(value: Any, program: Any) -> Any:
    """A provider's value in the shape of the program's, which may write a list of one block as the block."""
    if isinstance(program, Mapping):
        inner = value[0] if isinstance(value, list) and len(value) == 1 else value
        if isinstance(inner, Mapping):
            return {key: shaped(each, program.get(key)) for key, each in inner.items()}
    elif isinstance(program, list) and program and isinstance(value, list):
        return [shaped(each, program[min(position, len(program) - 1)]) for position, each in enumerate(value)]
    return value


def _block(raw: Mapping[str, Any], stack: SynthesisedStack) -> SynthesisedBlock:
    address = raw["address"]
    own = stack.by_address.get(address)
    given = dict(own.attributes) if own else {}
    try:
        attributes = {key: shaped(_value(each), given.get(key)) for key, each in raw.get("expressions", {}).items()}
    except _InexpressibleError:
        attributes = {key: value for key, value in given.items() if key not in META}
    return SynthesisedBlock(
        address=address,
        kind="data" if raw.get("mode") == "data" else "resource",
        type=str(raw["type"]),
        attributes=attributes | {key: value for key, value in given.items() if key in META},
        waivers=own.waivers if own else {},
        lines=own.lines if own else (1, 1),
        comment=own.comment if own else None,
    )


def _value(expression: Any) -> Any:
    if isinstance(expression, list):
        return [_value(each) for each in expression]
    if not isinstance(expression, Mapping):
        raise _InexpressibleError
    if "constant_value" in expression:
        return expression["constant_value"]
    if "references" in expression:
        raise _InexpressibleError
    return {key: _value(each) for key, each in expression.items()}
