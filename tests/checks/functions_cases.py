"""Cases of checks/functions.py."""

from __future__ import annotations

from tests.checks.case import Case

_ALIAS = "${aws_lambda_alias.list.invoke_arn}"
_LOGGING = {
    "log_format": "JSON",
    "application_log_level": "INFO",
    "system_log_level": "INFO",
    "log_group": "/aws/lambda/dev-ffp-list",
}

CASES = [
    Case(
        "FFP_MAP_1_1",
        "aws_apigatewayv2_integration",
        {"integration_uri": _ALIAS},
        broken=({"integration_uri": "${aws_lambda_function.list.invoke_arn}"},),
    ),
    Case(
        "FFP_MAP_1_2",
        "aws_lambda_permission",
        {"qualifier": "${aws_lambda_alias.list.name}"},
        broken=({"qualifier": None},),
    ),
    Case(
        "FFP_MON_1_1",
        "aws_lambda_function",
        {"logging_config": _LOGGING},
        broken=(
            {"logging_config": None},
            {"logging_config": {**_LOGGING, "log_format": "Text"}},
            {"logging_config": {**_LOGGING, "system_log_level": "WARN"}},
            {"logging_config": {**_LOGGING, "application_log_level": "DEBUG"}},
            {"logging_config": {**_LOGGING, "application_log_level": "ERROR"}},
            {"logging_config": {**_LOGGING, "log_group": None}},
        ),
    ),
    Case(
        "FFP_SHAPE_4_4",
        "aws_lambda_function",
        {"package_type": "Zip", "filename": "list.zip"},
        broken=({"package_type": "Image"}, {"image_uri": f"letters@sha256:{'0' * 64}"}),
    ),
    Case(
        "FFP_MON_1_2",
        "aws_lambda_function",
        {"tracing_config": {"mode": "Active"}},
        broken=({"tracing_config": {"mode": "PassThrough"}}, {"tracing_config": None}),
    ),
]
