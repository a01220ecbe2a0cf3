"""MAP-1 and MON-1: invocation, logs and traces of functions."""

from __future__ import annotations

from collections.abc import Iterator

from checks.block import Block
from checks.check import resource_check

# The attribute in which each type names the function that it invokes.
_CALLERS = {
    "aws_apigatewayv2_integration": "integration_uri",
    "aws_cloudwatch_event_target": "arn",
    "aws_cognito_user_pool": "lambda_config.pre_token_generation_config.lambda_arn",
    "aws_lambda_event_source_mapping": "function_name",
    "aws_scheduler_schedule": "target.arn",
    "aws_secretsmanager_secret_rotation": "rotation_lambda_arn",
    "aws_sns_topic_subscription": "endpoint",
}


@resource_check("FFP_MAP_1_1", "Functions are invoked through their alias", *_CALLERS)
def calls_name_the_alias(caller: Block) -> Iterator[str]:
    """Use the alias's ARN: the function's own ARN means $LATEST, which is no fixed version."""
    path = _CALLERS[caller.kind]
    for target in caller.strings(path):
        if "aws_lambda_function." in target:
            yield f"{path} names the function itself"


@resource_check("FFP_MAP_1_2", "Permission to invoke is granted only on the alias", "aws_lambda_permission")
def permission_names_the_alias(permission: Block) -> Iterator[str]:
    """Set qualifier to the alias's name."""
    if not permission.value("qualifier"):
        yield "qualifier is missing"


@resource_check("FFP_SHAPE_4_4", "The code of functions can be read before it is deployed", "aws_lambda_function")
def code_is_no_image(function: Block) -> Iterator[str]:
    """Take a folder of this repository: what is in an image, such as a secret or a call of AWS, nobody here can see.

    A function that needs an image says why (`Image(because=…)`), and the reason is its waiver.
    """
    if function.value("package_type") == "Image" or function.value("image_uri"):
        yield "image_uri is an image"


@resource_check(
    "FFP_MON_1_1", "Functions log JSON to a log group of the stack, with the platform's reports", "aws_lambda_function"
)
def logs_are_json(function: Block) -> Iterator[str]:
    """Set log_format JSON, both log levels and log_group.

    A system level above INFO drops platform.report, which contains the memory used. An application level above INFO
    drops the handlers' lines; below it, libraries log the data that they send.
    """
    yield from function.mismatches(
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
    yield from function.mismatches({"tracing_config.mode": "Active"})
