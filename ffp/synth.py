"""Runs the CDKTF app in a process of its own."""

import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ffp.project import ROOT


@dataclass
class Synthesis:
    """A running synthesis; its messages go straight to the terminal."""

    process: subprocess.Popen[bytes]
    started: float = field(default_factory=time.monotonic)

    def finish(self) -> tuple[int, float]:
        """Waits for the end: the exit code, and the seconds that it took."""
        code = self.process.wait()
        return code, time.monotonic() - self.started


def start(stacks: Sequence[str] = (), *, release: str | None = None, out: Path | None = None) -> Synthesis:
    """Starts to synthesise all stacks, or those named, into a folder."""
    command = [sys.executable, str(ROOT / "main.py")]
    for stack in stacks:
        command += ["--stack", stack]
    if release:
        command += ["--provider-release", release]
    if out:
        command += ["--out", str(out.resolve())]
    return Synthesis(subprocess.Popen(command, cwd=ROOT))  # noqa: S603 - our own program and typed options
