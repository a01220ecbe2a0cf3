"""What each environment is. `load` gives the settings of all of them, or every problem of all of them."""

import importlib
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from types import ModuleType

from environments.settings import Environment, Folder, Problem, ProviderRelease, problems_of, sources
from environments.settings.base import InvalidSettings, collect, each_of
from environments.settings.code import ROOT, SHARED
from environments.settings.mistakes import problem_of
from environments.settings.releases import LIMIT, OFFLINE, REMEDY, is_usable

__all__ = ["NAMES", "InvalidSettings", "load", "settings_file", "stacks"]

NAMES = ("dev", "staging", "prod", "local")
_FOLDER = Path(__file__).parent


def stacks() -> tuple[str, ...]:
    """The stacks that `main.py` synthesises: each environment's platform, and what its state and CI need first."""
    return (*NAMES, *(f"bootstrap-{name}" for name in NAMES))


def settings_file(name: str) -> ModuleType:
    """One of the files of this folder, by its name; InvalidSettings with the line of any mistake in it.

    Whoever needs a file imports it by this, since a bare import ends in a stack trace.
    """
    try:
        return importlib.import_module(f"{__name__}.{name}")
    except InvalidSettings:
        raise
    except Exception as failure:  # settings are code: whatever it raises is a problem of its author
        raise InvalidSettings([problem_of(failure, _FOLDER, _FOLDER / f"{name}.py")]) from None


def load(release: ProviderRelease | None = None) -> dict[str, Environment]:
    """The settings of every environment, by name, on request for another release of the AWS provider.

    Raises `InvalidSettings` with every problem of all of them.
    """
    problems: list[Problem] = []
    settings: dict[str, Environment] = {}
    for name in NAMES:
        try:
            found = getattr(settings_file(name), "SETTINGS", None)
        except InvalidSettings as failure:
            problems += failure.problems
            continue
        if isinstance(found, Environment) and found.name == name:
            # The release that is asked for is judged with the rest; the one without a network leaves out what it lacks.
            newer = release if release != OFFLINE and release and is_usable(release) else found.provider_release
            settings[name] = replace(found, provider_release=newer)
        else:
            value = getattr(found, "name", found)
            problems.append(Problem(f"{name}.name", value, f"{name}.py describes {name}", "give it that name"))
    problems += _joined({name: problems_of(each) for name, each in settings.items()})
    collect(_of_production(settings), problems)
    collect(_between(settings), problems)
    if release and not is_usable(release):
        problems.append(Problem("provider-release", release, LIMIT, REMEDY))
    try:
        collect(sources.problems(ROOT, _packed_folders(settings)), problems)
    except InvalidSettings as failure:
        problems += failure.problems
    if problems:
        raise InvalidSettings(problems)
    return {name: replace(each, provider_release=release or each.provider_release) for name, each in settings.items()}


def _packed_folders(settings: dict[str, Environment]) -> Iterator[str]:
    yield SHARED
    for each in settings.values():
        for group in each.application.groups:
            yield from (function.code.path for function in group.functions if isinstance(function.code, Folder))


def _joined(found: dict[str, list[Problem]]) -> Iterator[Problem]:
    """Environments share the application: what is wrong in several of them alike is told once, with their names."""
    names: dict[str, list[str]] = {}
    problems: dict[str, Problem] = {}
    for name, each in found.items():
        for problem in each:
            names.setdefault(str(problem), []).append(name)
            problems[str(problem)] = problem
    for text, problem in problems.items():
        one, *others = names[text]
        yield replace(problem, field=f"{', '.join(names[text])}: {problem.field}") if others else problem.under(one)


def _of_production(settings: dict[str, Environment]) -> Iterator[Problem]:
    if "prod" in settings and not settings["prod"].holds_patient_data:
        yield Problem("prod.holds_patient_data", False, "production holds patients' data", "leave it out")


def _between(settings: dict[str, Environment]) -> Iterator[Problem]:
    return each_of(
        *(
            rule(one, first, other, second)
            for (one, first), (other, second) in combinations(settings.items(), 2)
            for rule in (_networks_apart, _domains_apart, _keys_apart, _one_oidc_provider)
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


def _domains_apart(one: str, first: Environment, other: str, second: Environment) -> Iterator[Problem]:
    if first.domain and second.domain and first.domain.name == second.domain.name:
        yield Problem(
            f"{other}.domain.name",
            second.domain.name,
            f"is also {one}'s",
            "give each environment a domain of its own",
        )


def _keys_apart(one: str, first: Environment, other: str, second: Environment) -> Iterator[Problem]:
    if set(first.distribution.fingerprints) & set(second.distribution.fingerprints):
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
