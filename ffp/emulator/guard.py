"""Ends the servers of a run when that run ends, whatever ends it: a process of its own that waits for the run's death.

Both hold one end of a pipe. The system closes the run's end even when the run is killed, and the guard then stops what
the run started. Only a run that releases its servers leaves them up.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from ffp.emulator import processes
from ffp.emulator.home import Home
from ffp.project import ROOT

_RELEASED = b"released"
_LOOKS = 2  # a server that was being started when the run died shows its command line a moment later
_guards: dict[Path, subprocess.Popen[bytes]] = {}  # of this process, by the folder of the home


def watch(home: Home, stack_folders: Iterable[Path] = ()) -> None:
    """Has the servers of this home, and Terraform at work in these folders, end with this process."""
    release(home)
    _guards[home.folder] = subprocess.Popen(  # noqa: S603 - our own module
        [*processes.guard_command(home), str(home.ports.cloud), *map(str, stack_folders)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        start_new_session=True,  # Ctrl-C in the run's terminal is not for the guard
    )


def release(home: Home) -> None:
    """Lets the servers of this home outlive this process; does nothing where this process does not watch them."""
    if guard := _guards.pop(home.folder, None):
        with contextlib.suppress(BrokenPipeError):  # somebody ended the guard
            guard.communicate(_RELEASED)


def _main(folder: str, port: str, *stack_folders: str) -> None:
    if sys.stdin.buffer.read() == _RELEASED:
        return
    home = Home(Path(folder))
    for _ in range(_LOOKS):
        left = [*processes.deployments(map(Path, stack_folders)), *processes.servers(home)]
        if not _belongs_to_run(home, port):  # asked after the look, so that nothing of another run is among them
            return
        processes.stop(left)
        time.sleep(1)
    _remove_database(home, port)


def _belongs_to_run(home: Home, port: str) -> bool:
    """Whether no other run has taken over the folder, which changes its ports before anything starts."""
    try:
        return str(home.ports.cloud) == port
    except FileNotFoundError:
        return False


def _remove_database(home: Home, port: str) -> None:
    """Removes the dead run's database. The logs stay, for whoever asks why the run ended."""
    retired = home.database.with_name(f"{home.database.name}.{os.getpid()}")
    with contextlib.suppress(FileNotFoundError):
        if _belongs_to_run(home, port):
            home.database.rename(retired)
    shutil.rmtree(retired, ignore_errors=True)


if __name__ == "__main__":
    _main(*sys.argv[1:])
