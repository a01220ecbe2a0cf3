"""How each limit is measured in a stack: by counting blocks or items, and by the length of what AWS will receive."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from catalogue.limits import Limit, callers, messaging, network, operations, permissions
from ffp.limits.values import Values, compact
from ffp.stacks import SynthesisedBlock, SynthesisedStack

ACCOUNT = "the account"  # where the stacks of an environment count together
_UNIQUE = "0" * 26  # what the provider appends to `statement_id_prefix`


class Amount(NamedTuple):
    """How much of a limit something uses."""

    where: str
    number: int


class Stack(NamedTuple):
    """A stack with the values that its references will have."""

    blocks: SynthesisedStack
    values: Values


Measure = Callable[[Stack], Iterable[Amount]]


def _blocks(type_: str) -> Measure:
    """The resources of a type in an account."""
    return lambda stack: [Amount(ACCOUNT, len(stack.blocks.of_type(type_)))]


def _blocks_by(type_: str, *parents: str) -> Measure:
    """The resources of a type that have the same values in these attributes."""
    return lambda stack: _sums(stack, type_, parents, lambda block: 1)


def _items(type_: str, attribute: str, having: str = "") -> Measure:
    """The items of a list in each resource of a type; only those with the attribute `having`, if it is given."""

    def measure(stack: Stack) -> Iterator[Amount]:
        for block in stack.blocks.of_type(type_):
            items = _at(block.attributes, attribute)
            yield Amount(block.address, sum(not having or having in each for each in items or ()))

    return measure


def _length(type_: str, attribute: str) -> Measure:
    """The length of a text in each resource of a type."""

    def measure(stack: Stack) -> Iterator[Amount]:
        for block in stack.blocks.of_type(type_):
            if text := _at(block.attributes, attribute):
                yield Amount(block.address, len(stack.values.policy(text).encode()))

    return measure


def _lengths_by(type_: str, attribute: str, parent: str) -> Measure:
    """The lengths of a text in all resources of a type that have the same parent, together."""
    return lambda stack: _sums(
        stack, type_, (parent,), lambda block: len(stack.values.policy(block.attributes.get(attribute, "")))
    )


def _sums(
    stack: Stack, type_: str, parents: tuple[str, ...], size: Callable[[SynthesisedBlock], int]
) -> Iterator[Amount]:
    sums: Counter[str] = Counter()
    for block in stack.blocks.of_type(type_):
        sums[" ".join(str(block.attributes.get(each, "")) for each in parents)] += size(block)
    for parent, number in sums.items():
        yield Amount(_address(parent), number)


def _variables(stack: Stack) -> Iterator[Amount]:
    for function in stack.blocks.of_type("aws_lambda_function"):
        for environment in _each(function.attributes.get("environment")):
            variables = {name: stack.values.of(value) for name, value in environment.get("variables", {}).items()}
            yield Amount(function.address, len(compact(variables).encode()))


def _function_policies(stack: Stack) -> Iterator[Amount]:
    """Lambda writes a policy for each alias, with a statement for each permission."""

    def statement(block: SynthesisedBlock) -> int:
        value = {name: stack.values.of(text) for name, text in block.attributes.items()}
        conditions = {
            "ArnLike": {"AWS:SourceArn": value.get("source_arn")},
            "StringEquals": {"AWS:SourceAccount": value.get("source_account")},
        }
        written = {
            "Sid": value.get("statement_id") or f"{value.get('statement_id_prefix', '')}{_UNIQUE}",
            "Effect": "Allow",
            "Principal": {"Service": value.get("principal")},
            "Action": value.get("action"),
            "Resource": stack.values.arn("lambda", f"function:{value['function_name']}:{value.get('qualifier', '')}"),
            "Condition": {test: keys for test, keys in conditions.items() if None not in keys.values()},
        }
        return len(compact(written)) + 1  # and a comma

    frame = len(compact({"Version": "2012-10-17", "Id": "default", "Statement": []}))
    for each in _sums(stack, "aws_lambda_permission", ("function_name", "qualifier"), statement):
        yield Amount(each.where, frame + each.number)


def _packages(stack: Stack) -> Iterator[Amount]:
    for function in stack.blocks.of_type("aws_lambda_function"):
        if name := function.attributes.get("filename"):
            file = stack.blocks.path.parent / str(name)
            if file.is_file():
                yield Amount(function.address, file.stat().st_size)


def _interfaces(stack: Stack) -> Iterator[Amount]:
    """Functions with the same security groups share an interface in each subnet."""
    pairs = {
        (tuple(sorted(settings.get("security_group_ids", ()))), subnet)
        for function in stack.blocks.of_type("aws_lambda_function")
        for settings in _each(function.attributes.get("vpc_config"))
        for subnet in settings.get("subnet_ids", ())
    }
    yield Amount("the VPC", len(pairs))


def _function_security_groups(stack: Stack) -> Iterator[Amount]:
    for function in stack.blocks.of_type("aws_lambda_function"):
        for settings in _each(function.attributes.get("vpc_config")):
            yield Amount(function.address, len(settings.get("security_group_ids", ())))


def _interface_endpoints(stack: Stack) -> Iterator[Amount]:
    endpoints = stack.blocks.of_type("aws_vpc_endpoint")
    yield Amount("the VPC", sum(each.attributes.get("vpc_endpoint_type") == "Interface" for each in endpoints))


def _widgets(measure: Callable[[list[Any]], int]) -> Measure:
    """A number of each dashboard's widgets."""

    def measured(stack: Stack) -> Iterator[Amount]:
        for dashboard in stack.blocks.of_type("aws_cloudwatch_dashboard"):
            widgets = json.loads(str(dashboard.attributes.get("dashboard_body", "{}"))).get("widgets", [])
            yield Amount(dashboard.address, measure(widgets))

    return measured


