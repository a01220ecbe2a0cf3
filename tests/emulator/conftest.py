"""One local platform for all tests here: it comes up while the others run, and is destroyed by the last of these."""

from pathlib import Path

import pytest

import environments
from ffp.emulator.account import Account
from ffp.emulator.home import Home
from ffp.emulator.launch import Launch
from ffp.emulator.platform import Platform
from ffp.emulator.smoke.walk import Walk
from tests.coming import Coming

# After the walk, what it left is looked at; then the platform is destroyed.
_LAST = ("test_walk.py", "test_no_secret.py", "test_destroy.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent

    def place(item: pytest.Item) -> tuple[bool, int]:
        return here in item.path.parents, _LAST.index(item.path.name) if item.path.name in _LAST else -1

    items.sort(key=place)


@pytest.fixture(scope="session")
def launch(request: pytest.FixtureRequest, coming: Coming | None) -> Launch:
    """The platform, up; with --on-running-platform the one that `make local` started, which stays."""
    if coming is None:
        return Launch(Platform(Account(Home(), environments.load()["local"]), print))
    return coming.arrived()


@pytest.fixture(scope="session")
def platform(launch: Launch) -> Platform:
    return launch.platform


@pytest.fixture(scope="session")
def account(launch: Launch) -> Account:
    return launch.platform.account


@pytest.fixture(scope="session")
def walk(launch: Launch) -> Walk:
    return Walk.on(launch.platform)
