import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ffp.project import ROOT, BadInputError
from ffp.publish import publish
from ffp.stack_folder import EMULATOR_OVERRIDE

# Writes "new", and stops at one moment of its work, which it prints.
STOPPED = """
import sys, time
from pathlib import Path
from ffp import publish as publishing

def stop(*_, **__):
    print("stopped", flush=True)
    time.sleep(60)

out, moment = Path(sys.argv[1]), sys.argv[2]
if moment == "before the swap":
    publishing._swap = stop
if moment == "after the swap":
    swap = publishing._swap
    publishing._swap = lambda *folders: (swap(*folders), stop())
with publishing.publish(out) as fresh:
    stack = fresh / "stacks" / "dev"
    stack.mkdir(parents=True)
    (stack / "cdk.tf.json").write_text("new")
    if moment == "while writing":
        stop()
"""


def _write(output: Path, content: str, *names: str) -> None:
    for name in names or ("dev",):
        (output / "stacks" / name).mkdir(parents=True)
        (output / "stacks" / name / "cdk.tf.json").write_text(content)
    manifest = {"stacks": {name: {"name": name} for name in names or ("dev",)}, "version": "0.21.0"}
    (output / "manifest.json").write_text(json.dumps(manifest))


def _published(out: Path, content: str, *names: str, keep_other_stacks: bool = False) -> Path:
    with publish(out, keep_other_stacks=keep_other_stacks) as fresh:
        _write(fresh, content, *names)
    return out


def _fail_half_way(out: Path, error: type[BaseException]) -> None:
    with publish(out) as fresh:
        _write(fresh, "half")
        raise error


