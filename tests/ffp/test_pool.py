"""Scanning in several processes gives what scanning in one gives, and fails as it does."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ffp import scan, stacks
from ffp.project import ROOT, ToolError
from ffp.scan import pool
from tests.ffp.test_scan import TODAY


@pytest.fixture
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)


@pytest.mark.usefixtures("two_processors")
def test_the_results_are_those_of_one_process_in_the_same_order(output: Path) -> None:
    loaded = stacks.load(output, ["dev", "bootstrap-dev", "bootstrap-prod"])
    messages: list[str] = []
    several = pool.scan_all(loaded, today=TODAY, report=messages.append)
    one = scan.scan(loaded, today=TODAY)
    assert [(each.stack.name, each.findings, each.passed) for each in several] == [
        (each.stack.name, each.findings, each.passed) for each in one
    ]
    assert messages[0] == "scanning 3 stacks in 2 processes"
    assert messages[-1].endswith(": 3 of 3")


@pytest.mark.usefixtures("two_processors")
def test_a_stack_that_cannot_be_scanned_is_an_error(output: Path, tmp_path: Path) -> None:
    folder = tmp_path / "stacks/broken"
    folder.mkdir(parents=True)
    (folder / "cdk.tf.json").write_text('{"resource": {}}', encoding="utf-8")
    broken = stacks.load(tmp_path)
    with pytest.raises(ToolError, match="could not read"):
        pool.scan_all([*stacks.load(output, ["bootstrap-dev"]), *broken], today=TODAY)


def test_one_processor_or_stack_is_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)
    assert pool.workers(8) == 1
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    assert pool.workers(1) == 1
    assert pool.workers(0) == 1
    assert pool.workers(100) == 8


def test_an_interrupted_scan_leaves_no_process(output: Path) -> None:
    program = str(Path(sys.executable).with_name("ffp"))
    running = subprocess.Popen(
        [program, "scan", "--out", str(output)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a job in the background ignores it
    )
    assert running.stderr is not None
    for line in running.stderr:
        if "processes" in line or "scanning" in line:
            break
    time.sleep(1)
    os.killpg(running.pid, signal.SIGINT)
    said = running.communicate(timeout=60)[1]
    assert running.returncode != 0
    assert "Traceback" not in said
    until = time.monotonic() + 20
    while _living(running.pid) and time.monotonic() < until:
        time.sleep(0.2)
    assert not _living(running.pid)


def _living(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
