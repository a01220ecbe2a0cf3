"""Brings the local platform up in a thread, since most of that time is spent waiting."""

import contextlib
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

import psutil

import environments
from ffp import terraform
from ffp.emulator import processes
from ffp.emulator.account import Account
from ffp.emulator.home import Home, is_set_up
from ffp.emulator.launch import Launch
from ffp.emulator.platform import Platform
from ffp.project import BadInputError
from tests.support import require

_HOME = "home"


def launch_in(folder: Path) -> Launch:
    """A local platform that writes nothing outside this folder."""
    account = Account(Home(folder / _HOME), environments.load()["local"])
    return Launch(Platform(account, lambda _: None, folder / "out"))


def stop_orphans(runs: Path) -> None:
    """Stops what test runs that were killed left at work, by the folders that pytest keeps of its latest runs."""
    for home in runs.glob(f"pytest-[0-9]*/*/{_HOME}"):
        if not _lives(home.parents[1]):
            with contextlib.suppress(BadInputError):  # another run stops it already
                launch_in(home.parent).stop()


def _lives(run: Path) -> bool:
    """Whether the pytest of this folder does, whose process id it holds until its end."""
    try:
        return psutil.Process(int((run / ".lock").read_text())).status() != psutil.STATUS_ZOMBIE
    except (FileNotFoundError, psutil.NoSuchProcess):
        return False


@dataclass(frozen=True)
class Coming:
    """A platform on its way up, where this machine has what that takes."""

    launch: Launch
    up: Future[None] | None

    @classmethod
    def start(cls, folder: Path) -> "Coming":
        launch = launch_in(folder)
        possible = terraform.find() and is_set_up()
        return cls(launch, ThreadPoolExecutor(1).submit(launch.up) if possible else None)

    def arrived(self) -> Launch:
        """The platform, once it is up; what went wrong on the way is raised."""
        require(self.up, "Terraform with its AWS provider, or the emulator's environment,").result()
        return self.launch

    def end(self) -> None:
        """Stops all of it, wherever it had got to."""
        if self.up:
            while not self.up.done():
                processes.stop(processes.deployments(self.launch.platform.folders))
                wait([self.up], timeout=1)
            self.launch.stop()
