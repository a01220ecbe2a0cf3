"""For each of AWS's limits, resources that use a given number of it."""

import json
from collections.abc import Callable
from typing import Any

from catalogue.limits import Limit, callers, messaging, network, operations, permissions

Resources = dict[str, Any]


def _many(type_: str, number: int, **attributes: Any) -> Resources:
    return {type_: {f"x{index}": attributes for index in range(number)}}


def _one(type_: str, **attributes: Any) -> Resources:
    return {type_: {"x": attributes}}


def _blocks(type_: str, **attributes: Any) -> Callable[[int], Resources]:
    return lambda number: _many(type_, number, **attributes)


def _items(type_: str, attribute: str, item: object = "x") -> Callable[[int], Resources]:
    return lambda number: _one(type_, **{attribute: [item] * number})


def policy(length: int) -> str:
    """A policy that has so many characters without its white space, of which it has some."""
    written = json.dumps({"Version": "2012-10-17", "Id": ""}, indent=2)
    compact = json.dumps(json.loads(written), separators=(",", ":"))
    return written.replace('"Id": ""', f'"Id": "{"x" * (length - len(compact))}"')


def _policy(type_: str, attribute: str = "policy") -> Callable[[int], Resources]:
    return lambda number: _one(type_, **{attribute: policy(number)})


def _inline(number: int) -> Resources:
    """Two policies of one role, which AWS adds up."""
    half = number // 2
    return {
        "aws_iam_role_policy": {
            "one": {"role": "${aws_iam_role.x.id}", "policy": policy(half)},
            "two": {"role": "${aws_iam_role.x.id}", "policy": policy(number - half)},
        }
    }


def _variables(number: int) -> Resources:
    return _one("aws_lambda_function", environment={"variables": {"A": "x" * (number - len('{"A":""}'))}})


def _permissions(number: int) -> Resources:
    """As `aws lambda get-policy` shows the policy of an alias with one permission."""
    arn = "arn:aws:lambda:eu-west-2:000000000000:function:f:live"
    written = {
        "Version": "2012-10-17",
        "Id": "default",
        "Statement": [
            {
                "Sid": "",
                "Effect": "Allow",
                "Principal": {"Service": "apigateway.amazonaws.com"},
                "Action": "lambda:InvokeFunction",
                "Resource": arn,
                "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:execute-api:eu-west-2:000000000000:a/*/GET/b"}},
            }
        ],
    }
    frame = len(json.dumps(written, separators=(",", ":"))) + 1
    return _one(
        "aws_lambda_permission",
        statement_id="x" * (number - frame),
        function_name="f",
        qualifier="live",
        principal="apigateway.amazonaws.com",
        action="lambda:InvokeFunction",
        source_arn="arn:aws:execute-api:eu-west-2:000000000000:a/*/GET/b",
    )


def _in_vpc(number: int) -> Resources:
    """As many functions with security groups of their own, and one that shares a group and a subnet."""
    functions = {
        f"x{index}": {"vpc_config": {"security_group_ids": [f"sg-{index}"], "subnet_ids": ["subnet-a"]}}
        for index in range(number)
    }
    return {"aws_lambda_function": {**functions, "same": functions["x0"]}}


def _security_groups(number: int) -> Resources:
    groups = [f"sg-{index}" for index in range(number)]
    return _one("aws_lambda_function", vpc_config={"security_group_ids": groups, "subnet_ids": ["subnet-a"]})


def _endpoints(number: int) -> Resources:
    found = _many("aws_vpc_endpoint", number, vpc_endpoint_type="Interface")
    found["aws_vpc_endpoint"]["gateway"] = {"vpc_endpoint_type": "Gateway"}
    return found


def _dashboard(*metrics: int) -> Resources:
    widgets = [{"properties": {"metrics": [["AWS/Lambda", "Errors"]] * number}} for number in metrics]
    return _one("aws_cloudwatch_dashboard", dashboard_body=json.dumps({"widgets": widgets}))


def _alarm(number: int) -> Resources:
    queries: list[dict[str, object]] = [{"id": f"m{index}", "metric": {"stat": "Sum"}} for index in range(number)]
    return _one("aws_cloudwatch_metric_alarm", metric_query=[*queries, {"id": "rate", "expression": "m0 / m1"}])


