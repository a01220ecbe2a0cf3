"""The blocks that differ between a working tree and a commit, in a repository that the tests create."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ffp import cli, compare, git
from ffp.project import BadInputError, ToolError

# An app that writes the stacks in `stacks.json`, which is faster than a synthesis.
MAIN = """
import json, pathlib, sys
out = pathlib.Path(sys.argv[sys.argv.index("--out") + 1])
for name, resource in json.loads((pathlib.Path(__file__).parent / "stacks.json").read_text()).items():
    file = out / "stacks" / name / "cdk.tf.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"resource": resource}, indent=2))
"""
AUTHOR = ["-c", "user.name=Tests", "-c", "user.email=tests@example.org"]
FUNCTION = {"memory_size": 256, "source_code_hash": "a", "filename": "a.zip"}
STACKS: dict[str, Any] = {"dev": {"aws_lambda_function": {"f": FUNCTION}, "aws_sqs_queue": {"q": {"name": "q"}}}}


@pytest.fixture
def change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    """Replaces the stacks in the working tree of a repository whose only commit has STACKS."""
    monkeypatch.setattr(compare, "ROOT", tmp_path)
    monkeypatch.setattr(git, "ROOT", tmp_path)
    monkeypatch.setattr(compare, "BUILD", tmp_path / ".build")
    (tmp_path / "main.py").write_text(MAIN)
    (tmp_path / ".gitignore").write_text(".build/\n")
    file = tmp_path / "stacks.json"
    file.write_text(json.dumps(STACKS))
    for command in (["init", "--quiet", "--initial-branch=main"], ["add", "."], [*AUTHOR, "commit", "-qm", "All"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)

    def write(stacks: Any) -> None:
        file.write_text(json.dumps(stacks))

    return write


def _descriptions() -> dict[str, str]:
    found, _ = compare.with_commit("main", lambda _: None)
    return {f"{each.stack} {each.address}": each.description for each in found}


def test_equal_stacks_have_no_differences(change: Callable[[Any], None]) -> None:
    change(STACKS)
    assert compare.with_commit("main", lambda _: None) == ([], 2)


def test_each_block_that_differs_is_named_with_its_attributes(change: Callable[[Any], None]) -> None:
    queue = {"aws_sqs_queue": {"q": {"name": "q", "fifo_queue": True}, "r": {"name": "r"}}}
    change({"dev": queue})
    assert _descriptions() == {
        "dev aws_lambda_function.f": "removed",
        "dev aws_sqs_queue.q": "fifo_queue",
        "dev aws_sqs_queue.r": "added",
    }


def test_a_change_of_code_is_distinguished_from_a_change_of_settings(change: Callable[[Any], None]) -> None:
    other = FUNCTION | {"source_code_hash": "b", "filename": "b.zip"}
    change({"dev": {**STACKS["dev"], "aws_lambda_function": {"f": other}}})
    assert _descriptions() == {"dev aws_lambda_function.f": "its code"}
    change({"dev": {**STACKS["dev"], "aws_lambda_function": {"f": other | {"memory_size": 128}}}})
    assert _descriptions() == {"dev aws_lambda_function.f": "filename, memory_size, source_code_hash"}


def test_a_changed_waiver_is_a_difference(change: Callable[[Any], None]) -> None:
    waived = {"name": "q", "//": {"waivers": {"CKV_AWS_27": {"reason": "x", "expires": "2030-01-01"}}}}
    change({"dev": {**STACKS["dev"], "aws_sqs_queue": {"q": waived}}})
    assert _descriptions() == {"dev aws_sqs_queue.q": "waivers"}


def test_an_unknown_commit_is_bad_input(change: Callable[[Any], None]) -> None:
    with pytest.raises(BadInputError, match="git knows no commit nowhere; name a branch"):
        compare.with_commit("nowhere", lambda _: None)


def test_sources_that_do_not_synthesise_are_a_failure_and_leave_no_worktree(
    change: Callable[[Any], None], tmp_path: Path
) -> None:
    (tmp_path / "main.py").write_text("raise SystemExit('no')")
    with pytest.raises(ToolError, match=r"^the working tree does not synthesise: no$"):
        compare.with_commit("main", lambda _: None)
    listed = subprocess.run(["git", "worktree", "list"], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert len(listed.stdout.splitlines()) == 1
    assert [path.name for path in (tmp_path / ".build").iterdir()] == ["commits"]


def test_a_commit_that_does_not_synthesise_is_told_by_its_name(change: Callable[[Any], None], tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("raise SystemExit('no wheels')")
    subprocess.run(["git", *AUTHOR, "commit", "-qam", "Broken"], cwd=tmp_path, check=True)
    with pytest.raises(ToolError, match=r"^HEAD does not synthesise: no wheels\n.*compare with a newer commit"):
        compare.of_commit("HEAD", lambda _: None)


def test_a_commit_is_synthesised_once(change: Callable[[Any], None], tmp_path: Path) -> None:
    change(STACKS)
    first: list[str] = []
    second: list[str] = []
    before = compare.of_commit("HEAD", first.append)
    assert compare.of_commit("main", second.append) == before
    assert (first, second) == (["synthesising HEAD"], [])
    assert before["dev"].by_address["aws_sqs_queue.q"].attributes == {"name": "q"}


def test_another_release_of_a_package_synthesises_it_again(change: Callable[[Any], None], tmp_path: Path) -> None:
    change(STACKS)
    compare.of_commit("main", lambda _: None)
    (tmp_path / "requirements.txt").write_text("cdktf==0.21.1")
    messages: list[str] = []
    compare.of_commit("main", messages.append)
    assert messages == ["synthesising main"]


def test_the_command_ends_with_1_where_something_differs(change: Callable[[Any], None]) -> None:
    change(STACKS)
    assert CliRunner().invoke(cli.app, ["compare"]).exit_code == 0
    change({"dev": {}})
    result = CliRunner().invoke(cli.app, ["compare"], env={"COLUMNS": "200"})
    assert (result.exit_code, "aws_sqs_queue.q" in result.stdout) == (1, True)
