"""Local platforms of the tests: none writes outside its folder, and none outlives its run."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from ffp import terraform
from ffp.emulator.account import Account
from ffp.emulator.home import Home, is_set_up
from ffp.emulator.launch import Launch
from ffp.emulator.platform import Platform
from settings import environments
from tests.support import require

Started = TypeVar("Started", bound=Platform)


def launch_in(folder: Path) -> Launch:
    """A local platform that writes nothing outside this folder."""
    return Launch(Platform(account_in(folder), lambda _: None, folder / "out"))


def account_in(folder: Path) -> Account:
    """The account of an emulator that writes nothing outside this folder."""
    return Account(Home(folder / "home"), environments.load()["local"])


def require_terraform() -> None:
    """Whatever deploys to an emulator needs this."""
    require(terraform.find(), "Terraform with its AWS provider")
    require_emulator()


def require_emulator() -> None:
    require(is_set_up() or None, "the emulator's environment")


@contextlib.contextmanager
def started(platform: Started) -> Iterator[Started]:
    """The platform with both servers up, and nothing deployed to them."""
    require_terraform()
    try:
        Launch(platform).start()
        yield platform
    finally:
        Launch(platform).stop()


@contextlib.contextmanager
def bare_emulator(folder: Path) -> Iterator[Account]:
    """The account of an emulator that nothing is deployed to."""
    require_emulator()
    launch = launch_in(folder)
    try:
        launch.start()
        yield launch.platform.account
    finally:
        launch.stop()
