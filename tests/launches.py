"""Local platforms of the tests: none writes outside its folder, and none outlives its run."""

from pathlib import Path

import environments
from ffp.emulator.account import Account
from ffp.emulator.home import Home
from ffp.emulator.launch import Launch
from ffp.emulator.platform import Platform


def launch_in(folder: Path) -> Launch:
    """A local platform that writes nothing outside this folder."""
    account = Account(Home(folder / "home"), environments.load()["local"])
    return Launch(Platform(account, lambda _: None, folder / "out"))
