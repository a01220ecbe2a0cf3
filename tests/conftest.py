"""All stacks, synthesised once for the whole suite."""

from pathlib import Path

import pytest

import environments
from ffp import stack as stacks
from ffp.stack import Stack
from modules.app import synthesise


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-reviewed", action="store_true", help="write tests/reviewed/ anew; the difference is what to review"
    )


@pytest.fixture(scope="session")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of all stacks as they ship."""
    folder = tmp_path_factory.mktemp("output")
    synthesise(environments.load(), environments.stacks(), folder)
    return folder


@pytest.fixture(scope="session")
def all_stacks(output: Path) -> dict[str, Stack]:
    return {stack.name: stack for stack in stacks.load(output)}


@pytest.fixture(params=environments.NAMES)
def platform(request: pytest.FixtureRequest, all_stacks: dict[str, Stack]) -> Stack:
    """Each environment's platform in turn."""
    return all_stacks[request.param]


@pytest.fixture(params=environments.stacks())
def any_stack(request: pytest.FixtureRequest, all_stacks: dict[str, Stack]) -> Stack:
    """Each stack in turn."""
    return all_stacks[request.param]
