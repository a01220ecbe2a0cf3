"""What a call asks of IAM: MiniStack's own answer, completed from AWS's service authorisation reference.

AWS asks for an action on each resource that a call names or makes, and again for the tags that a new resource gets
and for the role or the function that it is given. A policy's conditions can ask for a question's condition keys.
"""

import re
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from functools import cache
from typing import Any
from urllib.parse import unquote_plus

import ec2_questions
from calls import Call, Question, keys_of_tags
from conditions import (
    aliases_of,
    boundary_of,
    encryption_of,
    github_claims_of,
    is_service,
    opening_of,
    principal_arn_of,
    source_account_of,
    source_function_of,
)
from ministack.core import iam_actions, iam_evaluator
from ministack.core.router import extract_access_key_id
from ministack.services import secretsmanager, sts, tagging
from resources import named_by, tagged_by, tags_of

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
_ROLE = re.compile(r"arn:aws:iam::\d{12}:role/[\w+=,.@/-]+")
_UNKNOWN = "unknown operation"  # followed by what it is: an action that is nobody's

_asked: ContextVar[tuple[Question, ...]] = ContextVar("asked", default=())


def complete() -> None:
    """Puts the completed functions in the place of MiniStack's; fails if one of those is not there."""
    _name_actions()
    _collect_questions()
    _ask_questions()
    _add_condition_keys()
    _find_tags()


def _name_actions() -> None:
    """IAM's name for each operation, or one that is refused."""
    name_of, name_of_s3 = iam_actions.extract_iam_action, iam_actions._s3_action
    iam_actions._BOTOCORE_SERVICE_MAP["lambda"] = ["lambda"]

    def name(service: str, method: str, path: str, headers: Any, body: bytes, params: Any) -> str | None:
        found: str | None = name_of(service, method, path, headers, body, params)
        if service == "lambda":  # MiniStack guesses from the path, AWS's own routes are exact
            operation = iam_actions._match_rest_action(service, method, path, params)
            found = operation and f"lambda:{operation}"
        if found is None and not iam_evaluator.is_root_access_key(extract_access_key_id(headers, params)):
            operation = iam_actions._action_from_target(headers)
            operation = operation or iam_actions._action_from_query(params, body, headers.get("content-type", ""))
            return f"{service}:{_UNKNOWN} {operation or f'{method} {path}'}"
        return _NAMES.get(found or "", found)

    def name_s3(method: str, path: str, params: Any) -> str | None:
        """What MiniStack does not know after the question mark it would take for a plain read or write."""
        if not _is_known_to_s3(method, params):
            return f"{_UNKNOWN} {method} {path}?{'&'.join(params)}"
        return name_of_s3(method, path, params)

    iam_actions.extract_iam_action, iam_actions._s3_action = name, name_s3


def _is_known_to_s3(method: str, params: Any) -> bool:
    tables = (
        iam_actions._S3_QUERY_ACTIONS,
        iam_actions._S3_BUCKET_QUERY_ACTIONS,
        iam_actions._S3_OBJECT_QUERY_ACTIONS,
    )
    asked = _s3_subresources() & set(params or ())
    return not asked or any(method in table.get(each, ()) for each in asked for table in tables)


@cache
def _s3_subresources() -> set[str]:
    """What makes another operation of a path: all that AWS's routes have after a question mark without a value."""
    routes = iam_actions._load_botocore_routes("s3")
    return {key for *_, query in routes for key, value in query.items() if not value}


def _collect_questions() -> None:
    """Keeps the questions of a call until it is judged; MiniStack receives the first of the resources."""
    resource_of = iam_actions.extract_resource_arn

    def resource(
        service: str, method: str, path: str, headers: Any, body: bytes, params: Any, region: str, account: str
    ) -> str:
        known = str(resource_of(service, method, path, headers, body, params, region, account))
        _asked.set(())
        if service == "s3":  # MiniStack knows S3 well, and a body there is somebody's data
            return known
        action = iam_actions.extract_iam_action(service, method, path, headers, body, params) or ""
        query = {key: value[0] if isinstance(value, list) else value for key, value in params.items() if value}
        call = Call(service, action, path, body, query, region, account)
        _asked.set((*_questions(call, known), *_passing(call), *_calling(call)))
        return _asked.get()[0].resource

    iam_actions.extract_resource_arn = resource


