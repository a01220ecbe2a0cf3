"""What holds data is missed when it goes, and protected unless it may be destroyed."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ffp.stacks import SynthesisedStack
from tests import guard
from tests.changed_stack import changed_stack
from tests.every import settings_of


def _with_schema(
    prod: SynthesisedStack, folder: Path, change: Callable[[list[dict[str, Any]]], object]
) -> SynthesisedStack:
    """Production with another schema."""

    def of_pool(text: dict[str, Any]) -> None:
        (pool,) = text["resource"]["aws_cognito_user_pool"].values()
        change(pool["schema"])

    return changed_stack(prod, folder, of_pool)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda schema: schema.pop(), "AWS lets nobody change or remove"),
        (lambda schema: schema[0].update(mutable=not schema[0]["mutable"]), "AWS lets nobody change or remove"),
        (lambda schema: schema.append(schema[0] | {"name": "x", "required": True}), "that users must have"),
    ],
)
def test_a_change_that_aws_refuses_is_not_offered_for_review(
    sample_stacks: dict[str, SynthesisedStack],
    tmp_path: Path,
    change: Callable[[list[dict[str, Any]]], object],
    said: str,
) -> None:
    changed = _with_schema(sample_stacks["prod"], tmp_path, change)
    (message,) = guard.refused_changes(changed, guard.schema(sample_stacks["prod"]))
    assert said in message
    assert "--update-reviewed" not in message


def test_an_attribute_that_aws_would_add_is_left_to_review(
    sample_stacks: dict[str, SynthesisedStack], tmp_path: Path
) -> None:
    prod = sample_stacks["prod"]
    grown = _with_schema(prod, tmp_path, lambda schema: schema.append(schema[0] | {"name": "x", "required": False}))
    assert guard.refused_changes(grown, guard.schema(prod)) == []
    assert len(guard.schema(grown)) == len(guard.schema(prod)) + 1


def test_a_renamed_database_is_noticed_and_the_message_says_how_to_move_it(
    sample_stacks: dict[str, SynthesisedStack],
) -> None:
    prod = sample_stacks["prod"]
    without = replace(prod, blocks=tuple(block for block in prod.blocks if block.type != "aws_db_instance"))
    (message,) = guard.lost(without, guard.stateful_addresses(prod))
    assert "aws_db_instance.database_instance is gone" in message
    assert 'move_from_id("aws_db_instance.database_instance")' in message


def test_a_renamed_database_with_a_moved_block_is_let_through(
    sample_stacks: dict[str, SynthesisedStack], tmp_path: Path
) -> None:
    def move(text: dict[str, Any]) -> None:
        databases = text["resource"]["aws_db_instance"]
        databases["database_primary"] = databases.pop("database_instance")
        text["moved"] = [{"from": "aws_db_instance.database_instance", "to": "aws_db_instance.database_primary"}]

    moved = changed_stack(sample_stacks["prod"], tmp_path, move)
    assert guard.lost(moved, guard.stateful_addresses(sample_stacks["prod"])) == []


def _protected(stack: SynthesisedStack) -> set[bool]:
    return {
        bool(stack.by_address[address].attributes.get("lifecycle", {}).get("prevent_destroy"))
        for address in guard.stateful_addresses(stack)
    }


def test_what_holds_data_cannot_be_destroyed_unless_the_environment_is_disposable(platform: SynthesisedStack) -> None:
    assert _protected(platform) == {not settings_of(platform).disposable}


def test_the_state_cannot_be_destroyed_whatever_the_environment_is(any_stack: SynthesisedStack) -> None:
    if any_stack.name.startswith("bootstrap-"):
        assert _protected(any_stack) == {True}
