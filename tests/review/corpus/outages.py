"""What worked and works no longer: deliveries, ways out, names, time, connections, tables of rights."""

import copy
import json
from collections.abc import Callable
from typing import Any

from ffp.review.concern import Topic
from tests.review.corpus.edit import Document, DoesNotApply, Edit, blocks, drop, first, first_named, put
from tests.review.corpus.reach import FUNCTION, id_of, in_vpc, subnet_of, vpc_of
from tests.review.policies import all_of, having, in_condition, in_statement, without_statement

Change = Callable[[Document], object]
_DISTRIBUTION, _INTEGRATION, _ROUTE = "aws_cloudfront_distribution", "aws_apigatewayv2_integration", "aws_route"
_PERMISSION, _ALIAS = "aws_lambda_permission", "aws_kms_alias"
_RESERVED, _TIMEOUT = "reserved_concurrent_executions", "timeout_milliseconds"
_ANYWHERE = "0.0.0.0/0"


def _of_service(name: str) -> Callable[[Document], bool]:
    return lambda statement: name in str(statement.get("principals"))


def _of_principal(name: str) -> Callable[[Document], bool]:
    return lambda permission: name in str(permission.get("principal"))


def _by(attribute: str) -> Callable[[Document], bool]:
    return lambda block: attribute in block


_PUBLISHES = all_of(having("sns:Publish", resource=True), _of_service("cloudwatch"))
_ENCRYPTS_ALARMS = all_of(having("kms:GenerateDataKey", resource=True), _of_service("cloudwatch"))
_ENCRYPTS_LOGS = all_of(having("kms:GenerateDataKey", resource=True), _of_service("logs.eu-west-2"))
_DELIVERS_ACCESS_LOGS = all_of(having("s3:PutObject", resource=True), _of_service("logging.s3"))
_DELIVERS_LOGS = all_of(having("s3:PutObject", resource=True), _of_service("delivery.logs"))
_SERVES = all_of(having("s3:GetObject", resource=True), _of_service("cloudfront"))
_DECRYPTS = all_of(having("kms:Decrypt", resource=True), _of_service("cloudfront"))


def _alarms_by_name(document: Document) -> None:
    """Only alarms that the stack has may publish, each by its own name instead of by a pattern."""
    names = [each["alarm_name"] for each in blocks(document, "aws_cloudwatch_metric_alarm").values()]

    def by_name(condition: Document) -> None:
        start = condition["values"][0].rpartition(":")[0]
        condition["values"] = [f"{start}:{name}" for name in names]

    in_statement(_PUBLISHES, in_condition("SourceArn", by_name))(document)


def _for_one_stage(document: Document) -> None:
    permission = first(document, _PERMISSION, _of_principal("apigateway"))
    permission["source_arn"] = permission["source_arn"].replace("/*/", "/$default/", 1)


def _event_for_the_topic(document: Document) -> None:
    topic, _ = first_named(document, "aws_sns_topic")
    arn = id_of("aws_sns_topic", topic, "arn")
    blocks(document, "aws_cloudwatch_event_rule")["planted"] = {"name": "planted", "event_pattern": "{}"}
    rule = id_of("aws_cloudwatch_event_rule", "planted", "name")
    blocks(document, "aws_cloudwatch_event_target")["planted"] = {"rule": rule, "arn": arn}


def _route_through(attribute: str, target: str) -> Change:
    """Replaces the target of each default route by another one."""

    def change(document: Document) -> None:
        first(document, _ROUTE, _by(attribute))
        for route in blocks(document, _ROUTE).values():
            if route.pop(attribute, None):
                route["nat_gateway_id"] = target

    return change


def _shut_one(document: Document) -> None:
    """One of the subnets of functions gets a list that lets nothing in, and says nothing of the way out."""
    rule = {"rule_no": 100, "action": "deny", "protocol": "-1", "from_port": 0, "to_port": 0, "cidr_block": _ANYWHERE}
    given = {"vpc_id": vpc_of(document), "subnet_ids": [subnet_of(document, "private")], "ingress": [rule]}
    blocks(document, "aws_network_acl")["planted"] = given