def _metrics(widget: Mapping[str, Any]) -> int:
    return len(widget.get("properties", {}).get("metrics", ()))


def _each(value: object) -> list[Mapping[str, Any]]:
    """The blocks of an attribute, which is one block or a list of them."""
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict)]


def _at(attributes: Mapping[str, Any], path: str) -> Any:
    value: Any = attributes
    for step in path.split("."):
        value = next((each.get(step) for each in _each(value)), None)
    return value


def _address(reference: str) -> str:
    """The address of the block to which a reference leads, and any other value as it is."""
    inside = reference.split("}", 1)[0].removeprefix("${")
    return ".".join(inside.split(".")[:2]) if reference.startswith("${") else reference


MEASURES: Mapping[Limit, Measure] = {
    callers.API_ROUTES: _blocks_by("aws_apigatewayv2_route", "api_id"),
    callers.API_INTEGRATIONS: _blocks_by("aws_apigatewayv2_integration", "api_id"),
    callers.ROUTE_SCOPES: _items("aws_apigatewayv2_route", "authorization_scopes"),
    callers.AUDIENCES: _items("aws_apigatewayv2_authorizer", "jwt_configuration.audience"),
    callers.ACCESS_LOG_FORMAT: _length("aws_apigatewayv2_stage", "access_log_settings.format"),
    callers.FUNCTION_VARIABLES: _variables,
    callers.FUNCTION_POLICY: _function_policies,
    callers.FUNCTION_PACKAGE: _packages,
    callers.POOL_SCOPES: _items("aws_cognito_resource_server", "scope"),
    callers.CLIENT_SCOPES: _items("aws_cognito_user_pool_client", "allowed_oauth_scopes"),
    callers.CALLBACK_URLS: _items("aws_cognito_user_pool_client", "callback_urls"),
    callers.LOGOUT_URLS: _items("aws_cognito_user_pool_client", "logout_urls"),
    permissions.ROLE_INLINE_POLICIES: _lengths_by("aws_iam_role_policy", "policy", "role"),
    permissions.ROLE_TRUST: _length("aws_iam_role", "assume_role_policy"),
    permissions.MANAGED_POLICY: _length("aws_iam_policy", "policy"),
    permissions.ROLE_MANAGED_POLICIES: _blocks_by("aws_iam_role_policy_attachment", "role"),
    permissions.ROLES: _blocks("aws_iam_role"),
    permissions.ENDPOINT_POLICY: _length("aws_vpc_endpoint", "policy"),
    permissions.KEY_POLICY: _length("aws_kms_key_policy", "policy"),
    permissions.BUCKET_POLICY: _length("aws_s3_bucket_policy", "policy"),
    permissions.QUEUE_POLICY: _length("aws_sqs_queue_policy", "policy"),
    permissions.SECRET_POLICY: _length("aws_secretsmanager_secret_policy", "policy"),
    network.FUNCTION_SECURITY_GROUPS: _function_security_groups,
    network.VPC_INTERFACES: _interfaces,
    network.SECURITY_GROUP_INGRESS: _blocks_by("aws_vpc_security_group_ingress_rule", "security_group_id"),
    network.SECURITY_GROUP_EGRESS: _blocks_by("aws_vpc_security_group_egress_rule", "security_group_id"),
    network.SECURITY_GROUPS: _blocks("aws_security_group"),
    network.INTERFACE_ENDPOINTS: _interface_endpoints,
    messaging.BUS_RULES: _blocks_by("aws_cloudwatch_event_rule", "event_bus_name"),
    messaging.RULE_TARGETS: _blocks_by("aws_cloudwatch_event_target", "rule"),
    messaging.EVENT_PATTERN: _length("aws_cloudwatch_event_rule", "event_pattern"),
    operations.ALARM_METRICS: _items("aws_cloudwatch_metric_alarm", "metric_query", having="metric"),
    operations.WIDGET_METRICS: _widgets(lambda widgets: max(map(_metrics, widgets), default=0)),
    operations.DASHBOARD_METRICS: _widgets(lambda widgets: sum(map(_metrics, widgets))),
    operations.QUERY_LOG_GROUPS: _items("aws_cloudwatch_query_definition", "log_group_names"),
    operations.QUERY_TEXT: _length("aws_cloudwatch_query_definition", "query_string"),
    operations.SAVED_QUERIES: _blocks("aws_cloudwatch_query_definition"),
    operations.METRIC_FILTERS: _blocks_by("aws_cloudwatch_log_metric_filter", "log_group_name"),
    operations.BACKUP_RESOURCES: _items("aws_backup_selection", "resources"),
}
