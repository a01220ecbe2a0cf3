"""Runs a command, waits for the last of its processes, and writes into a file what they cost together.

A process of its own for each measurement: only what the command has started is below it, and nothing else is counted.
"""

import ctypes
import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil

LEFT_RUNNING = 70  # the exit code if a process of the command does not end
_SECONDS_BETWEEN_SAMPLES = 0.05
_SECONDS_FOR_THE_LAST = 30
_BECOME_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of prctl(2)


def main(result: str, command: Sequence[str]) -> int:
    """Returns the command's exit code, or LEFT_RUNNING."""
    _adopt_orphans()
    started = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - the benchmark's own commands
    memory = _Memory(process.pid)
    code = process.wait()
    wall = time.perf_counter() - started
    peak = memory.finish()
    if not _orphans_end():
        return LEFT_RUNNING
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cost = {"wall_seconds": wall, "processor_seconds": used.ru_utime + used.ru_stime, "peak_bytes": peak}
    Path(result).write_text(json.dumps(cost), encoding="utf-8")
    return code


def _adopt_orphans() -> None:
    """A process whose parent does not wait for it becomes ours, so that what it used is counted. Only on Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_BECOME_SUBREAPER, 1, 0, 0, 0)


def _orphans_end() -> bool:
    """Waits for processes that the command left behind. Returns whether all of them ended in time."""
    deadline = time.monotonic() + _SECONDS_FOR_THE_LAST
    while time.monotonic() < deadline:
        try:
            ended, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:  # none is left
            return True
        if not ended:
            time.sleep(_SECONDS_BETWEEN_SAMPLES)
    return False


class _Memory:
    """Measures the memory of a process and its children, again and again, and keeps the highest sum."""

    def __init__(self, process: int) -> None:
        self._peak = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sample, args=(process,), daemon=True)
        self._thread.start()

    def finish(self) -> int:
        self._ended.set()
        self._thread.join()
        return self._peak

    def _sample(self, process: int) -> None:
        with suppress(psutil.Error):  # it has ended
            first = psutil.Process(process)
            while not self._ended.wait(_SECONDS_BETWEEN_SAMPLES):
                self._peak = max(self._peak, _resident_bytes(first))


def _resident_bytes(process: psutil.Process) -> int:
    total = 0
    for each in (process, *process.children(recursive=True)):
        with suppress(psutil.Error):  # one that has ended since it was listed
            total += each.memory_info().rss
    return total


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
