"""Runs the CDKTF app in a separate process."""

import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ffp.project import ROOT


@dataclass
class Synthesis:
    """A running synthesis. Its messages go directly to the terminal."""

    process: subprocess.Popen[bytes]
    started: float = field(default_factory=time.monotonic)

    def finish(self) -> tuple[int, float]:
        """Waits for the end. Returns the exit code and the duration in seconds."""
        code = self.process.wait()
        return code, time.monotonic() - self.started


def start(
    stacks: Sequence[str] = (), *, release: str | None = None, out: Path | None = None, renamed: bool = False
) -> Synthesis:
    """Starts to synthesise all stacks, or those named, into `out` or else the default folder; `renamed` as twins."""
    command = [sys.executable, str(ROOT / "main.py")]
    for stack in stacks:
        command += ["--stack", stack]
    if release:
        command += ["--provider-release", release]
    if out:
        command += ["--out", str(out.resolve())]
    if renamed:
        command.append("--renamed")
    return Synthesis(subprocess.Popen(command, cwd=ROOT))  # noqa: S603 - our own program and typed options
