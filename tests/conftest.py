"""All stacks, synthesised once for the whole suite."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import environments
from ffp import stack as stacks
from ffp.stack import Stack
from modules.app import synthesise
from tests.coming import Coming, stop_orphans


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-reviewed", action="store_true", help="write tests/reviewed/ anew; the difference is what to review"
    )
    parser.addoption(
        "--on-running-platform", action="store_true", help="test the platform that `make local` started, and keep it"
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Counts the attacks, of which each that passed was refused."""
    tried = [
        report
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        if report.when == "call" and "attack" in report.keywords
    ]
    refused = sum(report.passed for report in tried)
    if tried:
        terminalreporter.write_line(f"{len(tried)} attacks tried, {refused} refused")


@pytest.fixture(scope="session", autouse=True)
def coming(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coming | None]:
    """The local platform on its way up, if a test will want it: it takes minutes, most of them waiting."""
    wanted = any("launch" in item.fixturenames for item in _functions(request))
    if not wanted or request.config.getoption("--on-running-platform"):
        yield None
        return
    stop_orphans(tmp_path_factory.getbasetemp().parent)
    coming = Coming.start(tmp_path_factory.mktemp("emulator"))
    try:
        yield coming
    finally:
        coming.end()


def _functions(request: pytest.FixtureRequest) -> list[pytest.Function]:
    return [item for item in request.session.items if isinstance(item, pytest.Function)]


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
