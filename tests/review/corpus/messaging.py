"""Changes of topics, queues and schedules."""

import copy
from typing import Any

from ffp.review.concern import Topic
from tests.review.corpus.edit import Document, Edit, blocks, drop, first, first_named, make, put

_TOPIC, _SUBSCRIPTION, _QUEUE, _SCHEDULE = (
    "aws_sns_topic",
    "aws_sns_topic_subscription",
    "aws_sqs_queue",
    "aws_scheduler_schedule",
)
_STRANGER = "arn:aws:{}:eu-west-2:999999999999:{}"


def _fixed(block: Document) -> bool:
    """Whether a schedule runs at a fixed rate."""
    return str(block.get("schedule_expression")).startswith("rate(")


def _often(block: Document) -> bool:
    """Whether a schedule runs several times a day at a fixed rate."""
    return _fixed(block) and "day" not in block["schedule_expression"]


def _at_times(block: Document) -> bool:
    return str(block.get("schedule_expression")).startswith("cron(")


def _another_hour(document: Document) -> None:
    schedule = first(document, _SCHEDULE, _at_times)
    minute, _, *others = schedule[_EXPRESSION].removeprefix("cron(").split(" ")
    schedule[_EXPRESSION] = f"cron({' '.join((minute, '8', *others))}"


def _new_subscription(protocol: str, endpoint: str) -> Any:
    def change(document: Document) -> None:
        topic = first(document, _SUBSCRIPTION)["topic_arn"]
        make(_SUBSCRIPTION, topic_arn=topic, protocol=protocol, endpoint=endpoint)(document)

    return change


def _own_function(document: Document) -> None:
    name, _ = first_named(document, "aws_lambda_alias")
    _new_subscription("lambda", f"${{aws_lambda_alias.{name}.arn}}")(document)


def _colleague(document: Document) -> None:
    _, _, domain = first(document, _SUBSCRIPTION, lambda each: each["protocol"] == "email")["endpoint"].partition("@")
    _new_subscription("email", f"colleague@{domain}")(document)


def _moved_schedule(document: Document) -> None:
    """The same call by a rule of events instead of the scheduler."""
    name, schedule = first_named(document, _SCHEDULE, _fixed)
    del blocks(document, _SCHEDULE)[name]
    make("aws_cloudwatch_event_rule", schedule_expression=schedule["schedule_expression"], name="planted")(document)
    make(
        "aws_cloudwatch_event_target", rule="${aws_cloudwatch_event_rule.planted.name}", arn=schedule["target"]["arn"]
    )(document)


def _as_list(document: Document) -> None:
    schedule = first(document, _SCHEDULE)
    schedule["target"] = [copy.deepcopy(schedule["target"])]


