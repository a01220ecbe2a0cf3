"""Who may reach what: the table of bindings, and the reviewed access list of every role."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ffp.stacks import SynthesisedStack
from settings import environments
from tests import access, faults
from tests.changed_stack import changed_stack
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


def test_the_access_list_is_as_reviewed(request: pytest.FixtureRequest, any_stack: SynthesisedStack) -> None:
    compare(request, f"{any_stack.name}/access.txt", access.lines(any_stack))


def test_the_resources_are_as_reviewed(request: pytest.FixtureRequest, any_stack: SynthesisedStack) -> None:
    compare(request, f"{any_stack.name}/resources.txt", sorted(block.address for block in any_stack.resources))


_ONLY_COMPARE: Any = SimpleNamespace(config=SimpleNamespace(getoption=lambda _: False))  # never writes the files anew


@pytest.mark.parametrize(
    ("test", "change"),
    [
        (
            test_the_access_list_is_as_reviewed,
            faults.put("data.aws_iam_policy_document", "statement.0.actions", ["s3:DeleteObject"]),
        ),
        (test_the_resources_are_as_reviewed, faults.drop("aws_cloudwatch_metric_alarm")),
    ],
)
def test_a_list_refuses_what_was_not_reviewed(
    all_stacks: dict[str, SynthesisedStack],
    tmp_path: Path,
    test: Callable[[Any, SynthesisedStack], None],
    change: faults.Change,
) -> None:
    test(_ONLY_COMPARE, all_stacks["prod"])
    with pytest.raises(pytest.fail.Exception):
        test(_ONLY_COMPARE, changed_stack(all_stacks["prod"], tmp_path, change))
