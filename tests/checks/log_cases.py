"""Cases of what logs hold, and of alarms: MON-1, MON-2 and MAP-7."""

from __future__ import annotations

from typing import Any

from tests.checks.case import Case, backend, tenancy

_CLAIM = "$context.authorizer.claims"


def _log(*claims: str) -> dict[str, Any]:
    fields = ", ".join(f'"{claim}": "{_CLAIM}.{claim}"' for claim in claims)
    return {"access_log_settings": {"format": f'{{"requestId": "$context.requestId", {fields}}}'}}


def _redacted(*headers: str, query: bool = True) -> dict[str, Any]:
    fields: list[dict[str, Any]] = [{"single_header": {"name": name}} for name in headers]
    return {"redacted_fields": [*fields, *([{"query_string": {}}] if query else [])]}


def _parameters(**values: str | None) -> dict[str, Any]:
    sound = {
        "log_error_verbosity": "terse",
        "log_statement": "ddl",
        "log_min_duration_statement": "1000",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
    }
    given = {name.replace("__", "."): value for name, value in {**sound, **values}.items() if value is not None}
    return {"family": "postgres17", "parameter": [{"name": name, "value": value} for name, value in given.items()]}


def _topic(subscribed: str | None, action: str = "alarm_actions") -> dict[str, Any]:
    topic = "${aws_sns_topic.subject.arn}"
    subscription = {"heard": {"topic_arn": subscribed, "protocol": "email"}} if subscribed else {}
    return {
        **backend("dev"),
        "resource": {
            "aws_cloudwatch_metric_alarm": {"errors": {action: [topic]}},
            "aws_sns_topic_subscription": subscription,
        },
    }


CASES = [
    Case(
        "FFP_MON_1_4",
        "aws_apigatewayv2_stage",
        _log("sub", "practice", "duty"),
        broken=(_log("sub", "email"), _log("cognito:username"), _log("given_name"), _log("phone_number")),
        accepted=({"access_log_settings": None},),
        beside=tenancy(),
        broken_beside=({}, tenancy(tenant="clinic")),
    ),
    Case(
        "FFP_MON_1_5",
        "aws_wafv2_web_acl_logging_configuration",
        _redacted("authorization", "cookie"),
        broken=(
            {"redacted_fields": None},
            _redacted("authorization"),
            _redacted("cookie"),
            _redacted("authorization", "cookie", query=False),
        ),
        accepted=(_redacted("Authorization", "Cookie", "x-trace"),),
    ),
    Case(
        "FFP_MON_1_6",
        "aws_cloudwatch_log_delivery",
        {"record_fields": ["date", "time", "cs-uri-stem", "sc-status"]},
        broken=(
            {"record_fields": None},
            {"record_fields": ["date", "cs-uri-query"]},
            {"record_fields": ["date", "cs(Cookie)"]},
        ),
    ),
    Case(
        "FFP_MON_1_7",
        "aws_db_parameter_group",
        _parameters(),
        broken=(
            _parameters(log_error_verbosity=None),
            _parameters(log_error_verbosity="verbose"),
            _parameters(log_statement="all"),
            _parameters(log_statement="mod"),
            _parameters(log_min_duration_statement="0"),
            _parameters(log_parameter_max_length=None),
            _parameters(log_parameter_max_length="-1"),
            _parameters(log_parameter_max_length_on_error="256"),
            _parameters(auto_explain__log_min_duration="0"),
            _parameters(pgaudit__log="all"),
            _parameters(pgaudit__log="ddl,write"),
        ),
        accepted=(
            _parameters(log_statement=None, log_parameter_max_length_on_error=None),
            _parameters(log_min_duration_statement="-1"),
            _parameters(pgaudit__log="ddl"),
            {"family": "mysql8.0", "parameter": None},
        ),
    ),
    Case(
        "FFP_MAP_7_1",
        "aws_flow_log",
        {"traffic_type": "ALL"},
        broken=({"traffic_type": "REJECT"}, {"traffic_type": "ACCEPT"}, {"traffic_type": None}),
    ),
    *(
        Case(
            "FFP_MON_2_1",
            kind,
            {"alarm_actions": ["${aws_sns_topic.alarms.arn}"]},
            broken=({"alarm_actions": None}, {"alarm_actions": []}, {"actions_enabled": False}),
            accepted=({"alarm_actions": ["arn:aws:automate:eu-west-2:ec2:recover"]},),
        )
        for kind in ("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm")
    ),
    Case(
        "FFP_MON_2_2",
        "aws_sns_topic",
        {"name": "dev-ffp-alarms"},
        beside=_topic("${aws_sns_topic.subject.arn}"),
        broken_beside=(_topic(None), _topic("${aws_sns_topic.other.arn}")),
    ),
]