_EXPRESSION = "schedule_expression"
_DEAD = "target.dead_letter_config"
DANGEROUS = (
    Edit("the alarms' topic is not encrypted", put(_TOPIC, "kms_master_key_id", None), Topic.EXPOSURE),
    Edit("a topic has Amazon's key", put(_TOPIC, "kms_master_key_id", "alias/aws/sns"), Topic.EXPOSURE),
    Edit("a new topic without a key", make(_TOPIC, name="planted"), Topic.EXPOSURE),
    Edit("nobody is told", drop(_SUBSCRIPTION), Topic.WATCHING),
    Edit("somebody else is told", put(_SUBSCRIPTION, "endpoint", "somebody@else.example"), Topic.WATCHING),
    Edit("another colleague is told instead", put(_SUBSCRIPTION, "endpoint", "other@ffp.example"), Topic.WATCHING),
    Edit("a stranger is told, too", _new_subscription("email", "somebody@else.example"), Topic.EXPOSURE),
    Edit("a web address is told, too", _new_subscription("https", "https://hook.example/x"), Topic.EXPOSURE),
    Edit("a queue of another account is told", _new_subscription("sqs", _STRANGER.format("sqs", "x")), Topic.EXPOSURE),
    Edit("a subscription drops messages", put(_SUBSCRIPTION, "filter_policy", '{"kind": ["rare"]}'), Topic.WATCHING),
    Edit("a queue is encrypted by AWS's key only", put(_QUEUE, "kms_master_key_id", None), Topic.EXPOSURE),
    Edit(
        "another's key of a queue", put(_QUEUE, "kms_master_key_id", _STRANGER.format("kms", "key/1")), Topic.EXPOSURE
    ),
    Edit("a new queue in clear", make(_QUEUE, name="planted", sqs_managed_sse_enabled=False), Topic.EXPOSURE),
    Edit("messages wait an hour", put(_QUEUE, "message_retention_seconds", 3600), Topic.RECOVERY),
    Edit("messages wait as long as by default", put(_QUEUE, "message_retention_seconds", None), Topic.RECOVERY),
    Edit("a schedule is off", put(_SCHEDULE, "state", "DISABLED"), Topic.AVAILABILITY),
    Edit("a schedule begins late", put(_SCHEDULE, "start_date", "2099-01-01T00:00:00Z"), Topic.AVAILABILITY),
    Edit("a schedule ends", put(_SCHEDULE, "end_date", "2027-01-01T00:00:00Z"), Topic.AVAILABILITY),
    Edit("a schedule is removed", drop(_SCHEDULE, _fixed), Topic.AVAILABILITY),
    Edit("a schedule runs once a day", put(_SCHEDULE, _EXPRESSION, "rate(1 day)", _often), Topic.AVAILABILITY),
    Edit("a schedule runs at night", put(_SCHEDULE, _EXPRESSION, "cron(0 3 * * ? *)", _often), Topic.AVAILABILITY),
    Edit("a schedule runs twice a year", put(_SCHEDULE, _EXPRESSION, "rate(180 days)", _fixed), Topic.AVAILABILITY),
    Edit("a schedule runs once", put(_SCHEDULE, _EXPRESSION, "at(2027-01-01T00:00:00)", _fixed), Topic.AVAILABILITY),
    Edit(
        "a reminder comes once a year", put(_SCHEDULE, _EXPRESSION, "cron(0 9 1 1 ? *)", _at_times), Topic.AVAILABILITY
    ),
    Edit(
        "a schedule calls somebody else",
        put(_SCHEDULE, "target.arn", _STRANGER.format("lambda", "function:x")),
        Topic.AVAILABILITY,
    ),
    Edit(
        "failed calls of a schedule are dropped",
        put(_SCHEDULE, _DEAD, None, lambda each: "dead_letter_config" in each["target"]),
        Topic.RECOVERY,
    ),
    Edit(
        "a schedule does not try again",
        put(_SCHEDULE, "target.retry_policy.maximum_retry_attempts", 0, lambda each: "retry_policy" in each["target"]),
        Topic.RECOVERY,
    ),
    Edit("a schedule has no key", put(_SCHEDULE, "kms_key_arn", None), Topic.EXPOSURE),
)
HARMLESS = (
    Edit("another display name", put(_TOPIC, "display_name", "Alarms")),
    Edit("a colleague is told, too", _colleague),
    Edit("a function of the stack is told, too", _own_function),
    Edit("raw messages", put(_SUBSCRIPTION, "raw_message_delivery", True)),
    Edit("messages are hidden for longer", put(_QUEUE, "visibility_timeout_seconds", 120)),
    Edit("a queue waits for messages", put(_QUEUE, "receive_wait_time_seconds", 20)),
    Edit("the retention as text", put(_QUEUE, "message_retention_seconds", "1209600")),
    Edit("a key is used for longer", put(_QUEUE, "kms_data_key_reuse_period_seconds", 86400)),
    Edit("a schedule runs more often", put(_SCHEDULE, _EXPRESSION, "rate(5 minutes)", _fixed)),
    Edit("a schedule runs as often", put(_SCHEDULE, _EXPRESSION, "cron(0/15 * * * ? *)", _fixed)),
    Edit("a schedule runs a little less often", put(_SCHEDULE, _EXPRESSION, "rate(20 minutes)", _fixed)),
    Edit("a schedule of another hour", _another_hour),
    Edit(
        "a flexible schedule",
        put(_SCHEDULE, "flexible_time_window.mode", "FLEXIBLE"),
    ),
    Edit("another message of a schedule", put(_SCHEDULE, "target.input", "renew", _at_times)),
    Edit("a rule of events instead of a schedule", _moved_schedule),
    Edit("a target as a list", _as_list),
    Edit("a schedule that is on", put(_SCHEDULE, "state", "ENABLED")),
)
