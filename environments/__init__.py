"""What each environment is. `load` gives the settings of all of them, or every problem of all of them."""

import importlib
import traceback
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

from environments.settings import Environment, Problem, ProviderRelease, problems_of
from environments.settings.base import collect, each_of

NAMES = ("dev", "staging", "prod", "local")
_FOLDER = Path(__file__).parent


class InvalidSettings(Exception):  # noqa: N818 - reads as the sentence it is
    """The settings break a rule; `problems` holds all of them."""

    def __init__(self, problems: list[Problem]) -> None:
        # Environments share files: what fails in one of those is told once.
        self.problems = list({str(problem): problem for problem in problems}.values())
        super().__init__("\n".join(str(problem) for problem in self.problems))


def stacks() -> tuple[str, ...]:
    """The stacks that `main.py` synthesises; the local platform has no account to bootstrap."""
    return (*NAMES, *(f"bootstrap-{name}" for name in NAMES if name != "local"))


def load(release: ProviderRelease | None = None) -> dict[str, Environment]:
    """The settings of every environment, by name, on request for another release of the AWS provider.

    Raises `InvalidSettings` with every problem of all of them.
    """
    problems: list[Problem] = []
    settings: dict[str, Environment] = {}
    for name in NAMES:
        try:
            found = importlib.import_module(f"environments.{name}").SETTINGS
        except Exception as failure:  # settings are code: whatever it raises is a problem of its author
            problems.append(_as_problem(name, failure))
            continue
        if isinstance(found, Environment) and found.name == name:
            settings[name] = found
        else:
            value = getattr(found, "name", found)
            problems.append(Problem(f"{name}.name", value, f"{name}.py describes {name}", "give it that name"))
    for name, each in settings.items():
        problems += [problem.under(name) for problem in problems_of(each)]
    collect(_between(settings), problems)
    if problems:
        raise InvalidSettings(problems)
    return {name: replace(each, provider_release=release or each.provider_release) for name, each in settings.items()}


def _as_problem(name: str, failure: Exception) -> Problem:
    """Names the line of ours that failed, however deep below it the failure was."""
    places = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(failure.__traceback__)]
    if isinstance(failure, SyntaxError):
        places.append((failure.filename or "", failure.lineno))
    ours = [(Path(file).name, line) for file, line in places if Path(file).parent == _FOLDER and file != __file__]
    file, line = ours[-1] if ours else (f"{name}.py", 1)
    return Problem(
        f"environments/{file}:{line}",
        type(failure).__name__,
        str(failure).splitlines()[0] if str(failure) else "fails",
        "mend that line; mypy shows the same",
    )


def _between(settings: dict[str, Environment]) -> Iterator[Problem]:
    return each_of(
        *(
            rule(one, first, other, second)
            for (one, first), (other, second) in combinations(settings.items(), 2)
            for rule in (_networks_apart, _keys_apart, _one_oidc_provider)
        )
    )


def _networks_apart(one: str, first: Environment, other: str, second: Environment) -> Iterator[Problem]:
    if first.network.block.overlaps(second.network.block):
        yield Problem(
            f"{other}.network.cidr",
            second.network.cidr,
            f"overlaps {one}'s {first.network.cidr}",
            "choose another network, so that the two can be joined one day",
        )


def _keys_apart(one: str, first: Environment, other: str, second: Environment) -> Iterator[Problem]:
    if set(first.distribution.playback_keys) & set(second.distribution.playback_keys):
        yield Problem(
            f"{other}.distribution.playback_keys",
            "(a public key)",
            f"is also {one}'s",
            "make a key pair for each environment",
        )


def _one_oidc_provider(one: str, first: Environment, other: str, second: Environment) -> Iterator[Problem]:
    owners = {first.state.oidc_provider_owner, second.state.oidc_provider_owner}
    if first.account_id == second.account_id and (len(owners) > 1 or None in owners):
        yield Problem(
            f"{other}.state.oidc_provider_owner",
            second.state.oidc_provider_owner,
            f"shares {one}'s account, which can have one OIDC provider for GitHub",
            "give each an account of its own, or name the same owner in both",
        )