def _rules(direction: str) -> Callable[[int], Resources]:
    return _blocks(f"aws_vpc_security_group_{direction}_rule", security_group_id="${aws_security_group.x.id}")


CASES: dict[Limit, Callable[[int], Resources]] = {
    callers.API_ROUTES: _blocks("aws_apigatewayv2_route", api_id="${aws_apigatewayv2_api.x.id}"),
    callers.API_INTEGRATIONS: _blocks("aws_apigatewayv2_integration", api_id="${aws_apigatewayv2_api.x.id}"),
    callers.ROUTE_SCOPES: _items("aws_apigatewayv2_route", "authorization_scopes"),
    callers.AUDIENCES: lambda number: _one(
        "aws_apigatewayv2_authorizer", jwt_configuration={"audience": ["x"] * number}
    ),
    callers.ACCESS_LOG_FORMAT: lambda number: _one(
        "aws_apigatewayv2_stage", access_log_settings={"format": "x" * number}
    ),
    callers.FUNCTION_VARIABLES: _variables,
    callers.FUNCTION_POLICY: _permissions,
    callers.POOL_SCOPES: _items("aws_cognito_resource_server", "scope", {"scope_name": "x"}),
    callers.CLIENT_SCOPES: _items("aws_cognito_user_pool_client", "allowed_oauth_scopes"),
    callers.CALLBACK_URLS: _items("aws_cognito_user_pool_client", "callback_urls"),
    callers.LOGOUT_URLS: _items("aws_cognito_user_pool_client", "logout_urls"),
    permissions.ROLE_INLINE_POLICIES: _inline,
    permissions.ROLE_TRUST: _policy("aws_iam_role", "assume_role_policy"),
    permissions.MANAGED_POLICY: _policy("aws_iam_policy"),
    permissions.ROLE_MANAGED_POLICIES: _blocks("aws_iam_role_policy_attachment", role="${aws_iam_role.x.name}"),
    permissions.ROLES: _blocks("aws_iam_role"),
    permissions.ENDPOINT_POLICY: _policy("aws_vpc_endpoint"),
    permissions.KEY_POLICY: _policy("aws_kms_key_policy"),
    permissions.BUCKET_POLICY: _policy("aws_s3_bucket_policy"),
    permissions.QUEUE_POLICY: _policy("aws_sqs_queue_policy"),
    permissions.SECRET_POLICY: _policy("aws_secretsmanager_secret_policy"),
    network.FUNCTION_SECURITY_GROUPS: _security_groups,
    network.VPC_INTERFACES: _in_vpc,
    network.SECURITY_GROUP_INGRESS: _rules("ingress"),
    network.SECURITY_GROUP_EGRESS: _rules("egress"),
    network.SECURITY_GROUPS: _blocks("aws_security_group"),
    network.INTERFACE_ENDPOINTS: _endpoints,
    messaging.BUS_RULES: _blocks("aws_cloudwatch_event_rule", event_bus_name="${aws_cloudwatch_event_bus.x.name}"),
    messaging.RULE_TARGETS: _blocks("aws_cloudwatch_event_target", rule="${aws_cloudwatch_event_rule.x.name}"),
    messaging.EVENT_PATTERN: lambda number: _one("aws_cloudwatch_event_rule", event_pattern="x" * number),
    operations.ALARM_METRICS: _alarm,
    operations.WIDGET_METRICS: lambda number: _dashboard(1, number),
    operations.DASHBOARD_METRICS: lambda number: _dashboard(*[number // 10] * 9, number - number // 10 * 9),
    operations.QUERY_LOG_GROUPS: _items("aws_cloudwatch_query_definition", "log_group_names"),
    operations.QUERY_TEXT: lambda number: _one("aws_cloudwatch_query_definition", query_string="x" * number),
    operations.SAVED_QUERIES: _blocks("aws_cloudwatch_query_definition"),
    operations.METRIC_FILTERS: _blocks("aws_cloudwatch_log_metric_filter", log_group_name="/aws/lambda/x"),
    operations.BACKUP_RESOURCES: _items("aws_backup_selection", "resources"),
}
