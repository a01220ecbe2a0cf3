"""CDKTF's fork makes the same stacks, but for what docs/migration.md lists."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ffp.doctor import CDKTN
from tests.leaving import cdktn
from tests.support import require


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stacks under cdktn: what ships, the sample, and the other applications, in a folder each."""
    require((CDKTN / ".ready").exists() or None, "cdktn's environment")
    folder = tmp_path_factory.mktemp("cdktn")
    assert cdktn.synthesise(folder) == ["cdktn", "cdktn_provider_aws"]
    return folder


@pytest.mark.parametrize("folder", ["output", "sample_output", "other_output"])
def test_the_stacks_differ_in_nothing_but_what_is_listed(
    theirs: Path, folder: str, request: pytest.FixtureRequest
) -> None:
    ours: Path = request.getfixturevalue(folder)
    found = cdktn.differences(ours, theirs / folder)
    assert cdktn.unlisted(found, cdktn.listed()) == []
    assert cdktn.missing(found, cdktn.listed()) == []
    stacks = {name for name, *_ in found if name.startswith("stacks/")}
    assert stacks == {f"stacks/{each.name}/cdk.tf.json" for each in (ours / "stacks").iterdir()}  # each has a version


def _change_memory(stack: dict[str, Any]) -> None:
    next(iter(stack["resource"]["aws_lambda_function"].values()))["memory_size"] += 1


def _lose_block(stack: dict[str, Any]) -> None:
    stack["resource"]["aws_s3_bucket"].popitem()


def _gain_argument(stack: dict[str, Any]) -> None:
    next(iter(stack["data"]["aws_iam_policy_document"].values()))["statement"][0]["new"] = None


def _number_as_text(stack: dict[str, Any]) -> None:
    function = next(iter(stack["resource"]["aws_lambda_function"].values()))
    function["memory_size"] = str(function["memory_size"])


def _other_version(stack: dict[str, Any]) -> None:
    stack["//"]["metadata"]["version"] = "0.25.0"


@pytest.mark.parametrize("change", [_change_memory, _lose_block, _gain_argument, _number_as_text, _other_version])
def test_one_more_difference_is_noticed(output: Path, tmp_path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    changed = tmp_path / "changed"
    shutil.copytree(output, changed)
    file = changed / "stacks/prod/cdk.tf.json"
    stack = json.loads(file.read_text(encoding="utf-8"))
    change(stack)
    file.write_text(json.dumps(stack), encoding="utf-8")
    (found,) = cdktn.unlisted(cdktn.differences(output, changed), cdktn.listed())
    assert found[0] == "stacks/prod/cdk.tf.json"


def test_another_package_of_a_function_is_noticed(output: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed"
    shutil.copytree(output, changed)
    archive = next(changed.glob("stacks/prod/assets/**/*.zip"))
    archive.write_bytes(archive.read_bytes() + b"\0")
    assert len(cdktn.differences(output, changed)) == 1
