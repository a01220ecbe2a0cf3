"""Whom a function runs as, and that no exception to the rule of wildcards outlives its use."""

from pathlib import Path

from checks.bound_by_condition import BOUND_BY_CONDITION
from checks.unscopable import UNSCOPABLE
from ffp import stacks
from ffp.stacks import SynthesisedStack
from modules.stacks import synthesise
from settings import Environment
from tests.every import settings_of
from tests.modules import variants


def require_roles_of_groups(stack: SynthesisedStack, settings: Environment) -> None:
    """Fails where a function runs with another role than that of its group."""
    for group in settings.application.groups:
        for function in group.functions:
            block = stack.by_address[f"aws_lambda_function.function-{function.name}_function"]
            assert block.attributes["role"] == f"${{aws_iam_role.group-{group.name}_role.arn}}"


def test_every_role_that_a_function_runs_with_is_its_groups_own(platform: SynthesisedStack) -> None:
    require_roles_of_groups(platform, settings_of(platform))


def test_no_exception_to_the_wildcard_rule_outlives_its_use(
    sample_stacks: dict[str, SynthesisedStack], tmp_path: Path
) -> None:
    synthesise({"prod": variants.scanned()}, ["bootstrap-prod"], tmp_path)
    used = {
        action
        for stack in (*sample_stacks.values(), *stacks.load(tmp_path))
        for block in stack.blocks
        if block.type == "aws_iam_policy_document"
        for statement in block.attributes["statement"]
        for action in statement["actions"]
    }
    # Certificates and records are made where the settings name a hosted zone, which no environment of the sample does.
    excepted = {*UNSCOPABLE, *BOUND_BY_CONDITION}
    with_a_zone = {action for action in excepted if action.startswith(("acm:", "route53:"))}
    assert excepted - with_a_zone - used == set()
