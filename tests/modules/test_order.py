"""What must stand before something is made: rights first, then whoever uses them, or the first apply fails."""

from collections.abc import Iterator
from typing import Any

import pytest

from ffp.stacks import SynthesisedBlock, SynthesisedStack
from tests.modules import variants
from tests.modules.template import Template

PLATFORMS = ["prod", "local", *variants.ALL]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _needed(block: SynthesisedBlock) -> set[str]:
    return set(block.attributes.get("depends_on", []))


def _too_early(stack: SynthesisedStack) -> set[tuple[str, str]]:
    """Whoever is given a role before the role has its policy, with the policy."""
    return {
        (block.address, policy.address)
        for policy in stack.of_type("aws_iam_role_policy")
        for block in stack.resources
        if f"${{{_owner(policy)}.arn}}" in _texts(block.attributes) and policy.address not in _needed(block)
    }


def _owner(policy: SynthesisedBlock) -> str:
    return str(policy.attributes["role"]).removeprefix("${").removesuffix("}").rpartition(".")[0]


@pytest.mark.parametrize("name", PLATFORMS)
def test_whoever_is_given_a_role_waits_for_what_the_role_may_do(request: pytest.FixtureRequest, name: str) -> None:
    template: Template = request.getfixturevalue(name)
    given = {_owner(policy) for policy in template.stack.of_type("aws_iam_role_policy")}
    assert given
    assert _too_early(template.stack) == set()


def test_the_delivery_of_front_door_logs_waits_for_the_rights_to_bucket_and_key(prod: Template) -> None:
    # Lambda, SQS, SNS and the others: test_encryption.py
    assert set(prod.one("aws_cloudwatch_log_delivery_destination")["depends_on"]) == {
        "aws_s3_bucket_policy.distribution_logs_bucket_policy",
        "aws_kms_key_policy.encryption_shared_policy",
    }
