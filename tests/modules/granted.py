"""What the roles of a bootstrap stack are granted, as the tests ask for it."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from ffp import stacks
from ffp.stacks import SynthesisedStack
from modules.stacks import synthesise
from settings import Environment
from tests import access
from tests.sample.environments import ALL as SAMPLE

Statement = dict[str, Any]

LONGEST_POLICY = 6144  # AWS's quota of characters, white space aside
ARN_LENGTH = 90  # of what a reference comes to
READING = re.compile(r"\w[\w-]*:(Get|List|Describe|View|GET)\w*")


def changed(folder: Path, name: str, **changes: Any) -> SynthesisedStack:
    settings: Environment = replace(SAMPLE[name], **changes)
    synthesise({name: settings}, [f"bootstrap-{name}"], folder)
    (stack,) = stacks.load(folder)
    return stack


def statements(stack: SynthesisedStack, role: str) -> list[Statement]:
    environment = stack.name.removeprefix("bootstrap-")
    return [statement for owner, statement in access.statements(stack) if owner == f"{environment}-ffp-{role}"]


def actions(statements: list[Statement]) -> set[str]:
    return {action for statement in statements for action in statement["actions"]}


def document(stack: SynthesisedStack, address: str) -> list[Statement]:
    found: list[Statement] = stack.by_address[f"data.aws_iam_policy_document.{address}_document"].attributes[
        "statement"
    ]
    return found


def conditions(statement: Statement) -> dict[tuple[str, str], list[str]]:
    return {(each["test"], each["variable"]): each["values"] for each in statement.get("condition", [])}


def by_sid(statements: list[Statement]) -> dict[str, Statement]:
    return {statement["sid"]: statement for statement in statements}


def rendered_length(statements: list[Statement]) -> int:
    """The characters that AWS counts, with the spelling of the provider's JSON."""
    rendered = [
        {
            "Sid": each["sid"],
            "Effect": each["effect"],
            "Action": each["actions"],
            "Resource": each.get("resources"),
            "Condition": {f"{test}:{variable}": values for (test, variable), values in conditions(each).items()},
        }
        for each in statements
    ]
    text = json.dumps({"Version": "2012-10-17", "Statement": rendered}, separators=(",", ":"))
    return len(re.sub(r"\$\{[^}]*\}", "x" * ARN_LENGTH, text))


def require_sizes(stack: SynthesisedStack) -> None:
    """Every managed policy is within what AWS accepts."""
    for block in stack.of_type("aws_iam_policy"):
        address = (
            block.attributes["policy"].removeprefix("${data.aws_iam_policy_document.").removesuffix("_document.json}")
        )
        assert rendered_length(document(stack, address)) <= LONGEST_POLICY, (
            f"{block.address} has {rendered_length(document(stack, address))} of {LONGEST_POLICY} characters; "
            "move statements to another part in modules/stacks/bootstrap.py"
        )
