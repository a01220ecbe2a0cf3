"""The processes of one emulator, told from all others by their own command line: a killed run leaves no secret ones."""

import contextlib
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import psutil

from ffp.emulator.home import ENVIRONMENT, Home

PYTHON = ENVIRONMENT / ".venv/bin/python"
PATIENCE_SECONDS = 10  # from the polite signal to the other one


def servers(home: Home) -> list[psutil.Process]:
    """The emulator, the functions that it runs, and the database."""
    programs = {str(PYTHON), str(home.database / "server/bin/postgres")}
    folders = (f"{home.folder}/", f"{home.database}/")
    return [
        process
        for process, line in _command_lines()
        if line[0] in programs and any(argument.startswith(folders) for argument in line[1:])
    ]


def cloud(home: Home) -> psutil.Process | None:
    """The emulator's own process."""
    certificate = str(home.certificate)
    return next((process for process, line in _command_lines() if line[0] == str(PYTHON) and certificate in line), None)


def database(home: Home) -> psutil.Process | None:
    """PostgreSQL's first process."""
    program = str(home.database / "server/bin/postgres")
    return next((process for process, line in _command_lines() if line[0] == program), None)


def deployments(stack_folders: Iterable[Path]) -> list[psutil.Process]:
    """Terraform and its providers at work in one of these folders."""
    folders = {str(folder.resolve()) for folder in stack_folders}
    found = []
    for process in psutil.process_iter(["name"]):
        with contextlib.suppress(psutil.Error):
            if (process.info["name"] or "").startswith("terraform") and process.cwd() in folders:
                found.append(process)
    return found


def stop(processes: list[psutil.Process]) -> None:
    """Ends processes, politely at first; returns when the last one is gone."""
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
    end = time.monotonic() + PATIENCE_SECONDS
    while stubborn := [process for process in processes if _runs(process)]:
        if time.monotonic() > end:
            for process in stubborn:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
        time.sleep(0.1)


def _runs(process: psutil.Process) -> bool:
    """Whether it is still at work: a dead one that its parent has not collected, and may never, is not."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def _command_lines() -> Iterator[tuple[psutil.Process, list[str]]]:
    for process in psutil.process_iter(["cmdline"]):
        if line := process.info["cmdline"]:
            yield process, line
