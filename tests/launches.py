"""Local platforms of the tests: none writes outside its folder, and none outlives its run."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from ffp.emulator.account import Account
from ffp.emulator.home import Home, is_set_up
from ffp.emulator.launch import Launch
from ffp.emulator.platform import Platform
from settings import environments
from tests.support import require


def launch_in(folder: Path) -> Launch:
    """A local platform that writes nothing outside this folder."""
    account = Account(Home(folder / "home"), environments.load()["local"])
    return Launch(Platform(account, lambda _: None, folder / "out"))


@contextlib.contextmanager
def bare_emulator(folder: Path) -> Iterator[Account]:
    """The account of an emulator that nothing is deployed to."""
    require(is_set_up() or None, "the emulator's environment")
    launch = launch_in(folder)
    try:
        launch.start()
        yield launch.platform.account
    finally:
        launch.stop()
