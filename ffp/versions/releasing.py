"""Deletes published versions of functions that prevent the removal of security groups and subnets.

A version uses the security groups and subnets of its publication even if nobody calls it, and EC2 refuses to delete
these while the version exists. Terraform publishes versions, but never deletes them.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ffp.aws import as_tool_errors
from ffp.versions.pages import all_of
from settings.names import prefix

_NETWORK_FIELDS = ("SecurityGroupIds", "SubnetIds")


def release(environment: str, client: Callable[[str], Any]) -> list[str]:
    """Deletes the versions that no alias uses and that have a security group or subnet that their function lacks now.

    Keeps all other versions, for rollbacks. Returns the deleted ones as `function:version`. Raises ToolError if AWS
    refuses a call.
    """
    lambda_ = client("lambda")
    deleted = []
    with as_tool_errors():
        for function in all_of(lambda_, "list_functions", "Functions"):
            name = function["FunctionName"]
            if not name.startswith(prefix(environment)):
                continue
            in_use = _versions_of_aliases(lambda_, name)
            for version in all_of(lambda_, "list_versions_by_function", "Versions", FunctionName=name):
                number = version["Version"]
                if number not in {"$LATEST", *in_use} and _has_other_network(version, function):
                    lambda_.delete_function(FunctionName=name, Qualifier=number)
                    deleted.append(f"{name}:{number}")
    return deleted


def _versions_of_aliases(lambda_: Any, function: str) -> set[str]:
    aliases = all_of(lambda_, "list_aliases", "Aliases", FunctionName=function)
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
