"""MAP-1 and MON-1: how functions are invoked, logged and traced."""

from __future__ import annotations

from collections.abc import Iterator

from checks.block import Block
from checks.check import resource_check

# Where each type names the function that it calls.
_CALLERS = {
    "aws_apigatewayv2_integration": "integration_uri",
    "aws_cloudwatch_event_target": "arn",
    "aws_cognito_user_pool": "lambda_config.pre_token_generation_config.lambda_arn",
    "aws_lambda_event_source_mapping": "function_name",
    "aws_scheduler_schedule": "target.arn",
    "aws_secretsmanager_secret_rotation": "rotation_lambda_arn",
    "aws_sns_topic_subscription": "endpoint",
}


@resource_check("FFP_MAP_1_1", "Functions are called through their alias", *_CALLERS)
def calls_name_the_alias(caller: Block) -> Iterator[str]:
    """Name the alias's ARN: the function's own means $LATEST, which no version pins."""
    path = _CALLERS[caller.kind]
    for target in caller.strings(path):
        if "aws_lambda_function." in target:
            yield f"{path} names the function itself"


@resource_check("FFP_MAP_1_2", "Permission to invoke is given on the alias alone", "aws_lambda_permission")
def permission_names_the_alias(permission: Block) -> Iterator[str]:
    """Set qualifier to the alias's name."""
    if not permission.value("qualifier"):
        yield "qualifier is missing"


@resource_check(
    "FFP_MON_1_1", "Functions log JSON into a group of ours, the platform's reports included", "aws_lambda_function"
)
def logs_are_json(function: Block) -> Iterator[str]:
    """A system level above INFO drops platform.report, from which memory use is measured.

    An application level above INFO drops our lines, and below it libraries write what they send.
    """
    yield from function.lacks(
        {
            "logging_config.log_format": "JSON",
            "logging_config.application_log_level": "INFO",
            "logging_config.system_log_level": frozenset({"INFO", "DEBUG"}),
        }
    )
    if not function.value("logging_config.log_group"):
        yield "logging_config.log_group is missing"


@resource_check("FFP_MON_1_2", "Functions are traced", "aws_lambda_function")
def calls_are_traced(function: Block) -> Iterator[str]:
    """Set tracing_config.mode to Active."""
    yield from function.lacks({"tracing_config.mode": "Active"})
