"""The environments: every file in `environments/` is one. `load` returns their settings, or reports all problems."""

import importlib
from collections.abc import Iterator
from dataclasses import replace
from types import ModuleType

from settings import Environment, Folder, Problem, ProviderRelease, npm, problems_of, requirements, sources
from settings.base import InvalidSettings, collect
from settings.code import LIBRARY, ROOT, TYPESCRIPT_LIBRARY
from settings.mistakes import problem_of
from settings.releases import LIMIT, OFFLINE, REMEDY, is_usable
from settings.rules.between_environments import environment_problems

FOLDER = ROOT / "environments"
NAMES = tuple(sorted(file.stem for file in FOLDER.glob("[a-z]*.py")))


def stacks() -> tuple[str, ...]:
    """The stacks that `main.py` synthesises: each environment's platform, and what its state and CI need first."""
    return (*NAMES, *(f"bootstrap-{name}" for name in NAMES))


def renamed(settings: Environment) -> Environment:
    """The same settings under another name and account, to show what depends on those two alone.

    The name is as long as the environment's own, so that no limit of names is in its way.
    """
    letter, digit = ("y" if settings.name[0] == "x" else "x"), ("8" if settings.account_id[0] == "9" else "9")
    return replace(settings, name=letter * len(settings.name), account_id=digit * len(settings.account_id))


def settings_file(name: str) -> ModuleType:
    """One of the files of this folder, by its name. Raises InvalidSettings with the line of any mistake in it.

    Use this rather than a plain import, which would end in a stack trace.
    """
    try:
        return importlib.import_module(f"{FOLDER.name}.{name}")
    except InvalidSettings:
        raise
    except Exception as failure:  # settings are code: whatever it raises is a mistake in them
        raise InvalidSettings([problem_of(failure, FOLDER / f"{name}.py")]) from None


def load(release: ProviderRelease | None = None) -> dict[str, Environment]:
    """The settings of every environment, by name, optionally for another release of the AWS provider.

    Raises `InvalidSettings` with all problems of all environments.
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
            # The requested release is validated with the rest, except the offline one, which lacks some arguments.
            newer = release if release != OFFLINE and release and is_usable(release) else found.provider_release
            settings[name] = replace(found, provider_release=newer)
        else:
            value = getattr(found, "name", found)
            problems.append(Problem(f"{name}.name", value, f"{name}.py describes {name}", "give it that name"))
    problems += _joined({name: problems_of(each) for name, each in settings.items()})
    collect(environment_problems(settings), problems)
    if release and not is_usable(release):
        problems.append(Problem("provider-release", release, LIMIT, REMEDY))
    try:
        collect(sources.problems(ROOT, _packed_folders(settings)), problems)
        collect(npm.problems(ROOT, _folders_with_npm(settings)), problems)
        collect(requirements.problems(ROOT, _folders_in_python(settings)), problems)
    except InvalidSettings as failure:
        problems += failure.problems
    if problems:
        raise InvalidSettings(problems)
    return {name: replace(each, provider_release=release or each.provider_release) for name, each in settings.items()}


def folders_in_python() -> set[str]:
    """The folders of all code in Python, without judging any setting: packages are named before they are locked.

    Raises InvalidSettings with the line of any mistake in a file.
    """
    found = {name: getattr(settings_file(name), "SETTINGS", None) for name in NAMES}
    return {*_folders_in_python({name: each for name, each in found.items() if isinstance(each, Environment)})}


def _packed_folders(settings: dict[str, Environment]) -> Iterator[str]:
    yield from (LIBRARY, TYPESCRIPT_LIBRARY)
    for each in settings.values():
        for group in each.deployed.groups:
            yield from (path for each in group.functions if isinstance(each.code, Folder) for path in each.code.folders)


def _folders_with_npm(settings: dict[str, Environment]) -> Iterator[str]:
    for each in settings.values():
        for group in each.deployed.groups:
            for function in group.functions:
                if isinstance(function.code, Folder) and function.entry:
                    yield from (function.code.path, TYPESCRIPT_LIBRARY)


def _folders_in_python(settings: dict[str, Environment]) -> Iterator[str]:
    for each in settings.values():
        for function in each.deployed.functions:
            if isinstance(function.code, Folder) and function.runtime.startswith("python"):
                yield function.code.path


def _joined(found: dict[str, list[Problem]]) -> Iterator[Problem]:
    """Environments share the application: a problem that several have is reported once, with their names."""
    names: dict[str, list[str]] = {}
    problems: dict[str, Problem] = {}
    for name, each in found.items():
        for problem in each:
            names.setdefault(str(problem), []).append(name)
            problems[str(problem)] = problem
    for text, problem in problems.items():
        one, *others = names[text]
        yield replace(problem, field=f"{', '.join(names[text])}: {problem.field}") if others else problem.under(one)
