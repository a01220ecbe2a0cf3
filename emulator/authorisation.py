"""What a call asks of IAM: MiniStack's own answer, completed from AWS's service authorisation reference.

AWS asks for an action on each resource that a call names or makes, tells the tags of either, and asks again for the
tags that a new resource gets and for the role that it is given.
"""

import re
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus

from ministack.core import iam_actions, iam_evaluator
from ministack.services import iam, tagging
from resources import is_new, named_by, parsed, tags_of

# Where an operation and the permission for it have two names.
_NAMES = {
    "budgets:DescribeBudget": "budgets:ViewBudget",
    "cloudfront:CreateDistributionWithTags": "cloudfront:CreateDistribution",
    "lambda:Invoke": "lambda:InvokeFunction",
    **{
        f"budgets:{verb}{what}": "budgets:ModifyBudget"
        for verb in ("Create", "Delete", "Update")
        for what in ("Budget", "Notification", "Subscriber")
    },
    "budgets:DescribeNotificationsForBudget": "budgets:ViewBudget",
    "budgets:DescribeSubscribersForNotification": "budgets:ViewBudget",
}
# What AWS asks for besides, where a call gives tags to what it makes. For all of EC2 it is `ec2:CreateTags`.
_TAGGING = {
    "budgets:ModifyBudget": "budgets:TagResource",
    "cloudfront:CreateDistribution": "cloudfront:TagResource",
    "cloudwatch:PutMetricAlarm": "cloudwatch:TagResource",
    "cognito-idp:CreateUserPool": "cognito-idp:TagResource",
    "iam:CreateRole": "iam:TagRole",
    "kms:CreateKey": "kms:TagResource",
    "lambda:CreateFunction": "lambda:TagResource",
    "logs:CreateDelivery": "logs:TagResource",
    "logs:CreateLogGroup": "logs:TagResource",
    "logs:PutDeliveryDestination": "logs:TagResource",
    "logs:PutDeliverySource": "logs:TagResource",
    "rds:CreateDBInstance": "rds:AddTagsToResource",
    "rds:CreateDBParameterGroup": "rds:AddTagsToResource",
    "rds:CreateDBSubnetGroup": "rds:AddTagsToResource",
    "secretsmanager:CreateSecret": "secretsmanager:TagResource",
    "sns:CreateTopic": "sns:TagResource",
    "sqs:CreateQueue": "sqs:TagQueue",
}
# The services that a call gives a role to.
_PASSING = {
    "ec2:CreateFlowLogs": "vpc-flow-logs",
    "lambda:CreateFunction": "lambda",
    "lambda:UpdateFunctionConfiguration": "lambda",
    "rds:CreateDBInstance": "monitoring.rds",
    "scheduler:CreateSchedule": "scheduler",
    "scheduler:UpdateSchedule": "scheduler",
}
_ENCRYPTION = "x-amz-server-side-encryption"
_ROLE = re.compile(r"arn:aws:iam::\d{12}:role/[\w+=,.@/-]+")
_QUERY_TAG = re.compile(r"((?:.+\.)?Tags?(?:\.member)?\.\d+\.)Key")
_XML_TAG = re.compile(r"<Tag><Key>([^<]*)</Key><Value>([^<]*)</Value></Tag>")


@dataclass(frozen=True)
class _Call:
    """What the call in progress names and gives, for the checks that follow its first."""

    resources: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)


_call: ContextVar[_Call] = ContextVar("call")


