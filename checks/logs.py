"""MON-1, MON-2 and MAP-7: what logs must and must not contain, and that alarms reach somebody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from checks.block import Block
from checks.check import ScannedStack, resource_check, stack_check

_ALARMS = ("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm")

# Only ids: people with access to the user pool can find the user by them.
_LOGGED_CLAIMS = {"sub", "client_id", "scope"}  # in addition to the claims of tenant and role
_CLAIM = re.compile(r"\$context\.authorizer\.(?:claims\.|jwt\.claims\.)([\w:.-]+)")


@stack_check("FFP_MON_1_4", "The API's access log identifies callers only by ids", "aws_apigatewayv2_stage")
def access_log_holds_ids(stage: Block, stack: ScannedStack) -> Iterator[str]:
    """Log sub, tenant and role: e-mail addresses and names would turn the log into a register of users."""
    for claim in _CLAIM.findall(str(stage.value("access_log_settings.format"))):
        if claim not in {*_LOGGED_CLAIMS, *(stack.tenancy or ())}:
            yield f"access_log_settings.format has the claim {claim}"


@resource_check(
    "FFP_MON_1_5", "The web ACL's log contains neither tokens nor signatures", "aws_wafv2_web_acl_logging_configuration"
)
def web_acl_log_is_redacted(logging: Block) -> Iterator[str]:
    """Redact the headers authorization and cookie, and the query: a signed URL in a log gives its reader access."""
    headers = {name.lower() for name in logging.strings("redacted_fields.single_header.name")}
    yield from (f"the header {name} is not redacted" for name in ("authorization", "cookie") if name not in headers)
    if not logging.blocks("redacted_fields.query_string"):
        yield "the query is not redacted"


_SIGNED_OR_SECRET = {"cs-uri-query", "cs(Cookie)", "cs(Referer)"}


@resource_check(
    "FFP_MON_1_6", "CloudFront's access log contains neither cookies nor signatures", "aws_cloudwatch_log_delivery"
)
def edge_log_holds_no_signature(delivery: Block) -> Iterator[str]:
    """Set record_fields: without it, CloudFront also logs the query with the signature of each URL."""
    fields = delivery.strings("record_fields")
    if not fields:
        yield "record_fields are missing"
    yield from (f"record_fields has {field}" for field in fields if field in _SIGNED_OR_SECRET)


# PostgreSQL's defaults. With these, the log contains parameters in full length, and errors quote the row that breaks a
# constraint.
_DEFAULTS = {
    "log_error_verbosity": "default",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "-1",
    "log_parameter_max_length_on_error": "0",
    "auto_explain.log_min_duration": "-1",
    "pgaudit.log": "none",
}
_HARMLESS = {
    "log_error_verbosity": re.compile(r"terse"),
    "log_statement": re.compile(r"none|ddl"),
    "log_min_duration_statement": re.compile(r"-1|[1-9]\d{2,}"),  # below 100 ms it would log nearly all statements
    "log_parameter_max_length": re.compile(r"0"),
    "log_parameter_max_length_on_error": re.compile(r"0"),
    "auto_explain.log_min_duration": re.compile(r"-1"),
    "pgaudit.log": re.compile(r"none|ddl|role|(ddl,role|role,ddl)"),
}


@resource_check("FFP_MON_1_7", "PostgreSQL logs no data of users", "aws_db_parameter_group")
def database_log_holds_no_data(group: Block) -> Iterator[str]:
    """Log changes of the schema and slow statements, but no parameters, because they contain what users wrote."""
    if not str(group.value("family")).startswith("postgres"):
        return
    values = {str(p.value("name")): str(p.value("value")).lower() for p in group.blocks("parameter")}
    for name, default in _DEFAULTS.items():
        value = values.get(name, default)
        if not _HARMLESS[name].fullmatch(value):
            yield f"{name} is {value}"


@resource_check("FFP_MAP_7_1", "Flow logs record accepted and rejected traffic", "aws_flow_log")
def flow_log_is_whole(log: Block) -> Iterator[str]:
    """Set traffic_type to ALL: a leak of data shows only in accepted connections."""
    yield from log.mismatches({"traffic_type": "ALL"})


# A plan does not know the ARN of a topic that it creates.
@resource_check("FFP_MON_2_1", "Alarms have an action", *_ALARMS, only="json")
def alarm_acts(alarm: Block) -> Iterator[str]:
    """Set alarm_actions to the topic to which people subscribe, and leave actions_enabled on."""
    if not alarm.strings("alarm_actions"):
        yield "alarm_actions are missing"
    if alarm.value("actions_enabled") is False:
        yield "actions_enabled is off"


@stack_check("FFP_MON_2_2", "The topic of the alarms has a subscription", "aws_sns_topic")
def alarms_are_heard(topic: Block, stack: ScannedStack) -> Iterator[str]:
    """Subscribe an e-mail address or a queue to it."""
    places = stack.references_to(topic.address)
    alarming = any(fnmatchcase(place, "aws_cloudwatch_*_alarm.*_actions") for place in places)
    if not stack.planned and alarming and "aws_sns_topic_subscription.topic_arn" not in places:
        yield "alarms go to a topic without a subscription"
