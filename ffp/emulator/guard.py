"""A separate process that stops the servers of a run when the run ends, even if it is killed.

The run and its guard hold the two ends of a pipe. The operating system closes the run's end when the run ends, and the
guard then stops the servers. They continue only if the run has released them.
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
_SEARCHES = 2  # a server that was starting when the run ended has its command line only a moment later
_guards: dict[Path, subprocess.Popen[bytes]] = {}  # this process's guards, by home folder


def watch(home: Home, stack_folders: Iterable[Path] = ()) -> None:
    """Starts a guard that stops this home's servers, and Terraform in these folders, when this process ends."""
    release(home)
    _guards[home.folder] = subprocess.Popen(  # noqa: S603 - our own module
        [*processes.guard_command(home), str(home.ports.cloud), *map(str, stack_folders)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        start_new_session=True,  # Ctrl-C in the run's terminal must not end the guard
    )


def release(home: Home) -> None:
    """Lets this home's servers continue after this process; does nothing if this process has no guard for them."""
    if guard := _guards.pop(home.folder, None):
        with contextlib.suppress(BrokenPipeError):  # the guard has already ended
            guard.communicate(_RELEASED)


def _main(folder: str, port: str, *stack_folders: str) -> None:
    if sys.stdin.buffer.read() == _RELEASED:
        return
    home = Home(Path(folder))
    for _ in range(_SEARCHES):
        remaining = [*processes.deployments(map(Path, stack_folders)), *processes.servers(home)]
        if not _belongs_to_run(home, port):  # checked after the search, so that no process of another run is stopped
            return
        processes.stop(remaining)
        time.sleep(1)
    _remove_database(home, port)


def _belongs_to_run(home: Home, port: str) -> bool:
    """Whether the folder still belongs to the run: another run would change its ports before it starts anything."""
    try:
        return str(home.ports.cloud) == port
    except FileNotFoundError:
        return False


def _remove_database(home: Home, port: str) -> None:
    """Deletes the ended run's database. The logs stay, to explain why the run ended."""
    retired = home.database.with_name(f"{home.database.name}.{os.getpid()}")
    with contextlib.suppress(FileNotFoundError):
        if _belongs_to_run(home, port):
            home.database.rename(retired)
    shutil.rmtree(retired, ignore_errors=True)


if __name__ == "__main__":
    _main(*sys.argv[1:])
