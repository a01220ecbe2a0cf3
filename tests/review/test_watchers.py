"""What watches, in stacks that are not ours: alarms of alarms, trails, logs, instances."""

from typing import Any

import pytest

from ffp.review.concern import Topic
from tests.review.corpus.edit import Resources
from tests.review.small_stacks import STRANGER, Case, gone, one, require_right_verdict

_ALARM = {"alarm_name": "a", "metric_name": "Errors", "namespace": "AWS/Lambda", "threshold": 1, "statistic": "Sum"}
_ALARM |= {"comparison_operator": "GreaterThanThreshold", "evaluation_periods": 1, "period": 60}
_BOTH = {"alarm_name": "both", "alarm_rule": 'ALARM("a") OR ALARM("b")', "alarm_actions": ["${aws_sns_topic.t.arn}"]}
_COMPOSED: Resources = {
    "aws_cloudwatch_metric_alarm.a": _ALARM,
    "aws_cloudwatch_metric_alarm.b": {**_ALARM, "alarm_name": "b", "metric_name": "Throttles"},
    "aws_cloudwatch_composite_alarm.c": _BOTH,
}
_BAND: dict[str, Any] = {
    "alarm_name": "band",
    "comparison_operator": "LessThanLowerOrGreaterThanUpperThreshold",
    "evaluation_periods": 2,
    "threshold_metric_id": "e1",
    "metric_query": [
        {"id": "e1", "expression": "ANOMALY_DETECTION_BAND(m1, 2)", "return_data": True},
        {"id": "m1", "metric": {"metric_name": "Invocations", "namespace": "AWS/Lambda", "period": 60, "stat": "Sum"}},
    ],
}
_SENT = {"log_group_name": "/aws/lambda/worker", "destination_arn": STRANGER.format("logs", "destination:x")}
_MACHINE = {"ami": "${data.aws_ami.a.id}", "root_block_device": {"encrypted": True}, "metadata_options": {}}
CASES = (
    Case("an alarm of alarms is removed", _COMPOSED, {"aws_cloudwatch_composite_alarm.c": None}, Topic.WATCHING),
    Case(
        "an alarm of alarms needs both",
        _COMPOSED,
        {"aws_cloudwatch_composite_alarm.c": {"alarm_rule": "ALARM(a) AND ALARM(b)"}},
        Topic.WATCHING,
    ),
    Case(
        "an alarm of alarms is muted",
        _COMPOSED,
        {"aws_cloudwatch_composite_alarm.c": {"actions_suppressor": {"alarm": "x"}}},
        Topic.WATCHING,
    ),
    Case(
        "an alarm of alarms has one more",
        _COMPOSED,
        {"aws_cloudwatch_composite_alarm.c": {"alarm_rule": "ALARM(a) OR ALARM(b) OR ALARM(x)"}},
    ),
    Case(
        "the alarms of an alarm are named otherwise",
        _COMPOSED,
        {
            "aws_cloudwatch_composite_alarm.c": {
                "alarm_rule": "ALARM(${aws_cloudwatch_metric_alarm.a.alarm_name}) OR ALARM(b)"
            }
        },
    ),
    one(
        "an alarm that alarmed without data",
        "aws_cloudwatch_metric_alarm.a",
        {**_ALARM, "treat_missing_data": "breaching"},
        Topic.WATCHING,
        treat_missing_data=None,
    ),
    one(
        "nobody is told of missing data",
        "aws_cloudwatch_metric_alarm.a",
        {**_ALARM, "insufficient_data_actions": ["${aws_sns_topic.t.arn}"]},
        Topic.WATCHING,
        insufficient_data_actions=None,
    ),
    one(
        "a wider band",
        "aws_cloudwatch_metric_alarm.a",
        _BAND,
        Topic.WATCHING,
        metric_query=[
            {**_BAND["metric_query"][0], "expression": "ANOMALY_DETECTION_BAND(m1, 9)"},
            _BAND["metric_query"][1],
        ],
    ),
    one(
        "a narrower band",
        "aws_cloudwatch_metric_alarm.a",
        _BAND,
        None,
        metric_query=[
            {**_BAND["metric_query"][0], "expression": "ANOMALY_DETECTION_BAND(m1, 1)"},
            _BAND["metric_query"][1],
        ],
    ),
    one(
        "fewer of many data points",
        "aws_cloudwatch_metric_alarm.a",
        {**_ALARM, "evaluation_periods": 5, "datapoints_to_alarm": 2},
        Topic.WATCHING,
        evaluation_periods=2,
    ),
    gone("lines are searched no longer", "aws_cloudwatch_log_subscription_filter.s", _SENT, Topic.WATCHING),
    one(
        "fewer lines are searched",
        "aws_cloudwatch_log_subscription_filter.s",
        {**_SENT, "filter_pattern": ""},
        Topic.WATCHING,
        filter_pattern="ERROR",
    ),
    gone(
        "personal data in lines",
        "aws_cloudwatch_log_data_protection_policy.p",
        {"log_group_name": "/aws/lambda/worker", "policy_document": "{}"},
        Topic.EXPOSURE,
    ),
    gone(
        "personal data in all lines",
        "aws_cloudwatch_log_account_policy.p",
        {"policy_type": "DATA_PROTECTION_POLICY", "policy_document": "{}"},
        Topic.EXPOSURE,
    ),
    one(
        "lines of others go elsewhere",
        "aws_cloudwatch_log_destination.d",
        {"target_arn": "${aws_sqs_queue.q.arn}"},
        Topic.EXPOSURE,
        target_arn=STRANGER.format("kinesis", "stream/x"),
    ),
    one(
        "unusual lines in clear",
        "aws_cloudwatch_log_anomaly_detector.d",
        {"kms_key_id": "x", "enabled": True},
        Topic.EXPOSURE,
        kms_key_id=None,
    ),
    gone(
        "calls are not recorded",
        "aws_cloudtrail.t",
        {"name": "t", "s3_bucket_name": "x", "enable_log_file_validation": True},
        Topic.WATCHING,
    ),
    one(
        "calls are recorded elsewhere",
        "aws_cloudtrail.t",
        {"s3_bucket_name": "x", "sns_topic_name": "y"},
        Topic.WATCHING,
        s3_bucket_name="somebodys",
    ),
    one(
        "the record of calls has no group",
        "aws_cloudtrail.t",
        {"cloud_watch_logs_group_arn": "x"},
        Topic.WATCHING,
        cloud_watch_logs_group_arn=None,
    ),
    one(
        "nobody is told of the record", "aws_cloudtrail.t", {"sns_topic_name": "y"}, Topic.WATCHING, sns_topic_name=None
    ),
    one("the record of calls in clear", "aws_cloudtrail.t", {"kms_key_id": "y"}, Topic.EXPOSURE, kms_key_id=None),
    gone("attacks are not searched for", "aws_guardduty_detector.d", {"enable": True}, Topic.WATCHING),
    one(
        "findings go elsewhere",
        "aws_guardduty_publishing_destination.d",
        {"destination_arn": "x"},
        Topic.WATCHING,
        destination_arn="y",
    ),
    one(
        "configurations go elsewhere",
        "aws_config_delivery_channel.d",
        {"s3_bucket_name": "x"},
        Topic.WATCHING,
        s3_bucket_name="y",
    ),
    one(
        "asked names go elsewhere",
        "aws_route53_resolver_query_log_config.d",
        {"destination_arn": "x"},
        Topic.WATCHING,
        destination_arn="y",
    ),
    one(
        "runs are not logged",
        "aws_sfn_state_machine.m",
        {"logging_configuration": {"level": "ALL"}},
        Topic.WATCHING,
        logging_configuration=None,
    ),
    one(
        "runs are not traced",
        "aws_sfn_state_machine.m",
        {"tracing_configuration": {"enabled": True}},
        Topic.WATCHING,
        tracing_configuration=None,
    ),
    gone("new disks in clear", "aws_ebs_encryption_by_default.d", {"enabled": True}, Topic.EXPOSURE),
    one(
        "fewer fields of traffic",
        "aws_flow_log.l",
        {"vpc_id": "vpc-1", "log_format": "${srcaddr} ${dstaddr}"},
        Topic.WATCHING,
        log_format="${srcaddr}",
    ),
    Case(
        "one way out less",
        {
            "aws_vpc.v": {},
            "aws_flow_log.l": {"vpc_id": "${aws_vpc.v.id}"},
            **{
                f"aws_route.{each}": {
                    "destination_cidr_block": "0.0.0.0/0",
                    "nat_gateway_id": f"nat-{each}",
                    "route_table_id": f"rtb-{each}",
                }
                for each in "ab"
            },
        },
        {"aws_route.b": {"nat_gateway_id": "nat-a"}},
        Topic.AVAILABILITY,
    ),
    Case(
        "images of anybody",
        {"aws_instance.i": _MACHINE},
        {},
        Topic.EXPOSURE,
        ({"aws_ami.a": {"owners": ["amazon"]}}, {"aws_ami.a": {"owners": ["amazon", "999999999999"]}}),
    ),
    one(
        "an instance forwards traffic",
        "aws_instance.i",
        {**_MACHINE, "ami": "ami-1"},
        Topic.EXPOSURE,
        source_dest_check=False,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_watches_goes_on_as_before(case: Case) -> None:
    require_right_verdict(case)
