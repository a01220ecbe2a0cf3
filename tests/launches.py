"""Local platforms of the tests: none writes outside its folder, and none outlives its run."""

import contextlib
from pathlib import Path

import psutil
import pytest

import environments
from ffp.emulator.account import Account
from ffp.emulator.home import Home
from ffp.emulator.launch import Launch
from ffp.emulator.platform import Platform
from ffp.project import BadInputError

_HOME = "home"


def launch_in(folder: Path) -> Launch:
    """A local platform that writes nothing outside this folder."""
    account = Account(Home(folder / _HOME), environments.load()["local"])
    return Launch(Platform(account, lambda _: None, folder / "out"))


def folder_of_runs(factory: pytest.TempPathFactory) -> Path:
    """Where pytest keeps the folders of its latest runs; a worker's is in its run's."""
    base = factory.getbasetemp()
    return (base.parent if base.name.startswith("popen-") else base).parent


def stop_orphans(runs: Path) -> None:
    """Stops what test runs that were killed left at work, by the folders that pytest keeps of its latest runs."""
    for run in runs.glob("pytest-[0-9]*"):
        if not _lives(run):
            # A worker has a folder of its own.
            for home in (*run.glob(f"*/{_HOME}"), *run.glob(f"popen-*/*/{_HOME}")):
                with contextlib.suppress(BadInputError):  # another run stops it already
                    launch_in(home.parent).stop()


def _lives(run: Path) -> bool:
    """Whether the pytest of this folder does, whose process id it holds until its end."""
    try:
        return psutil.Process(int((run / ".lock").read_text())).status() != psutil.STATUS_ZOMBIE
    except (FileNotFoundError, ValueError, psutil.NoSuchProcess):  # an empty file too
        return False