def _gateway(*, is_public: bool) -> Change:
    """A NAT gateway takes the NAT instance's place, in a public subnet or, without a way out, in a private one."""

    def change(document: Document) -> None:
        subnet = subnet_of(document, "public" if is_public else "isolated")
        blocks(document, "aws_nat_gateway")["planted"] = {"allocation_id": "eipalloc-1", "subnet_id": subnet}
        _route_through("network_interface_id", id_of("aws_nat_gateway", "planted"))(document)

    return change


def _into_isolated(document: Document) -> None:
    first(document, FUNCTION, in_vpc)["vpc_config"]["subnet_ids"] = list(
        first(document, "aws_db_subnet_group")["subnet_ids"]
    )


def _without_calls_out(document: Document) -> None:
    """A function with a group of its own, which lets it reach nothing outside, moves to the isolated tier."""
    blocks(document, "aws_security_group")["planted"] = {"name": "planted", "vpc_id": vpc_of(document)}
    function = first(document, FUNCTION, in_vpc)
    function["vpc_config"]["security_group_ids"] = [id_of("aws_security_group", "planted")]
    _into_isolated(document)


def _list(action: str) -> Change:
    """An access list for the database's subnets."""

    def change(document: Document) -> None:
        rule = {"rule_no": 100, "action": action, "protocol": "-1", "from_port": 0, "to_port": 0}
        every = {**rule, "cidr_block": _ANYWHERE}
        subnets = first(document, "aws_db_subnet_group")["subnet_ids"]
        made = {"vpc_id": vpc_of(document), "subnet_ids": subnets, "ingress": [every], "egress": [every]}
        blocks(document, "aws_network_acl")["planted"] = made

    return change


def _connected(function: Document) -> bool:
    return "aws_db_instance." in str(function.get("environment"))


def _parameter(name: str, value: str) -> Change:
    def change(document: Document) -> None:
        for group in blocks(document, "aws_db_parameter_group").values():
            for parameter in group["parameter"]:
                if parameter["name"] == name:
                    parameter["value"] = value
                    return
        raise DoesNotApply(name)

    return change


def _disguised(document: Document) -> None:
    """A refusal becomes the page of an application."""
    for error in first(document, _DISTRIBUTION)["custom_error_response"]:
        if error["error_code"] == 403:
            error.update(response_code=200, response_page_path="/index.html")


def _reads_later(seconds: int) -> Change:
    def change(document: Document) -> None:
        for origin in first(document, _DISTRIBUTION)["origin"]:
            if "custom_origin_config" in origin:
                origin["custom_origin_config"]["origin_read_timeout"] = seconds
                return
        raise DoesNotApply("origin")

    return change


def _tables(function: Document) -> bool:
    variables = function.get("environment", {}).get("variables", {})
    return any("SCOPES" in name and value.startswith("{") for name, value in variables.items())


def _of_table(change: Callable[[dict[str, Any]], object] | None, **others: Any) -> Change:
    """Changes the first table of rights that a function has in a variable, or removes it."""

    def edit(document: Document) -> None:
        function = first(document, FUNCTION, _tables)
        variables = function["environment"]["variables"]
        name = next(name for name, value in variables.items() if "SCOPES" in name and value.startswith("{"))
        if change is None:
            del variables[name]
        else:
            table = json.loads(variables[name])
            change(table)
            variables[name] = json.dumps(table)
        function.update(others)

    return edit


def _one_role_more(table: dict[str, Any]) -> None:
    table["planted"] = copy.deepcopy(next(iter(table.values())))


def _no_way_out(document: Document) -> None:
    first(document, FUNCTION, in_vpc)
    drop(_ROUTE, _by("network_interface_id"))(document)


