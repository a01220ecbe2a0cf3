"""All stacks, synthesised once for the whole suite."""

from pathlib import Path

import pytest

from ffp import stacks
from ffp.stacks import SynthesisedStack
from modules.stacks import synthesise
from settings import environments


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-reviewed", action="store_true", help="write tests/reviewed/ anew; the difference is what to review"
    )
    parser.addoption(
        "--on-running-platform", action="store_true", help="test the platform that `make local` started, and keep it"
    )


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where several work, one has all that wants the platform, and is given it first; of the rest each takes files."""
    for item in items:
        on_platform = "launch" in getattr(item, "fixturenames", ())
        item.add_marker(pytest.mark.xdist_group("platform" if on_platform else item.path.stem))


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


@pytest.fixture(scope="session")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of all stacks as they ship."""
    folder = tmp_path_factory.mktemp("output")
    synthesise(environments.load(), environments.stacks(), folder)
    return folder


@pytest.fixture(scope="session")
def all_stacks(output: Path) -> dict[str, SynthesisedStack]:
    return {stack.name: stack for stack in stacks.load(output)}


@pytest.fixture(params=environments.NAMES)
def platform(request: pytest.FixtureRequest, all_stacks: dict[str, SynthesisedStack]) -> SynthesisedStack:
    """Each environment's platform in turn."""
    return all_stacks[request.param]


@pytest.fixture(params=environments.stacks())
def any_stack(request: pytest.FixtureRequest, all_stacks: dict[str, SynthesisedStack]) -> SynthesisedStack:
    """Each stack in turn."""
    return all_stacks[request.param]
