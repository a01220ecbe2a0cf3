"""Finds the processes of one emulator by their command lines, also those that a killed run left."""

import contextlib
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from ffp.emulator.home import ENVIRONMENT, Home

_PYTHON = ".venv/bin/python"
PYTHON = ENVIRONMENT / _PYTHON
PATIENCE_SECONDS = 10  # from SIGTERM to SIGKILL
_POSTGRES = "server/bin/postgres"
_GUARD = "ffp.emulator.guard"


@dataclass(frozen=True)
class Server:
    """The main process of an emulator or of its PostgreSQL, from any checkout of this project."""

    pid: int
    what: str
    folder: Path


def servers(home: Home) -> list[psutil.Process]:
    """The processes of the emulator, of the functions that it runs, and of the database."""
    programs = {str(PYTHON), str(home.database / _POSTGRES)}
    folders = (f"{home.folder}/", f"{home.database}/")
    return [
        process
        for process, line in _command_lines()
        if line[0] in programs and any(argument.startswith(folders) for argument in line[1:])
    ]


def cloud(home: Home) -> psutil.Process | None:
    """The emulator's main process; None if it is not running."""
    certificate = str(home.certificate)
    return next((process for process, line in _command_lines() if line[0] == str(PYTHON) and certificate in line), None)


def database(home: Home) -> psutil.Process | None:
    """PostgreSQL's main process; None if it is not running."""
    program = str(home.database / _POSTGRES)
    return next((process for process, line in _command_lines() if line[0] == program), None)


def guard_command(home: Home) -> list[str]:
    """The first arguments of the command that starts this home's guard; see `guard`."""
    return [sys.executable, "-m", _GUARD, str(home.folder)]


def unowned() -> list[Server]:
    """The servers of all checkouts that have neither a guard nor a completely deployed platform."""
    lines = list(_command_lines())
    watched = [Home(Path(line[3])) for _, line in lines if line[1:3] == ["-m", _GUARD] and len(line) > 3]
    clouds = [
        Server(process.pid, "emulator", Path(line[line.index("--certfile") + 1]).parent)
        for process, line in lines
        if line[0].endswith(f"{ENVIRONMENT.name}/{_PYTHON}") and "--certfile" in line
    ]
    databases = [
        Server(process.pid, "PostgreSQL", Path(line[0]).parents[2])
        for process, line in lines
        if line[0].endswith(f"/{_POSTGRES}")
    ]
    up = [home for home in (Home(each.folder) for each in clouds) if home.is_up]
    owned = {folder for home in (*watched, *up) for folder in (home.folder, home.database)}
    return [each for each in (*clouds, *databases) if each.folder not in owned]


def deployments(stack_folders: Iterable[Path]) -> list[psutil.Process]:
    """The processes of Terraform and its providers in these folders."""
    folders = {str(folder.resolve()) for folder in stack_folders}
    found = []
    for process in psutil.process_iter(["name"]):
        with contextlib.suppress(psutil.Error):
            if (process.info["name"] or "").startswith("terraform") and process.cwd() in folders:
                found.append(process)
    return found


def stop(processes: list[psutil.Process]) -> None:
    """Ends processes with SIGTERM and, after PATIENCE_SECONDS, SIGKILL. Returns when all have ended."""
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
    end = time.monotonic() + PATIENCE_SECONDS
    while running := [process for process in processes if _runs(process)]:
        if time.monotonic() > end:
            for process in running:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
        time.sleep(0.1)


def _runs(process: psutil.Process) -> bool:
    """Whether a process is running. A zombie, which its parent has not collected, is not."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def _command_lines() -> Iterator[tuple[psutil.Process, list[str]]]:
    for process in psutil.process_iter(["cmdline"]):
        if line := process.info["cmdline"]:
            yield process, line
