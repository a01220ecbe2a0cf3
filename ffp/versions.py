"""Published versions of functions: which an alias goes back to, and which prevent a removal.

A version uses the security groups and subnets of its publication even if nobody calls it, and EC2 refuses to delete
these while the version exists. Terraform publishes versions, but never deletes them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ffp.aws import as_tool_errors
from ffp.project import BadInputError, ToolError
from settings import Environment
from settings.names import ALIAS, prefix

_NETWORK_FIELDS = ("SecurityGroupIds", "SubnetIds")


def release(environment: str, client: Callable[[str], Any]) -> list[str]:
    """Deletes the versions that no alias uses and that have a security group or subnet that their function lacks now.

    Keeps all other versions, for rollbacks. Returns the deleted ones as `function:version`. Raises ToolError if AWS
    refuses a call.
    """
    lambda_ = client("lambda")
    deleted = []
    with as_tool_errors():
        for function in _all(lambda_, "list_functions", "Functions"):
            name = function["FunctionName"]
            if not name.startswith(prefix(environment)):
                continue
            in_use = _versions_of_aliases(lambda_, name)
            for version in _all(lambda_, "list_versions_by_function", "Versions", FunctionName=name):
                number = version["Version"]
                if number not in {"$LATEST", *in_use} and _has_other_network(version, function):
                    lambda_.delete_function(FunctionName=name, Qualifier=number)
                    deleted.append(f"{name}:{number}")
    return deleted


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
    known = sorted(each.name for each in settings.application.functions)
    if function not in known:
        raise BadInputError(f"function: {function} is unknown; choose one of {', '.join(known)}")
    lambda_, name = client("lambda"), f"{prefix(settings.name)}{function}"
    with as_tool_errors():
        now = str(lambda_.get_alias(FunctionName=name, Name=ALIAS)["FunctionVersion"])
        found = {
            str(each["Version"]): str(each["LastModified"])
            for each in _all(lambda_, "list_versions_by_function", "Versions", FunctionName=name)
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


def _versions_of_aliases(lambda_: Any, function: str) -> set[str]:
    aliases = _all(lambda_, "list_aliases", "Aliases", FunctionName=function)
    weights = [each.get("RoutingConfig", {}).get("AdditionalVersionWeights", {}) for each in aliases]
    return {each["FunctionVersion"] for each in aliases}.union(*weights)


def _has_other_network(version: Mapping[str, Any], function: Mapping[str, Any]) -> bool:
    """Whether a version has a security group or subnet that its function does not have."""
    of_version, of_function = (
        {each for field in _NETWORK_FIELDS for each in _network(config).get(field, [])}
        for config in (version, function)
    )
    return bool(of_version - of_function)


def _network(config: Mapping[str, Any]) -> Mapping[str, list[str]]:
    return config.get("VpcConfig") or {}


def _all(client: Any, operation: str, key: str, **about: str) -> list[dict[str, Any]]:
    return [each for page in client.get_paginator(operation).paginate(**about) for each in page[key]]
