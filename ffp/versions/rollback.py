"""Lets callers use an earlier version of a function until a revert is deployed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ffp.aws import as_tool_errors
from ffp.project import BadInputError, ToolError
from ffp.versions.pages import all_of
from settings import Environment
from settings.names import ALIAS, prefix


@dataclass(frozen=True)
class Rollback:
    """Where an alias points, and where it would."""

    function: str  # its whole name
    now: str  # the version
    then: str
    published: str  # when the other version was published


def rollback_of(settings: Environment, function: str, version: str | None, client: Callable[[str], Any]) -> Rollback:
    """What rolling back a function means: to the version, or to the newest one before the present.

    Raises BadInputError if there is no such function or version, with those that there are.
    """
    known = sorted(each.name for each in settings.deployed.functions)
    if function not in known:
        raise BadInputError(f"function: {function} is unknown; choose one of {', '.join(known)}")
    lambda_, name = client("lambda"), f"{prefix(settings.name)}{function}"
    with as_tool_errors():
        now = str(lambda_.get_alias(FunctionName=name, Name=ALIAS)["FunctionVersion"])
        found = {
            str(each["Version"]): str(each["LastModified"])
            for each in all_of(lambda_, "list_versions_by_function", "Versions", FunctionName=name)
            if str(each["Version"]).isdigit()
        }
    others = sorted((each for each in found if each != now), key=int)
    earlier = [each for each in others if not now.isdigit() or int(each) < int(now)]
    if version is None and not earlier:
        raise BadInputError(f"function: {name} has no version before {now}; there is nothing to go back to")
    then = version if version is not None else earlier[-1]
    if then not in others:
        raise BadInputError(
            f"version: {then} of {name} does not exist, or is the present one; choose one of {', '.join(others)}"
        )
    return Rollback(name, now, then, found[then])


def roll_back(rollback: Rollback, client: Callable[[str], Any]) -> None:
    """Points the alias to the other version, unless somebody has moved it since."""
    lambda_ = client("lambda")
    with as_tool_errors():
        alias = lambda_.get_alias(FunctionName=rollback.function, Name=ALIAS)
        if alias["FunctionVersion"] != rollback.now:
            raise ToolError(
                f"{rollback.function}: somebody has moved {ALIAS} to {alias['FunctionVersion']} meanwhile; start again"
            )
        lambda_.update_alias(
            FunctionName=rollback.function,
            Name=ALIAS,
            FunctionVersion=rollback.then,
            RevisionId=alias["RevisionId"],  # AWS refuses if the alias was moved in between
        )
