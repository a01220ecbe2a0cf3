"""How AWS writes the ARNs and ids of resources whose names we choose."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Arn:
    """The text of an ARN, and the attributes that it contains, each with the value that AWS uses where it is left out.

    `{region}` and `{account}` are the resource's own.
    """

    text: str
    attributes: Mapping[str, str | None] = field(default_factory=dict)


def _named(text: str, attribute: str = "name", **more: str) -> Arn:
    return Arn(text.replace("{}", f"{{{attribute}}}"), {attribute: None, **more})


# Types whose ARNs end in an id that AWS generates are missing on purpose: keys, APIs, user pools, distributions.
ARNS: Mapping[str, Arn] = {
    "aws_cloudwatch_event_bus": _named("arn:aws:events:{region}:{account}:event-bus/{}"),
    "aws_cloudwatch_event_rule": _named("arn:aws:events:{region}:{account}:rule/{}"),
    "aws_cloudwatch_log_group": _named("arn:aws:logs:{region}:{account}:log-group:{}"),
    "aws_cloudwatch_metric_alarm": _named("arn:aws:cloudwatch:{region}:{account}:alarm:{}", "alarm_name"),
    "aws_db_instance": _named("arn:aws:rds:{region}:{account}:db:{}", "identifier"),
    "aws_dynamodb_table": _named("arn:aws:dynamodb:{region}:{account}:table/{}"),
    "aws_ecr_repository": _named("arn:aws:ecr:{region}:{account}:repository/{}"),
    "aws_iam_policy": _named("arn:aws:iam::{account}:policy{path}{}", path="/"),
    "aws_iam_role": _named("arn:aws:iam::{account}:role{path}{}", path="/"),
    "aws_iam_user": _named("arn:aws:iam::{account}:user{path}{}", path="/"),
    "aws_kinesis_stream": _named("arn:aws:kinesis:{region}:{account}:stream/{}"),
    "aws_kms_alias": _named("arn:aws:kms:{region}:{account}:{}"),
    "aws_lambda_function": _named("arn:aws:lambda:{region}:{account}:function:{}", "function_name"),
    "aws_s3_bucket": _named("arn:aws:s3:::{}", "bucket"),
    "aws_scheduler_schedule": _named(
        "arn:aws:scheduler:{region}:{account}:schedule/{group_name}/{}", group_name="default"
    ),
    "aws_secretsmanager_secret": _named("arn:aws:secretsmanager:{region}:{account}:secret:{}-??????"),
    "aws_sfn_state_machine": _named("arn:aws:states:{region}:{account}:stateMachine:{}"),
    "aws_sns_topic": _named("arn:aws:sns:{region}:{account}:{}"),
    "aws_sqs_queue": _named("arn:aws:sqs:{region}:{account}:{}"),
    "aws_ssm_parameter": _named("arn:aws:ssm:{region}:{account}:parameter/{}"),
}

# The attribute that `id` (or `name`) repeats, by type.
IDS: Mapping[str, str] = {
    "aws_cloudwatch_log_group": "name",
    "aws_cloudwatch_metric_alarm": "alarm_name",
    "aws_db_instance": "identifier",
    "aws_db_parameter_group": "name",
    "aws_db_subnet_group": "name",
    "aws_dynamodb_table": "name",
    "aws_iam_role": "name",
    "aws_kms_alias": "name",
    "aws_lambda_function": "function_name",
    "aws_s3_bucket": "bucket",
}