def complete() -> None:
    """Puts the completed functions in the place of MiniStack's; fails if one of those is not there."""
    name_of, resource_of, tell, enforce, policy_of, _ = (
        iam_actions.extract_iam_action,
        iam_actions.extract_resource_arn,
        iam_actions.request_tag_context,
        iam_evaluator.enforce,
        iam_evaluator._resource_policy,
        iam_evaluator._names_condition_key,
    )

    def action(service: str, method: str, path: str, headers: Any, body: bytes, params: Any) -> str | None:
        name: str | None = name_of(service, method, path, headers, body, params)
        if service == "lambda" and (operation := iam_actions._match_rest_action(service, method, path, params)):
            name = f"lambda:{operation}"
        return _NAMES.get(name or "", name)

    def resource(
        service: str, method: str, path: str, headers: Any, body: bytes, params: Any, region: str, account: str
    ) -> str:
        asked = action(service, method, path, headers, body, params) or ""
        known = resource_of(service, method, path, headers, body, params, region, account)
        if service == "s3":  # MiniStack knows S3 well, and a body there is somebody's data
            _call.set(_Call())
            return str(known)
        resources = named_by(service, asked, path, body, params, region, account) or (known,)
        roles = _ROLE.findall(unquote_plus(body.decode("utf-8", "replace"))) if asked in _PASSING else ()
        _call.set(_Call(resources, tuple(dict.fromkeys(roles)), dict(_tags(body, params))))
        return resources[0]

    def context(service: str, asked: str, body: bytes, params: Any) -> dict[str, Any]:
        return {**tell(service, asked, body, params), **_boundary(asked, params)}

    def check(
        key: str, asked: str, service: str, region: str, resource_arn: str = "*", service_context: Any = None
    ) -> Any:
        call = _call.get(_Call())
        if resource_arn not in call.resources[:1]:  # one that MiniStack asks for by itself
            return enforce(key, asked, service, region, resource_arn, service_context)
        for each, on, told in _checks(asked, call):
            if denied := enforce(key, each, service, region, on, {**(service_context or {}), **told}):
                iam_evaluator.logger.warning("IAM refuses %s on %s", each, on)
                return denied
        return None

    def policy(service: str, resource_arn: str) -> Any:
        """A key's policy speaks of the key, and an alias has none."""
        return None if ":alias/" in resource_arn else policy_of(service, resource_arn)

    resolve = iam_evaluator._resolve_condition_key

    def value_of(key: str, ctx: Any) -> Any:
        """Every signed call says whether a service makes it."""
        return "false" if key.lower() == "aws:principalisawsservice" else resolve(key, ctx)

    iam_evaluator._resolve_condition_key = value_of
    tell_s3 = iam_actions.s3_service_context

    def context_of_s3(asked: str, params: Any, path: str = "", headers: Any = None) -> dict[str, Any]:
        """All that a write says of its encryption; MiniStack tells the algorithm alone."""
        said = {f"s3:{name}": value for name, value in (headers or {}).items() if name.startswith(_ENCRYPTION)}
        return {**tell_s3(asked, params, path, headers), **(said if asked == "s3:PutObject" else {})}

    iam_actions.s3_service_context = context_of_s3
    iam_actions._BOTOCORE_SERVICE_MAP["lambda"] = ["lambda"]
    iam_actions.extract_iam_action, iam_actions.extract_resource_arn = action, resource
    iam_actions.request_tag_context = context
    iam_evaluator.enforce, iam_evaluator._resource_policy = check, policy
    tagging._RESOURCE_TAG_COLLECTORS |= tags_of()
    # MiniStack looks for a resource's tags only where a role's own policies ask for them; boundaries ask as well.
    iam_evaluator._names_condition_key = lambda policies, prefix: True


def _checks(action: str, call: _Call) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each action that IAM is asked for, the resource, and what IAM is told besides."""
    of_ec2 = action.startswith("ec2:")
    given: dict[str, Any] = {f"aws:requesttag/{name}".lower(): value for name, value in call.tags.items()}
    if given:
        given["aws:tagkeys"] = list(call.tags)
    tag = "ec2:CreateTags" if of_ec2 else _TAGGING.get(action)
    for resource in call.resources:
        # EC2 tells the call's tags for what it makes or tags, and for nothing that it only names.
        if not of_ec2 or is_new(resource) or action.endswith("Tags"):
            yield action, resource, given
            if tag and given and not action.endswith("Tags"):
                making = {"ec2:createaction": action.removeprefix("ec2:")} if of_ec2 else {}
                yield tag, resource, {**given, **making}
        else:
            yield action, resource, {}
    for role in call.roles:
        yield "iam:PassRole", role, {"iam:passedtoservice": f"{_PASSING[action]}.amazonaws.com"}


def _boundary(action: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """IAM's own key: the boundary that a role gets, or has."""
    name = iam_actions._query_param(params, "RoleName")
    if not action.startswith("iam:") or not name:
        return {}
    given = iam_actions._query_param(params, "PermissionsBoundary")
    return {"iam:PermissionsBoundary": given or (iam._roles.get(name) or {}).get("PermissionsBoundary") or None}


def _tags(body: bytes, params: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The tags that a call gives, in each of the ways that AWS's services write them."""
    for key in params:
        if match := _QUERY_TAG.fullmatch(key):
            value = iam_actions._query_param(params, f"{match[1]}Value")
            yield iam_actions._query_param(params, key), value
    for member in ("Tags", "tags", "UserPoolTags", "ResourceTags"):
        found = parsed(body).get(member) or {}
        if isinstance(found, dict):
            yield from found.items()
        else:  # of a pair, whatever it is called, the key comes before the value
            yield from ((each[min(each)], each[max(each)]) for each in found if isinstance(each, dict))
    if body[:1] == b"<":
        yield from _XML_TAG.findall(body.decode("utf-8", "replace"))
