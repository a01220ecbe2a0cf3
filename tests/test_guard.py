"""Nothing that holds data vanishes, is renamed unnoticed, or loses its protection."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ffp import stacks
from ffp.stacks import SynthesisedStack
from tests import guard
from tests.reviewed_files import FOLDER, compare


def _reviewed(name: str) -> list[str]:
    return (FOLDER / name / "stateful.txt").read_text(encoding="utf-8").splitlines()


def test_nothing_that_holds_data_has_vanished(request: pytest.FixtureRequest, any_stack: SynthesisedStack) -> None:
    addresses = guard.stateful_addresses(any_stack)
    path = FOLDER / any_stack.name / "stateful.txt"
    if request.config.getoption("--update-reviewed"):
        # Adds and never removes: whoever lets something go says so by hand.
        kept = _reviewed(any_stack.name) if path.exists() else []
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{line}\n" for line in sorted({*kept, *addresses})), encoding="utf-8")
    if gone := guard.lost(any_stack, _reviewed(any_stack.name)):
        pytest.fail("\n".join(gone), pytrace=False)
    new = set(addresses) - set(_reviewed(any_stack.name))
    assert not new, f"not yet guarded: {sorted(new)}; run pytest --update-reviewed"


def test_the_user_pools_schema_only_grows(request: pytest.FixtureRequest, platform: SynthesisedStack) -> None:
    """What AWS would refuse is refused here first, by --update-reviewed too; only what it would add can be reviewed."""
    path = FOLDER / platform.name / "user-pool-schema.txt"
    reviewed = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    if refused := guard.refused_changes(platform, reviewed):
        pytest.fail("\n".join(refused), pytrace=False)
    compare(request, f"{platform.name}/user-pool-schema.txt", guard.schema(platform))


def _with_schema(
    prod: SynthesisedStack, folder: Path, change: Callable[[list[dict[str, Any]]], object]
) -> SynthesisedStack:
    """Production with another schema."""
    text = json.loads(prod.path.read_text())
    (pool,) = text["resource"]["aws_cognito_user_pool"].values()
    change(pool["schema"])
    (folder / stacks.FILE_NAME).write_text(json.dumps(text, indent=2))
    return replace(stacks.read(folder / stacks.FILE_NAME), name="prod")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda schema: schema.pop(), "AWS lets nobody change or remove"),
        (lambda schema: schema[0].update(mutable=not schema[0]["mutable"]), "AWS lets nobody change or remove"),
        (lambda schema: schema.append(schema[0] | {"name": "x", "required": True}), "that users must have"),
    ],
)
def test_a_change_that_aws_refuses_is_not_offered_for_review(
    all_stacks: dict[str, SynthesisedStack], tmp_path: Path, change: Callable[[list[dict[str, Any]]], object], said: str
) -> None:
    changed = _with_schema(all_stacks["prod"], tmp_path, change)
    (message,) = guard.refused_changes(changed, guard.schema(all_stacks["prod"]))
    assert said in message
    assert "--update-reviewed" not in message


def test_an_attribute_that_aws_would_add_is_left_to_review(
    all_stacks: dict[str, SynthesisedStack], tmp_path: Path
) -> None:
    prod = all_stacks["prod"]
    grown = _with_schema(prod, tmp_path, lambda schema: schema.append(schema[0] | {"name": "x", "required": False}))
    assert guard.refused_changes(grown, guard.schema(prod)) == []
    assert len(guard.schema(grown)) == len(guard.schema(prod)) + 1


def test_a_renamed_database_is_noticed_and_the_message_says_how_to_move_it(
    all_stacks: dict[str, SynthesisedStack],
) -> None:
    prod = all_stacks["prod"]
    without = replace(prod, blocks=tuple(block for block in prod.blocks if block.type != "aws_db_instance"))
    (message,) = guard.lost(without, _reviewed("prod"))
    assert "aws_db_instance.database_instance is gone" in message
    assert 'move_from_id("aws_db_instance.database_instance")' in message


def test_a_renamed_database_with_a_moved_block_is_let_through(
    all_stacks: dict[str, SynthesisedStack], tmp_path: Path
) -> None:
    file = tmp_path / "stacks" / "prod" / stacks.FILE_NAME
    file.parent.mkdir(parents=True)
    shutil.copy(all_stacks["prod"].path, file)
    text = json.loads(file.read_text())
    databases = text["resource"]["aws_db_instance"]
    databases["database_primary"] = databases.pop("database_instance")
    text["moved"] = [{"from": "aws_db_instance.database_instance", "to": "aws_db_instance.database_primary"}]
    file.write_text(json.dumps(text, indent=2))
    (moved,) = stacks.load(tmp_path)
    assert guard.lost(moved, _reviewed("prod")) == []


@pytest.mark.parametrize("name", ["staging", "prod", "bootstrap-prod"])
def test_what_holds_data_cannot_be_destroyed(all_stacks: dict[str, SynthesisedStack], name: str) -> None:
    stack = all_stacks[name]
    open_ = [
        address
        for address in guard.stateful_addresses(stack)
        if not stack.by_address[address].attributes.get("lifecycle", {}).get("prevent_destroy")
    ]
    assert open_ == []


def test_a_disposable_environment_can_be_destroyed(all_stacks: dict[str, SynthesisedStack]) -> None:
    dev = all_stacks["dev"]
    assert not any(
        dev.by_address[address].attributes["lifecycle"].get("prevent_destroy")
        for address in guard.stateful_addresses(dev)
    )