def _tree(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def _leftovers(out: Path) -> list[str]:
    return [path.name for path in out.parent.iterdir() if path != out and path.name != f".{out.name}.lock"]


def test_a_first_run_creates_the_folder(tmp_path: Path) -> None:
    out = _published(tmp_path / "out", "first")
    assert (out / "stacks/dev/cdk.tf.json").read_text() == "first"
    assert _leftovers(out) == []


def test_a_later_run_replaces_the_folder(tmp_path: Path) -> None:
    out = _published(tmp_path / "out", "first", "dev", "gone")
    _published(out, "second", "dev")
    assert sorted(_tree(out)) == ["manifest.json", "stacks/dev/cdk.tf.json"]
    assert (out / "stacks/dev/cdk.tf.json").read_text() == "second"
    assert _leftovers(out) == []


@pytest.mark.parametrize("error", [RuntimeError, SystemExit, KeyboardInterrupt])
def test_a_run_that_fails_leaves_the_folder_as_it_was(tmp_path: Path, error: type[BaseException]) -> None:
    out = _published(tmp_path / "out", "first")
    before = _tree(out)
    with pytest.raises(error):
        _fail_half_way(out, error)
    assert _tree(out) == before
    assert _leftovers(out) == []


@pytest.mark.parametrize(
    ("moment", "content"),
    [("while writing", "first"), ("before the swap", "first"), ("after the swap", "new")],
)
def test_a_killed_run_leaves_one_whole_folder_and_the_next_cleans_up(tmp_path: Path, moment: str, content: str) -> None:
    out = _published(tmp_path / "out", "first")
    (out / "stacks/dev/terraform.tfstate").write_text("state")
    with _stopped(out, moment) as process:
        process.send_signal(signal.SIGKILL)
    assert (out / "stacks/dev/cdk.tf.json").read_text() == content
    assert (out / "stacks/dev/terraform.tfstate").read_text() == "state"
    assert _leftovers(out) != []
    _published(out, "third")
    assert (out / "stacks/dev/cdk.tf.json").read_text() == "third"
    assert (out / "stacks/dev/terraform.tfstate").read_text() == "state"
    assert _leftovers(out) == []


def test_a_second_run_waits_and_names_the_first(tmp_path: Path) -> None:
    out = _published(tmp_path / "out", "first")
    with _stopped(out, "while writing") as writer:
        command = [sys.executable, "-c", STOPPED, str(out), "never"]
        waiter = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
        assert waiter.stderr
        assert waiter.stderr.readline() == f"waiting for process {writer.pid}, which is writing {out}\n"
        assert waiter.poll() is None
        assert (out / "stacks/dev/cdk.tf.json").read_text() == "first"
        writer.kill()
    assert waiter.wait(timeout=10) == 0
    assert (out / "stacks/dev/cdk.tf.json").read_text() == "new"
    assert _leftovers(out) == []


def test_terraforms_files_beside_a_stack_are_carried_over(tmp_path: Path) -> None:
    out = _published(tmp_path / "out", "first")
    beside = out / "stacks/dev"
    (beside / ".terraform/providers").mkdir(parents=True)
    (beside / ".terraform/providers/aws").write_text("program")
    (beside / ".terraform/providers/link").symlink_to("aws")
    for name in (".terraform.lock.hcl", "terraform.tfstate", "terraform.tfstate.backup"):
        (beside / name).write_text(name)
    (beside / "errored.tfstate").write_text("the only record")
    (beside / "deploy.tfplan").write_text("of the first stack")
    _published(out, "second")
    assert (beside / ".terraform/providers/aws").read_text() == "program"
    assert os.readlink(beside / ".terraform/providers/link") == "aws"
    assert (beside / "terraform.tfstate.backup").read_text() == "terraform.tfstate.backup"
    assert (beside / "errored.tfstate").read_text() == "the only record"
    assert not (beside / "deploy.tfplan").exists()
    assert not (beside / ".terraform.lock.hcl").exists(), "it may be another release's"
    assert (beside / "cdk.tf.json").read_text() == "second"


def test_the_override_of_the_local_platform_is_carried_over(tmp_path: Path) -> None:
    out = _published(tmp_path / "out", "first", "local")
    override = out / "stacks/local" / EMULATOR_OVERRIDE
    override.write_text(json.dumps({"provider": {"aws": [{"profile": "ffp-local"}]}}))
    before = override.read_text()
    _published(out, "second", "local")
    assert override.read_text() == before


def test_nothing_is_written_if_a_foreign_file_is_beside_a_stack(tmp_path: Path) -> None:
    out = _published(tmp_path / "out", "first")
    (out / "stacks/dev/zz_override.tf.json").write_text("{}")
    before = _tree(out)
    with pytest.raises(BadInputError, match=r"zz_override.*: neither synthesis nor Terraform wrote it"):
        _published(out, "second")
    assert _tree(out) == before
    assert _leftovers(out) == []


def test_the_state_of_a_removed_stack_is_kept(tmp_path: Path) -> None:
    out = _published(tmp_path / "out", "first", "dev", "gone")
    for name in ("terraform.tfstate", "errored.tfstate"):
        (out / "stacks/gone" / name).write_text("what stands")
    (out / "stacks/gone/.terraform.lock.hcl").write_text("a lock")
    (out / "stacks/gone/.terraform/providers").mkdir(parents=True)
    _published(out, "second", "dev")
    assert _tree(out / "stacks/gone") == {"terraform.tfstate": "what stands", "errored.tfstate": "what stands"}


def test_other_stacks_stay_in_the_folder_and_the_manifest(tmp_path: Path) -> None:
    out = _published(tmp_path / "out", "first", "dev", "prod")
    for name in (".terraform.lock.hcl", "deploy.tfplan", "terraform.tfstate"):
        (out / "stacks/prod" / name).write_text("first")
    before = _tree(out / "stacks/prod")
    _published(out, "second", "dev", keep_other_stacks=True)
    assert _tree(out / "stacks/prod") == before
    assert (out / "stacks/dev/cdk.tf.json").read_text() == "second"
    assert (out / "stacks/prod/cdk.tf.json").read_text() == "first"
    assert list(json.loads((out / "manifest.json").read_text())["stacks"]) == ["dev", "prod"]


def test_a_folder_with_other_things_is_refused_and_untouched(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(BadInputError, match="something other than stacks"), publish(tmp_path):
        pass
    assert _tree(tmp_path) == {"thesis.txt": "years of work"}


def test_a_run_killed_between_two_renames_is_completed_by_the_next(tmp_path: Path) -> None:
    out = _published(tmp_path / "out", "first")
    (out / "stacks/dev/terraform.tfstate").write_text("state")
    out.rename(tmp_path / ".out.retired")
    _published(out, "second")
    assert (out / "stacks/dev/terraform.tfstate").read_text() == "state"
    assert _leftovers(out) == []


class _stopped:  # noqa: N801 - reads as a verb where it is used
    """A process that writes to `out` and stops at a moment. It is killed when the block ends."""

    def __init__(self, out: Path, moment: str) -> None:
        command = [sys.executable, "-c", STOPPED, str(out), moment]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> subprocess.Popen[str]:
        assert self.process.stdout
        assert self.process.stdout.readline() == "stopped\n"
        return self.process

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        time.sleep(0.05)
