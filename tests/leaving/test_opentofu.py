"""The stacks use no more of the language than docs/migration.md says, which OpenTofu has too. It could not be run."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ffp.stacks import SynthesisedStack

_BACKEND = {"allowed_account_ids", "bucket", "encrypt", "key", "kms_key_id", "region", "use_lockfile"}
_CALL = re.compile(r"[\w:]+\(")
_EXPRESSION = re.compile(r"(?<!\$)\$\{([^}]*)\}")


def _beyond(stack: dict[str, Any]) -> set[str]:
    """What a stack uses beyond the document's list."""
    terraform = stack["terraform"]
    found = stack.keys() - {"//", "data", "output", "provider", "resource", "terraform"}
    found |= terraform.keys() - {"backend", "required_providers", "required_version"}
    found |= terraform["backend"].keys() - {"s3"}
    found |= terraform["backend"]["s3"].keys() - _BACKEND
    found |= {terraform["required_version"]} - {">= 1.11, < 2"}
    found |= {each["source"] for each in terraform["required_providers"].values()} - {"hashicorp/aws"}
    blocks = {kind: stack.get(kind, {}) for kind in ("data", "output", "provider", "resource")}
    for key, text in _leaves(blocks):
        found |= {key} if key.endswith(("_wo", "_wo_version")) or key in ("dynamic", "provisioner") else set()
        found |= {call for expression in _EXPRESSION.findall(text) for call in _CALL.findall(expression)}
        found |= {"%{"} if re.search(r"(?<!%)%\{", text) else set()
    return found


def _leaves(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, each in value.items():
            if name != "//":
                yield name, ""
                yield from _leaves(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each, key)
    elif isinstance(value, str):
        yield key, value


def test_the_stacks_use_only_what_opentofu_has_too(any_stack: SynthesisedStack) -> None:
    assert _beyond(json.loads(any_stack.path.read_text(encoding="utf-8"))) == set()


_FAULTS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "ephemeral": lambda stack: stack.update(ephemeral={}),
    "assume_role": lambda stack: stack["terraform"]["backend"]["s3"].update(assume_role={}),
    "registry.terraform.io/hashicorp/aws": lambda stack: stack["terraform"]["required_providers"]["aws"].update(
        source="registry.terraform.io/hashicorp/aws"
    ),
    ">= 1.12": lambda stack: stack["terraform"].update(required_version=">= 1.12"),
    "secret_string_wo": lambda stack: stack["resource"].update(a={"b": {"secret_string_wo": "x"}}),
    "templatestring(": lambda stack: stack["output"].update(a={"value": "x ${templatestring(local.a)}"}),
    "provider::aws::arn_parse(": lambda stack: stack["output"].update(a={"value": "${provider::aws::arn_parse(a.b)}"}),
    "dynamic": lambda stack: stack["resource"].update(a={"b": {"dynamic": {}}}),
    "%{": lambda stack: stack["output"].update(a={"value": "%{if true}a%{endif}"}),
}


@pytest.mark.parametrize("fault", _FAULTS)
def test_more_than_that_is_noticed(all_stacks: dict[str, SynthesisedStack], fault: str) -> None:
    stack = json.loads(all_stacks["prod"].path.read_text(encoding="utf-8"))
    _FAULTS[fault](stack)
    assert _beyond(stack) == {fault}
