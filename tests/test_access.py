"""Who may reach what: the table of bindings, and the reviewed access list of every role."""

import pytest

from checks.bound_by_condition import BOUND_BY_CONDITION
from checks.unscopable import UNSCOPABLE
from ffp.stacks import SynthesisedStack
from settings import environments
from tests import access
from tests.reviewed_files import compare

# The whole platform in one table: what a group reaches is here, and what is not here it does not reach.
REACHES = {
    "health": set(),
    "profile": {"database user"},
    "exercises": {"database user"},
    "notes": {"database user"},
    "reminders": {"database user", "failure queue", "reminders topic"},
    "media-upload": {"database user", "media"},
    "media-playback": {"database user", "playback key"},
    "administration": {"user pool"},
    "invitations": {"user pool"},
    "token": set(),
    "database-preparation": {"database user", "master secret"},
    "rotation": {"database user", "failure queue", "master secret"},
}
# How a resource in a statement is recognised; what no pattern knows fails the test.
KNOWN = {
    "aws_secretsmanager_secret.secrets_database-application-user_secret": "database user",
    "aws_secretsmanager_secret.secrets_playback-signing-key_secret": "playback key",
    "aws_db_instance.database_instance.master_user_secret": "master secret",
    "aws_sns_topic.topic-reminders_topic": "reminders topic",
    "aws_sqs_queue.function-": "failure queue",
    "aws_cognito_user_pool.identity_pool": "user pool",
    "-ffp-media-": "media",
}
# What every group has: its own logs, its traces, a key through the service that a binding names.
COMMON = ("arn:aws:logs:", "aws_kms_key.encryption_")


def _reached(resource: str) -> str | None:
    if resource == "*" or any(part in resource for part in COMMON):
        return None
    return next((name for part, name in KNOWN.items() if part in resource), f"unknown: {resource}")


@pytest.mark.parametrize("group", REACHES)
def test_a_group_reaches_what_the_table_says_and_nothing_else(platform: SynthesisedStack, group: str) -> None:
    reached = {
        name
        for role, statement in access.statements(platform)
        if role == f"{platform.name}-ffp-{group}" and statement["effect"] == "Allow"
        for resource in statement["resources"]
        if (name := _reached(resource))
    }
    assert reached == REACHES[group]


def test_the_table_knows_every_group() -> None:
    assert set(REACHES) == {group.name for group in environments.load()["prod"].application.groups}


def test_every_role_that_a_function_runs_with_is_its_groups_own(platform: SynthesisedStack) -> None:
    settings = environments.load()[platform.name]
    for group in settings.application.groups:
        for function in group.functions:
            block = platform.by_address[f"aws_lambda_function.function-{function.name}_function"]
            assert block.attributes["role"] == f"${{aws_iam_role.group-{group.name}_role.arn}}"


def test_the_access_list_is_as_reviewed(request: pytest.FixtureRequest, any_stack: SynthesisedStack) -> None:
    compare(request, f"{any_stack.name}/access.txt", access.lines(any_stack))


def test_the_resources_are_as_reviewed(request: pytest.FixtureRequest, any_stack: SynthesisedStack) -> None:
    compare(request, f"{any_stack.name}/resources.txt", sorted(block.address for block in any_stack.resources))


def test_no_exception_to_the_wildcard_rule_outlives_its_use(all_stacks: dict[str, SynthesisedStack]) -> None:
    used = {
        action
        for stack in all_stacks.values()
        for block in stack.blocks
        if block.type == "aws_iam_policy_document"
        for statement in block.attributes["statement"]
        for action in statement["actions"]
    }
    # Certificates and records are made where the settings name a hosted zone, which no shipped environment does.
    with_a_zone = {action for action in BOUND_BY_CONDITION if action.startswith(("acm:", "route53:"))}
    assert {*UNSCOPABLE, *BOUND_BY_CONDITION} - with_a_zone - used == set()
