"""Brings the local platform up in a thread, since most of that time is spent waiting."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import environments
from ffp import terraform
from ffp.emulator import processes
from ffp.emulator.account import Account
from ffp.emulator.home import Home, is_set_up
from ffp.emulator.launch import Launch
from ffp.emulator.platform import Platform
from tests.support import require


@dataclass(frozen=True)
class Coming:
    """A platform on its way up, where this machine has what that takes."""

    launch: Launch
    up: Future[None] | None

    @classmethod
    def start(cls, folder: Path) -> "Coming":
        account = Account(Home(folder / "home"), environments.load()["local"])
        launch = Launch(Platform(account, lambda _: None, folder / "out"))
        possible = terraform.find() and is_set_up()
        return cls(launch, ThreadPoolExecutor(1).submit(launch.up) if possible else None)

    def arrived(self) -> Launch:
        """The platform, once it is up; what went wrong on the way is raised."""
        require(self.up, "Terraform with its AWS provider, or the emulator's environment,").result()
        return self.launch

    def end(self) -> None:
        """Stops all of it, wherever it had got to."""
        if self.up:
            if not self.up.done():
                processes.stop(processes.deployments(self.launch.platform.folders))
                self.up.exception()
            self.launch.stop()
