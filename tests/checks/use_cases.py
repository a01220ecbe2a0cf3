"""Cases of SHAPE-2: for each type, one use, and references that are none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.checks.case import Case, Values, backend

# Type: its own arguments, then what uses it (a type and its arguments, `@` standing for a reference to the subject).
_USED: dict[str, tuple[Values, str, Values]] = {
    "aws_acm_certificate": ({}, "aws_acm_certificate_validation", {"certificate_arn": "@"}),
    "aws_apigatewayv2_authorizer": ({}, "aws_apigatewayv2_route", {"authorizer_id": "@"}),
    "aws_apigatewayv2_integration": ({}, "aws_apigatewayv2_route", {"target": "integrations/@"}),
    "aws_cloudfront_cache_policy": (
        {},
        "aws_cloudfront_distribution",
        {"default_cache_behavior": {"cache_policy_id": "@"}},
    ),
    "aws_cloudfront_function": (
        {},
        "aws_cloudfront_distribution",
        {"ordered_cache_behavior": [{"function_association": [{"function_arn": "@"}]}]},
    ),
    "aws_cloudfront_key_group": (
        {},
        "aws_cloudfront_distribution",
        {"ordered_cache_behavior": [{"trusted_key_groups": ["@"]}]},
    ),
    "aws_cloudfront_origin_access_control": (
        {},
        "aws_cloudfront_distribution",
        {"origin": [{"origin_access_control_id": "@"}]},
    ),
    "aws_cloudfront_origin_request_policy": (
        {},
        "aws_cloudfront_distribution",
        {"ordered_cache_behavior": [{"origin_request_policy_id": "@"}]},
    ),
    "aws_cloudfront_public_key": ({}, "aws_cloudfront_key_group", {"items": ["@"]}),
    "aws_cloudfront_response_headers_policy": (
        {},
        "aws_cloudfront_distribution",
        {"default_cache_behavior": {"response_headers_policy_id": "@"}},
    ),
    "aws_cloudwatch_event_bus": (
        {"name": "dev-ffp-exercises"},
        "aws_lambda_function",
        {"environment": {"variables": {"EXERCISES_BUS_NAME": "@"}}},
    ),
    "aws_cloudwatch_event_rule": ({}, "aws_cloudwatch_event_target", {"rule": "@"}),
    "aws_cloudwatch_log_delivery_destination": ({}, "aws_cloudwatch_log_delivery", {"delivery_destination_arn": "@"}),
    "aws_cloudwatch_log_delivery_source": ({}, "aws_cloudwatch_log_delivery", {"delivery_source_name": "@"}),
    "aws_cloudwatch_log_group": (
        {"name": "/aws/lambda/dev-ffp-list"},
        "aws_lambda_function",
        {"logging_config": {"log_group": "/aws/lambda/dev-ffp-list"}},
    ),
    "aws_cloudwatch_log_metric_filter": (
        {"metric_transformation": {"name": "throttled"}},
        "aws_cloudwatch_metric_alarm",
        {"metric_name": "throttled"},
    ),
    "aws_cognito_resource_server": ({}, "aws_cognito_user_pool_client", {"allowed_oauth_scopes": ["@/notes.read"]}),
    "aws_cognito_user_pool": ({}, "aws_apigatewayv2_authorizer", {"jwt_configuration": {"issuer": "https://@"}}),
    "aws_cognito_user_pool_client": ({}, "aws_apigatewayv2_authorizer", {"jwt_configuration": {"audience": ["@"]}}),
    "aws_db_parameter_group": ({}, "aws_db_instance", {"parameter_group_name": "@"}),
    "aws_db_subnet_group": ({}, "aws_db_instance", {"db_subnet_group_name": "@"}),
    "aws_eip": ({}, "aws_nat_gateway", {"allocation_id": "@"}),
    "aws_iam_instance_profile": ({}, "aws_instance", {"iam_instance_profile": "@"}),
    "aws_iam_openid_connect_provider": (
        {"url": "https://token.example.org"},
        "data.aws_iam_policy_document",
        {
            "statement": [
                {"principals": [{"identifiers": ["arn:aws:iam::111111111111:oidc-provider/token.example.org"]}]}
            ]
        },
    ),
    "aws_iam_policy": ({"name": "dev-ffp-deploy"}, "aws_iam_role_policy_attachment", {"policy_arn": "@"}),
    "aws_iam_role": ({}, "aws_lambda_function", {"role": "@"}),
    "aws_internet_gateway": ({}, "aws_route", {"gateway_id": "@"}),
    "aws_kms_key": ({}, "aws_sqs_queue", {"kms_master_key_id": "@"}),
    "aws_lambda_alias": ({}, "aws_apigatewayv2_integration", {"integration_uri": "@"}),
    "aws_launch_template": ({}, "aws_instance", {"launch_template": {"id": "@"}}),
    "aws_nat_gateway": ({}, "aws_route", {"nat_gateway_id": "@"}),
    "aws_network_interface": ({}, "aws_launch_template", {"network_interfaces": [{"network_interface_id": "@"}]}),
    "aws_route_table": ({}, "aws_route_table_association", {"route_table_id": "@"}),
    "aws_s3_bucket": (
        {"bucket": "dev-ffp-media"},
        "aws_lambda_function",
        {"environment": {"variables": {"MEDIA_BUCKET": "dev-ffp-media"}}},
    ),
    "aws_scheduler_schedule_group": ({}, "aws_scheduler_schedule", {"group_name": "@"}),
    "aws_secretsmanager_secret": ({}, "aws_lambda_function", {"environment": {"variables": {"A_SECRET_ARN": "@"}}}),
    "aws_security_group": ({}, "aws_db_instance", {"vpc_security_group_ids": ["@"]}),
    "aws_sns_topic": ({}, "aws_cloudwatch_metric_alarm", {"alarm_actions": ["@"]}),
    "aws_sqs_queue": (
        {},
        "aws_lambda_function_event_invoke_config",
        {"destination_config": {"on_failure": {"destination": "@"}}},
    ),
    "aws_subnet": ({}, "aws_route_table_association", {"subnet_id": "@"}),
    "aws_wafv2_web_acl": ({}, "aws_cloudfront_distribution", {"web_acl_id": "@"}),
    "data.aws_iam_policy_document": ({}, "aws_vpc_endpoint", {"policy": "@"}),
}

# What names the subject without using it: its own policy, a permission, an alias, an alarm, an order of making.
_NO_USE: dict[str, tuple[str, Values]] = {
    "aws_kms_key": ("aws_kms_alias", {"target_key_id": "@"}),
    "aws_sns_topic": ("aws_sns_topic_policy", {"arn": "@"}),
    "aws_sqs_queue": ("aws_sqs_queue_policy", {"queue_url": "@"}),
    "aws_secretsmanager_secret": ("aws_secretsmanager_secret_rotation", {"secret_id": "@"}),
    "aws_s3_bucket": ("aws_s3_bucket_versioning", {"bucket": "@"}),
    "aws_iam_role": ("aws_iam_role_policy", {"role": "@"}),
    "aws_security_group": ("aws_vpc_security_group_ingress_rule", {"security_group_id": "@"}),
}


def _filled(value: Any, reference: str) -> Any:
    if isinstance(value, dict):
        return {key: _filled(inner, reference) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, reference) for inner in value]
    return value.replace("@", reference)


def _using(kind: str, name: str, user: str, values: Values) -> dict[str, Any]:
    """A stack in which a block called `user` has these values, and `@` in them refers to the block of that name."""
    category, _, type_ = user.rpartition(".")
    return {category or "resource": {type_: {f"{name}-user": _filled(dict(values), f"${{{kind}.{name}.id}}")}}}


def _used(kind: str, name: str = "subject") -> dict[str, Any]:
    """A stack in which something uses the block, and something that, until it needs no user."""
    _, user, values = _USED[kind]
    own = _USED[user][0] if user in _USED else {}
    stack = _using(kind, name, user, {**own, **values})
    if user in _USED:
        for category, blocks in _used(user, f"{name}-user").items():
            stack[category] = {**stack.get(category, {}), **blocks}
    return stack


def _unused(kind: str) -> Iterator[dict[str, Any]]:
    """Stacks that have the user, and only wait for the subject or describe it; with a route that demands a token."""
    _, user, _ = _USED[kind]
    for described in (
        (user, {"tags": {"Name": "dev-ffp-user"}}),
        (user, {"depends_on": [f"{kind}.subject"]}),
        _NO_USE.get(kind, (user, {"tags": {"Name": "@"}})),
    ):
        stack = _using(kind, "subject", *described)
        stack.setdefault("resource", {}).setdefault("aws_apigatewayv2_route", {"a": {"authorization_type": "JWT"}})
        yield stack


CASES = [
    Case(
        "FFP_SHAPE_2_1",
        kind,
        {"tags": {"Name": "dev-ffp-subject"}, **own},
        beside={**backend("dev"), **_used(kind)},
        broken_beside=tuple({**backend("dev"), **stack} for stack in _unused(kind)),
    )
    for kind, (own, _, _) in _USED.items()
]
# An API that has no route yet, and one whose routes are all public.
CASES += [
    Case("FFP_SHAPE_2_1", "aws_apigatewayv2_authorizer", {"name": "users"}, beside={**backend("dev"), **routes})
    for routes in ({}, {"resource": {"aws_apigatewayv2_route": {"a": {"authorization_type": "NONE"}}}})
]
