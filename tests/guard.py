"""Guards what holds data: Terraform destroys a resource whose block is gone, whatever `prevent_destroy` said."""

import json
from collections.abc import Sequence
from typing import Any

from catalogue import TYPES
from ffp.stacks import SynthesisedStack


def stateful_addresses(stack: SynthesisedStack) -> list[str]:
    """The addresses that the reviewed file lists."""
    return sorted(block.address for block in stack.resources if block.type in TYPES and TYPES[block.type].holds)


def schema(stack: SynthesisedStack) -> list[str]:
    """The user pool's attributes, a line each; AWS lets nobody change or remove one."""
    return [
        json.dumps(attribute, sort_keys=True)
        for pool in stack.of_type("aws_cognito_user_pool")
        for attribute in sorted(pool.attributes["schema"], key=lambda each: str(each["name"]))
    ]


def refused_changes(stack: SynthesisedStack, reviewed: Sequence[str]) -> list[str]:
    """Changes of the user pool's attributes that AWS refuses: all but new ones that nobody must have."""
    here = schema(stack)
    changed = [line for line in reviewed if line not in here]
    required = [line for line in here if line not in reviewed and json.loads(line)["required"]]
    return [
        *(
            f"{stack.name}: AWS lets nobody change or remove an attribute of a user pool, and this one is gone or "
            f"different: {line}. Take the change back and add another attribute; the old one stays, unused. Only a "
            "pool that was never deployed can be without it: then remove its line from "
            "tests/reviewed/platform/user-pool-schema.txt by hand, in a commit of its own."
            for line in changed
        ),
        *(
            f"{stack.name}: AWS adds no attribute to a user pool that users must have: {line}. Take `required` out."
            for line in required
        ),
    ]


def lost(stack: SynthesisedStack, reviewed: Sequence[str]) -> list[str]:
    """What the reviewed file has and the stack has not, each with what to do about it."""
    text: dict[str, Any] = json.loads(stack.path.read_text(encoding="utf-8"))
    moved = {block["from"]: block["to"] for block in text.get("moved", [])}
    here = {block.address for block in stack.resources}
    return [
        _remedy(stack.name, address) for address in reviewed if address not in here and moved.get(address) not in here
    ]


def _remedy(stack: str, address: str) -> str:
    kind = "bootstrap" if stack.startswith("bootstrap-") else "platform"
    return (
        f"{stack}: {address} is gone, and Terraform would destroy it. If it was renamed, tell Terraform on the "
        f'construct that replaces it: `resource.move_from_id("{address}")` writes the `moved` block. If it shall '
        f"really go, remove its line from tests/reviewed/{kind}/stateful.txt in a commit of its own."
    )
