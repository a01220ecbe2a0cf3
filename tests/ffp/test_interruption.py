"""An interrupted apply: Terraform hears of it once, ends by itself, and its state holds what was made."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from ffp import terraform
from ffp.project import ROOT
from tests.support import require

_PATIENCE_SECONDS = 30
# Records each SIGINT and SIGTERM, and ends by itself a while after the first one.
_RECORDING = """#!{python}
import os, signal, time
from pathlib import Path
Path("group").write_text("its own" if os.getpgrp() == os.getpid() else "the run's")
seen = Path("seen")
for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(each, lambda number, _: seen.open("a").write(f"{{number}} "))
Path("begun").touch()
while not seen.exists():
    time.sleep(0.05)
time.sleep(2)
Path("ended").touch()
raise SystemExit({code})
"""
_FOLLOWING = """
import os, signal, sys
from pathlib import Path
from ffp import terraform
signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in a shell's background ignores it
os.chdir(sys.argv[2])
for progress in terraform.follow(Path(sys.argv[1]), Path(sys.argv[2]), dict(os.environ), "apply", "-auto-approve"):
    print(progress)
"""
Send = Callable[[subprocess.Popen[bytes]], object]


def _sends(*signals: signal.Signals) -> Send:
    """Sends signals to the run only, as GitHub's runner does."""

    def send(process: subprocess.Popen[bytes]) -> None:
        for each in signals:
            process.send_signal(each)
            time.sleep(0.3)

    return send


def _types_ctrl_c(process: subprocess.Popen[bytes]) -> None:
    """Sends SIGINT to all of the group, as a terminal does."""
    os.killpg(process.pid, signal.SIGINT)


_WAYS = [
    _sends(signal.SIGINT),
    _sends(signal.SIGTERM),
    _sends(signal.SIGHUP),
    _sends(signal.SIGINT, signal.SIGTERM),
    _types_ctrl_c,
]


def _recording(folder: Path, code: int) -> Path:
    """A program that ends with this code after it was interrupted."""
    program = folder / "terraform"
    program.write_text(_RECORDING.format(python=sys.executable, code=code))
    program.chmod(0o755)
    return program


def _interrupted(program: Path, folder: Path, begun: Callable[[], bool], send: Send) -> int:
    """Interrupts an apply that has begun; returns how the run ended."""
    command: Sequence[str | Path] = [sys.executable, "-c", _FOLLOWING, program, folder]
    with subprocess.Popen(command, cwd=ROOT, process_group=0) as process:
        try:
            end = time.monotonic() + _PATIENCE_SECONDS
            while not begun():
                assert time.monotonic() < end
                time.sleep(0.1)
            send(process)
            return process.wait(_PATIENCE_SECONDS)
        finally:
            process.kill()


@pytest.mark.parametrize("send", _WAYS)
def test_terraform_hears_of_an_interruption_once_and_ends_by_itself(tmp_path: Path, send: Send) -> None:
    program = _recording(tmp_path, code=1)
    assert _interrupted(program, tmp_path, (tmp_path / "begun").exists, send) == -signal.SIGINT
    assert (tmp_path / "seen").read_text() == f"{signal.SIGINT.value} "
    assert (tmp_path / "ended").exists()
    assert (tmp_path / "group").read_text() == "its own"  # two signals at the same moment would be seen as one


def test_what_succeeds_in_spite_of_an_interruption_is_carried_on_with(tmp_path: Path) -> None:
    program = _recording(tmp_path, code=0)
    assert _interrupted(program, tmp_path, (tmp_path / "begun").exists, _sends(signal.SIGINT)) == 0


@pytest.mark.parametrize("send", _WAYS)
def test_an_interrupted_terraform_has_written_what_it_made(tmp_path: Path, send: Send) -> None:
    """The real one, with resources that need no provider."""
    program = require(terraform.find_program(), "Terraform")
    waits = {"local-exec": {"command": "touch waiting; exec sleep 60"}}
    resources = {"made": {"input": "first"}, "slow": {"input": "${terraform_data.made.output}", "provisioner": waits}}
    (tmp_path / "main.tf.json").write_text(json.dumps({"resource": {"terraform_data": resources}}))
    subprocess.run([program, "init", "-no-color"], cwd=tmp_path, check=True, capture_output=True)
    assert _interrupted(program, tmp_path, (tmp_path / "waiting").exists, send) == -signal.SIGINT
    state = json.loads((tmp_path / "terraform.tfstate").read_text())
    assert "made" in [each["name"] for each in state["resources"]]
    assert not list(tmp_path.glob(".*.lock.info"))