_WATCHING, _DOWN = Topic.WATCHING, Topic.AVAILABILITY
DANGEROUS = (
    Edit("alarms may not publish", without_statement(_PUBLISHES), _WATCHING),
    Edit("alarms may not use the topic's key", without_statement(_ENCRYPTS_ALARMS), _WATCHING),
    Edit("logs may not use their key", without_statement(_ENCRYPTS_LOGS), _WATCHING),
    Edit("a bucket takes no access logs", without_statement(_DELIVERS_ACCESS_LOGS), _WATCHING),
    Edit("a state's bucket takes no access logs", without_statement(_DELIVERS_ACCESS_LOGS), _WATCHING, "bootstrap"),
    Edit("a bucket takes no logs of the front door", without_statement(_DELIVERS_LOGS), _WATCHING),
    Edit("a bucket loses the policy by which it takes logs", drop("aws_s3_bucket_policy", _by("bucket")), _WATCHING),
    Edit(
        "a secret's rotation may not call its function", drop(_PERMISSION, _of_principal("secretsmanager")), _WATCHING
    ),
    Edit("the front door may not read media", without_statement(_SERVES), _DOWN),
    Edit("the front door may not use the media's key", without_statement(_DECRYPTS), _DOWN),
    Edit("a route may not call its function", drop(_PERMISSION, _of_principal("apigateway")), _DOWN),
    Edit("sign-in may not call its trigger", drop(_PERMISSION, _of_principal("cognito-idp")), _DOWN),
    Edit("a zone of functions has no way out", _no_way_out, _DOWN),
    Edit("the NAT instance has no way out", drop(_ROUTE, _by("gateway_id")), _DOWN),
    Edit("a NAT gateway has no way out", _gateway(is_public=False), _DOWN),
    Edit("a function that calls out moves to the isolated tier", _into_isolated, _DOWN),
    Edit("an access list shuts the database off", _list("deny"), _DOWN),
    Edit("an access list shuts one of two subnets", _shut_one, _DOWN),
    Edit("a distribution has no name", put(_DISTRIBUTION, "aliases", []), _DOWN),
    Edit("an API gives up before its function", put(_INTEGRATION, _TIMEOUT, 2000), _DOWN),
    Edit("the front door gives up before the API", _reads_later(2), _DOWN),
    Edit("fewer connections than executions", _parameter("max_connections", "5"), _DOWN),
    Edit("more executions than connections", put(FUNCTION, _RESERVED, 400, _connected), _DOWN),
    Edit("a refusal looks like success", _disguised, Topic.EXPOSURE),
    Edit("a role more may do something", _of_table(_one_role_more), Topic.ACCESS),
    Edit("the table of rights is gone", _of_table(None), Topic.ACCESS),
    Edit("the alias of the states' key is gone", drop(_ALIAS), _DOWN, "bootstrap"),
)
HARMLESS = (
    Edit("alarms may publish by their own names", _alarms_by_name),
    Edit("a route may call its function for one stage", _for_one_stage),
    Edit("an event that the topic does not take", _event_for_the_topic),
    Edit("a NAT gateway in place of the instance", _gateway(is_public=True)),
    Edit("a function that calls nobody moves to the isolated tier", _without_calls_out),
    Edit("an access list lets everything pass", _list("allow")),
    Edit("an API waits for as long as its function", put(_INTEGRATION, _TIMEOUT, 20000)),
    Edit("the front door waits for as long as the API", _reads_later(25)),
    Edit("connections for all executions", _parameter("max_connections", "60")),
    Edit("a few executions more", put(FUNCTION, _RESERVED, 12, _connected)),
    Edit("the table of rights is gone together with its reader", _of_table(None, source_code_hash="planted")),
    Edit("a role more that may do nothing", _of_table(lambda table: table.update(planted=[]))),
    Edit("an alias that nothing names is gone", drop(_ALIAS)),
)
