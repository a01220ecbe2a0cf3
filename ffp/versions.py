"""Published versions of functions that keep what a deploy wants to remove.

A version keeps the security groups and subnets that it was published with, whether or not anybody calls it, and EC2
refuses to delete these as long as it exists. Terraform publishes versions and deletes none.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ffp.aws import refusals_in_short
from settings.names import prefix

_PLACES = ("SecurityGroupIds", "SubnetIds")


def release(environment: str, client: Callable[[str], Any]) -> list[str]:
    """Deletes versions that no alias names and that are elsewhere in the network than their function is now.

    The other versions stay, to roll back to. Returns what was deleted, as `function:version`; ToolError where AWS
    refuses.
    """
    lambda_ = client("lambda")
    released = []
    with refusals_in_short():
        for function in _all(lambda_, "list_functions", "Functions"):
            name = function["FunctionName"]
            if not name.startswith(prefix(environment)):
                continue
            named = _named_by_aliases(lambda_, name)
            for version in _all(lambda_, "list_versions_by_function", "Versions", FunctionName=name):
                number = version["Version"]
                if number not in {"$LATEST", *named} and _keeps_more(version, function):
                    lambda_.delete_function(FunctionName=name, Qualifier=number)
                    released.append(f"{name}:{number}")
    return released


def _named_by_aliases(lambda_: Any, function: str) -> set[str]:
    aliases = _all(lambda_, "list_aliases", "Aliases", FunctionName=function)
    weights = [each.get("RoutingConfig", {}).get("AdditionalVersionWeights", {}) for each in aliases]
    return {each["FunctionVersion"] for each in aliases}.union(*weights)


def _keeps_more(version: Mapping[str, Any], function: Mapping[str, Any]) -> bool:
    """Whether a version is in a group or a subnet that its function is not in."""
    here, now = (
        {each for place in _PLACES for each in _network(config).get(place, [])} for config in (version, function)
    )
    return bool(here - now)


def _network(config: Mapping[str, Any]) -> Mapping[str, list[str]]:
    return config.get("VpcConfig") or {}


def _all(client: Any, operation: str, key: str, **about: str) -> list[dict[str, Any]]:
    return [each for page in client.get_paginator(operation).paginate(**about) for each in page[key]]
