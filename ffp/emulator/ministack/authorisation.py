"""Completes MiniStack's IAM checks for each call, according to AWS's service authorisation reference.

AWS checks an action on each resource that a call names or creates, and also for a new resource's tags and for the role
or function that is passed to it. Each of these questions has condition keys, which a policy's conditions can use.
"""

import re
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from functools import cache
from typing import Any
from urllib.parse import unquote_plus

import ec2_questions
import moving
from calls import Call, Question, keys_of_tags
from conditions import (
    aliases_of,
    boundary_of,
    called_by,
    encryption_of,
    events_of,
    github_claims_of,
    is_service,
    principal_arn_of,
    sender_of,
    sharing_keys_of,
    source_account_of,
    source_function_of,
)
from ministack.core import iam_actions, iam_evaluator
from ministack.core.router import extract_access_key_id
from ministack.services import secretsmanager, sts, tagging
from resources import named_by, tagged_by, tags_of

# The operations whose permission has another name.
_PERMISSION_NAMES = {
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
# The permission that is also needed to create a resource with tags. For all of EC2 it is `ec2:CreateTags`.
_TAGGING = {
    "budgets:ModifyBudget": "budgets:TagResource",
    "cloudfront:CreateDistribution": "cloudfront:TagResource",
    "cloudwatch:PutMetricAlarm": "cloudwatch:TagResource",
    "cognito-idp:CreateUserPool": "cognito-idp:TagResource",
    "events:CreateEventBus": "events:TagResource",
    "events:PutRule": "events:TagResource",
    "iam:CreateRole": "iam:TagRole",
    "kms:CreateKey": "kms:TagResource",
    "lambda:CreateEventSourceMapping": "lambda:TagResource",
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
# By action, the service to which the call passes a role.
_PASSED_TO = {
    "ec2:CreateFlowLogs": "vpc-flow-logs",
    "lambda:CreateFunction": "lambda",
    "lambda:UpdateFunctionConfiguration": "lambda",
    "rds:CreateDBInstance": "monitoring.rds",
    "scheduler:CreateSchedule": "scheduler",
    "scheduler:UpdateSchedule": "scheduler",
}
_ROLE = re.compile(r"arn:aws:iam::\d{12}:role/[\w+=,.@/-]+")
_IMAGE = re.compile(r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/(?P<repository>[^@:]+)")
_UNKNOWN = "unknown operation"  # the beginning of an action that no policy allows

_questions_of_call: ContextVar[tuple[Question, ...]] = ContextVar("asked", default=())


def complete() -> None:
    """Replaces MiniStack's functions with the completed ones. Fails if MiniStack no longer has one of them."""
    _name_actions()
    _collect_questions()
    _ask_questions()
    _add_condition_keys()
    _find_tags()


def _name_actions() -> None:
    """Maps each operation to IAM's name for it. An unknown operation gets a name that IAM refuses."""
    name_of, name_of_s3 = iam_actions.extract_iam_action, iam_actions._s3_action
    iam_actions._BOTOCORE_SERVICE_MAP["lambda"] = ["lambda"]

    def name(service: str, method: str, path: str, headers: Any, body: bytes, params: Any) -> str | None:
        action: str | None = name_of(service, method, path, headers, body, params)
        if service == "lambda":  # MiniStack guesses from the path, but AWS's routes are exact
            operation = iam_actions._match_rest_action(service, method, path, params)
            action = operation and f"lambda:{operation}"
        if action is None and not iam_evaluator.is_root_access_key(extract_access_key_id(headers, params)):
            operation = iam_actions._action_from_target(headers)
            operation = operation or iam_actions._action_from_query(params, body, headers.get("content-type", ""))
            return f"{service}:{_UNKNOWN} {operation or f'{method} {path}'}"
        return _PERMISSION_NAMES.get(action or "", action)

    def name_s3(method: str, path: str, params: Any) -> str | None:
        """Names unknown subresources, which MiniStack would treat as a plain read or write."""
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
    """The query parameters without a value in AWS's routes, which select another operation of a path."""
    routes = iam_actions._load_botocore_routes("s3")
    return {key for *_, query in routes for key, value in query.items() if not value}


def _collect_questions() -> None:
    """Stores a call's questions until IAM checks it. MiniStack receives only the first resource."""
    resource_of = iam_actions.extract_resource_arn

    def resource(
        service: str, method: str, path: str, headers: Any, body: bytes, params: Any, region: str, account: str
    ) -> str:
        default_resource = str(resource_of(service, method, path, headers, body, params, region, account))
        _questions_of_call.set(())
        if service == "s3":  # MiniStack is complete for S3, whose bodies are data
            return default_resource
        action = iam_actions.extract_iam_action(service, method, path, headers, body, params) or ""
        query = {key: value[0] if isinstance(value, list) else value for key, value in params.items() if value}
        call = Call(service, action, path, body, query, region, account)
        _questions_of_call.set(
            (
                *_questions(call, default_resource),
                *_pass_role_questions(call),
                *_rotation_questions(call),
                *_image_questions(call),
                *moving.questions(call),
            )
        )
        return _questions_of_call.get()[0].resource

    iam_actions.extract_resource_arn = resource


def _questions(call: Call, default_resource: str) -> Iterator[Question]:
    """Yields the action on each resource, and then the permission to tag a new resource."""
    if call.service == "ec2":
        yield from tuple(ec2_questions.questions(call)) or (Question(call.action, "*"),)
        return
    tag_keys = keys_of_tags(call.tags())
    resources = named_by(call) or (default_resource,)
    for resource in resources:
        keys: dict[str, Any] = {**boundary_of(call), **sharing_keys_of(call), **called_by(call), **sender_of(call)}
        keys |= events_of(call)
        yield Question(call.action, resource, {**tag_keys, **keys})
    if tag_keys and call.action in _TAGGING:
        yield Question(_TAGGING[call.action], tagged_by(call) or resources[0], tag_keys)


def _pass_role_questions(call: Call) -> Iterator[Question]:
    """Yields `iam:PassRole` for each role that the call passes to a service."""
    if service := _PASSED_TO.get(call.action):
        for role in dict.fromkeys(_ROLE.findall(unquote_plus(call.body.decode("utf-8", "replace")))):
            yield Question("iam:PassRole", role, {"iam:passedtoservice": f"{service}.amazonaws.com"})


def _rotation_questions(call: Call) -> Iterator[Question]:
    """Yields the invocation of a rotation's function: the one in the call, or else the secret's."""
    if call.action == "secretsmanager:RotateSecret":
        _, secret = secretsmanager._resolve(call.data.get("SecretId"))
        if function := call.data.get("RotationLambdaARN") or (secret or {}).get("RotationLambdaARN"):
            yield Question("lambda:InvokeFunction", function)


def _image_questions(call: Call) -> Iterator[Question]:
    """Yields what AWS asks of whoever gives a function an image of another account: to be able to read it, too."""
    code = call.data.get("Code") or call.data
    if call.service == "lambda" and isinstance(code, dict) and (found := _IMAGE.match(str(code.get("ImageUri")))):
        repository = f"arn:aws:ecr:{found['region']}:{found['account']}:repository/{found['repository']}"
        yield from (Question(f"ecr:{action}", repository) for action in ("BatchGetImage", "GetDownloadUrlForLayer"))


def _ask_questions() -> None:
    enforce, policy_of = iam_evaluator.enforce, iam_evaluator._resource_policy

    def check(
        key: str, action: str, service: str, region: str, resource_arn: str = "*", service_context: Any = None
    ) -> Any:
        questions = _questions_of_call.get()
        if (action, resource_arn) not in ((each.action, each.resource) for each in questions[:1]):
            questions = (Question(action, resource_arn),)  # a check by MiniStack itself
        for each in questions:
            keys = {**((service_context or {}) if each.action == action else {}), **each.condition_keys}
            if refusal := enforce(key, each.action, service, region, each.resource, keys):
                iam_evaluator.logger.warning("IAM refuses %s on %s", each.action, each.resource)
                return refusal
        if f":{_UNKNOWN} " in action and not iam_evaluator.is_root_access_key(key):
            iam_evaluator.logger.warning("IAM refuses %s, even to an administrator", action)
            return iam_evaluator.EvalResult("ImplicitDeny", iam_evaluator.caller_arn())
        return None

    def policy(service: str, resource_arn: str) -> Any:
        """Aliases of keys have no resource policy; the key's policy applies only to the key."""
        return None if ":alias/" in resource_arn else policy_of(service, resource_arn)

    iam_evaluator.enforce, iam_evaluator._resource_policy = check, policy


def _add_condition_keys() -> None:
    """Adds condition keys that MiniStack lacks, and removes those that AWS does not provide."""
    tag_context, s3_context = iam_actions.request_tag_context, iam_actions.s3_service_context
    resolve, federated = iam_evaluator._resolve_condition_key, sts._web_identity_principal
    describe = iam_evaluator._principal_keys

    def context(service: str, action: str, body: bytes, params: Any) -> Mapping[str, Any]:
        """No tags for EC2, because each EC2 question has those of its own resource."""
        return {} if service == "ec2" else tag_context(service, action, body, params)

    def context_of_s3(action: str, params: Any, path: str = "", headers: Any = None) -> dict[str, Any]:
        keys = s3_context(action, params, path, headers)
        return {**keys, **encryption_of(headers)} if action == "s3:PutObject" else keys

    resolvers = {
        "aws:principalarn": principal_arn_of,
        "aws:principalisawsservice": is_service,
        "aws:sourceaccount": source_account_of,
        "kms:resourcealiases": aliases_of,
    }

    def value_of(key: str, ctx: Any) -> Any:
        return resolvers[key.lower()](ctx) if key.lower() in resolvers else resolve(key, ctx)

    def web_identity(token: str, provider: str, role: str) -> tuple[str, dict[str, Any]]:
        principal, keys = federated(token, provider, role)
        return principal, {**keys, **github_claims_of(token)}

    def principal(credential: Any) -> dict[str, Any]:
        return {**describe(credential), **source_function_of(sts._sessions.get(credential.access_key_id) or {})}

    sts._web_identity_principal, iam_evaluator._principal_keys = web_identity, principal
    iam_actions.request_tag_context, iam_actions.s3_service_context = context, context_of_s3
    iam_evaluator._resolve_condition_key = value_of


def _find_tags() -> None:
    """Provides tags of resources for boundaries, too; MiniStack does so only if a role's own policies use them."""
    tagging._RESOURCE_TAG_COLLECTORS |= tags_of()
    if not hasattr(iam_evaluator, "_names_condition_key"):
        raise NotImplementedError("MiniStack has changed how it finds the tags of resources: adapt this function")
    iam_evaluator._names_condition_key = lambda policies, prefix: True