def _questions(call: Call, known: str) -> Iterator[Question]:
    """The action on each resource, then the tags of what is made."""
    if call.service == "ec2":
        yield from tuple(ec2_questions.questions(call)) or (Question(call.action, "*"),)
        return
    given = keys_of_tags(call.tags())
    resources = named_by(call) or (known,)
    for resource in resources:
        yield Question(call.action, resource, {**given, **boundary_of(call), **opening_of(call)})
    if given and call.action in _TAGGING:
        yield Question(_TAGGING[call.action], tagged_by(call) or resources[0], given)


def _passing(call: Call) -> Iterator[Question]:
    """Each role that the call gives to a service."""
    if service := _PASSING.get(call.action):
        for role in dict.fromkeys(_ROLE.findall(unquote_plus(call.body.decode("utf-8", "replace")))):
            yield Question("iam:PassRole", role, {"iam:passedtoservice": f"{service}.amazonaws.com"})


def _calling(call: Call) -> Iterator[Question]:
    """The function that a rotation calls: the one that the call names, or else the secret's."""
    if call.action == "secretsmanager:RotateSecret":
        _, secret = secretsmanager._resolve(call.data.get("SecretId"))
        if function := call.data.get("RotationLambdaARN") or (secret or {}).get("RotationLambdaARN"):
            yield Question("lambda:InvokeFunction", function)


def _ask_questions() -> None:
    enforce, policy_of = iam_evaluator.enforce, iam_evaluator._resource_policy

    def check(
        key: str, action: str, service: str, region: str, resource_arn: str = "*", service_context: Any = None
    ) -> Any:
        questions = _asked.get()
        if (action, resource_arn) not in ((each.action, each.resource) for each in questions[:1]):
            questions = (Question(action, resource_arn),)  # one that MiniStack asks by itself
        for each in questions:
            keys = {**((service_context or {}) if each.action == action else {}), **each.condition_keys}
            if denied := enforce(key, each.action, service, region, each.resource, keys):
                iam_evaluator.logger.warning("IAM refuses %s on %s", each.action, each.resource)
                return denied
        if f":{_UNKNOWN} " in action and not iam_evaluator.is_root_access_key(key):
            iam_evaluator.logger.warning("IAM refuses %s, even to an administrator", action)
            return iam_evaluator.EvalResult("ImplicitDeny", iam_evaluator.caller_arn())
        return None

    def policy(service: str, resource_arn: str) -> Any:
        """A key's policy speaks of the key, and an alias has none."""
        return None if ":alias/" in resource_arn else policy_of(service, resource_arn)

    iam_evaluator.enforce, iam_evaluator._resource_policy = check, policy


def _add_condition_keys() -> None:
    """Condition keys that MiniStack does not provide, or provides where AWS does not."""
    tag_context, s3_context = iam_actions.request_tag_context, iam_actions.s3_service_context
    resolve, federated = iam_evaluator._resolve_condition_key, sts._web_identity_principal
    describe = iam_evaluator._principal_keys

    def context(service: str, action: str, body: bytes, params: Any) -> Mapping[str, Any]:
        """EC2's questions carry the tags, each those of its own resource."""
        return {} if service == "ec2" else tag_context(service, action, body, params)

    def context_of_s3(action: str, params: Any, path: str = "", headers: Any = None) -> dict[str, Any]:
        keys = s3_context(action, params, path, headers)
        return {**keys, **encryption_of(headers)} if action == "s3:PutObject" else keys

    ours = {
        "aws:principalarn": principal_arn_of,
        "aws:principalisawsservice": is_service,
        "aws:sourceaccount": source_account_of,
        "kms:resourcealiases": aliases_of,
    }

    def value_of(key: str, ctx: Any) -> Any:
        return ours[key.lower()](ctx) if key.lower() in ours else resolve(key, ctx)

    def web_identity(token: str, provider: str, role: str) -> tuple[str, dict[str, Any]]:
        principal, keys = federated(token, provider, role)
        return principal, {**keys, **github_claims_of(token)}

    def principal(credential: Any) -> dict[str, Any]:
        return {**describe(credential), **source_function_of(sts._sessions.get(credential.access_key_id) or {})}

    sts._web_identity_principal, iam_evaluator._principal_keys = web_identity, principal
    iam_actions.request_tag_context, iam_actions.s3_service_context = context, context_of_s3
    iam_evaluator._resolve_condition_key = value_of


def _find_tags() -> None:
    """The tags of resources, also where only a boundary asks for them: MiniStack looks at a role's own policies."""
    tagging._RESOURCE_TAG_COLLECTORS |= tags_of()
    if not hasattr(iam_evaluator, "_names_condition_key"):
        raise NotImplementedError("MiniStack finds the tags of resources in another way now")
    iam_evaluator._names_condition_key = lambda policies, prefix: True
