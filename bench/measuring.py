"""What a command costs: seconds on the clock, and the processor seconds and the memory of all its processes."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import measured
from ffp.project import ROOT, ToolError

Command = Sequence[str | Path]
_MOST_SHOWN = 3000


@dataclass(frozen=True)
class Cost:
    """The cost of one run. Memory is the highest sum of the resident memory of all processes at one moment."""

    wall_seconds: float
    processor_seconds: float
    peak_bytes: int


def measure(command: Command, *, folder: Path = ROOT, environment: Mapping[str, str] | None = None) -> Cost:
    """Runs a command, and waits for the last of its processes.

    Raises ToolError with the end of what it printed if it fails, or if it leaves a process running.
    """
    with tempfile.TemporaryDirectory() as place:
        result, said = Path(place, "cost.json"), Path(place, "said.txt")
        with said.open("wb") as output:  # and no pipe, which a process that is left behind would hold open
            done = subprocess.run(  # noqa: S603 - the benchmark's own commands
                [sys.executable, measured.__file__, result, *command],
                cwd=folder,
                env={**os.environ, **(environment or {})},
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if done.returncode:
            in_words = " ".join(str(word) for word in command)
            failure = f"failed with exit code {done.returncode}"
            if done.returncode == measured.LEFT_RUNNING and not result.exists():
                failure = "left a process running, whose cost would be missing"
            end = said.read_text(encoding="utf-8", errors="replace")[-_MOST_SHOWN:]
            raise ToolError(f"{in_words} {failure}:\n{end}")
        return Cost(**json.loads(result.read_text(encoding="utf-8")))
