"""Changes of alarms."""

import json
from collections.abc import Callable
from typing import Any

from tests.review.corpus.edit import Document, DoesNotApply
from tests.review.opinion.cases import Change, dangerous
from tests.review.opinion.editing import add, put, remove, without
from tests.review.opinion.finding import (
    about,
    account,
    allows,
    both,
    condition_of,
    of_type,
    pick,
    reference,
    region,
    target,
)
from tests.review.opinion.kinds import ALARM, NOTHING, STRANGER
from tests.review.opinion.parts import alarm, on_metric
from tests.review.opinion.policies import edit_statement, without_statement

SUBSCRIPTION = "aws_sns_topic_subscription"
METRIC_FILTER = "aws_cloudwatch_log_metric_filter"


def expression(queries: Any) -> Any:
    return next(q for q in queries if "expression" in q)


def in_query(change: Callable[..., object], metric: str = "Errors") -> Change:

    def edit(document: Document) -> None:
        _, block = pick(document, ALARM, lambda block: "metric_query" in block and f'"{metric}"' in json.dumps(block))
        change(block["metric_query"])

    return edit


dangerous("alarm-tells-nobody", "watching", "It rings where nobody hears it.")(alarm("Duration", "alarm_actions", []))
dangerous("alarm-actions-unsaid", "watching", "It rings where nobody hears it.")(
    alarm("Throttles", "alarm_actions", NOTHING)
)
dangerous("alarm-muted", "watching", "It rings where nobody hears it.")(
    alarm("FreeStorageSpace", "actions_enabled", False, new=True)
)
dangerous("alarm-muted-as-text", "watching", "The same as text.")(
    alarm("DatabaseConnections", "actions_enabled", "false", new=True)
)
dangerous("alarm-of-throttles-at-1000", "watching", "A thousand refused calls go unseen.")(
    alarm("Throttles", "threshold", 1000)
)
dangerous("alarm-above-100-percent", "watching", "It can never ring.")(alarm("CPUUtilization", "threshold", 101))
dangerous("alarm-of-memory-in-megabytes", "watching", "The metric is in bytes: 64 bytes are never reached.")(
    alarm("FreeableMemory", "threshold", 64)
)
dangerous("alarm-of-storage-in-kilobytes", "watching", "The metric is in bytes.")(
    alarm("FreeStorageSpace", "threshold", lambda value: value / 1024)
)
dangerous("alarm-of-duration-past-the-timeout", "watching", "Above the timeout it can never ring.")(
    alarm("Duration", "threshold", lambda value: value * 10)
)
dangerous("alarm-a-little-later", "watching", "It rings a little later.")(
    alarm("CPUUtilization", "threshold", lambda value: value + 5)
)
dangerous("alarm-turned-round", "watching", "It rings while there is space.")(
    alarm("FreeStorageSpace", "comparison_operator", "GreaterThanThreshold")
)
dangerous("alarm-once-a-day", "watching", "A day passes before it rings.")(alarm("Throttles", "period", 86400))
dangerous("alarm-after-thirty-periods", "watching", "Hours pass before it rings.")(
    alarm("DatabaseConnections", "evaluation_periods", 30)
)
dangerous("alarm-after-six-periods-as-text", "watching", "Twice as late, as text.")(
    alarm("CPUUtilization", "evaluation_periods", "6")
)
dangerous("alarm-of-the-minimum", "watching", "One fast call hides all slow ones.")(
    alarm("Duration", "statistic", "Minimum")
)
dangerous("alarm-of-the-average", "watching", "Slow calls vanish in the average.")(
    alarm("Duration", "statistic", "Average")
)
dangerous("alarm-of-samples", "watching", "It counts samples, not messages.")(
    alarm("ApproximateNumberOfMessagesVisible", "statistic", "SampleCount")
)
dangerous("alarm-of-the-maximum", "watching", "For a floor the maximum hides every low.")(
    alarm("FreeableMemory", "statistic", "Maximum")
)
dangerous("alarm-of-the-median", "watching", "Half of the callers may wait for ever.")(
    alarm("Latency", "extended_statistic", "p50")
)
dangerous("alarm-of-another-metric", "watching", "It watches something else.")(
    alarm("Throttles", "metric_name", "Invocations")
)
dangerous("alarm-of-no-metric", "watching", "There is no such metric.")(
    alarm("FreeStorageSpace", "metric_name", "FreeStorage")
)
dangerous("alarm-of-no-namespace", "watching", "Names are case-sensitive.")(
    alarm("Throttles", "namespace", "AWS/lambda")
)
dangerous("alarm-of-another-function", "watching", "It watches something else.")(
    alarm("Duration", "dimensions", {"FunctionName": "test"})
)
dangerous("alarm-of-another-database", "watching", "It watches nothing.")(
    alarm("DatabaseConnections", "dimensions", {"DBInstanceIdentifier": "prod-database"})
)
dangerous("alarm-without-dimensions", "watching", "There is no such metric without a queue.")(
    alarm("ApproximateNumberOfMessagesVisible", "dimensions", {})
)
dangerous("alarm-of-a-unit-that-never-comes", "watching", "The metric has another unit: no data.")(
    alarm("FreeStorageSpace", "unit", "Gigabytes", new=True)
)
dangerous("alarm-tells-a-stranger", "watching", "A stranger hears it, and we do not.")(
    alarm("CPUUtilization", "alarm_actions", [f"arn:aws:sns:eu-west-2:{STRANGER}:alarms"])
)


@dangerous("alarm-tells-another-topic", "watching", "Another topic, to which nobody of the team is subscribed.")
def alarm_tells_another_topic(document: Document) -> None:
    _name, block = pick(document, ALARM, on_metric("FreeStorageSpace"))
    used = {target(b["topic_arn"])[1] for b in of_type(document, SUBSCRIPTION).values()}
    other = next((n for n in of_type(document, "aws_sns_topic") if n not in used), None)
    if not other:
        raise DoesNotApply
    block["alarm_actions"] = [reference("aws_sns_topic", other, "arn")]


dangerous("alarm-of-nothing", "watching", "The expression is always zero.")(
    in_query(lambda q: expression(q).update(expression="0 * part"))
)
dangerous("alarm-of-a-fraction", "watching", "A share in place of a percentage: a hundredth.")(
    in_query(lambda q: expression(q).update(expression=expression(q)["expression"].replace("100", "1")))
)
dangerous("alarm-of-the-whole", "watching", "It counts calls in place of errors.")(
    in_query(
        lambda q: next(x for x in q if x.get("metric", {}).get("metric_name") == "Errors")["metric"].update(
            metric_name="Invocations"
        )
    )
)
dangerous("alarm-of-another-functions-errors", "watching", "Errors of another function.")(
    in_query(
        lambda q: next(x for x in q if x.get("metric", {}).get("metric_name") == "Errors")["metric"].update(
            dimensions={"FunctionName": "other"}
        )
    )
)
dangerous("alarm-of-5xx-becomes-4xx", "watching", "Our own failures are not seen.")(
    in_query(
        lambda q: next(x for x in q if x.get("metric", {}).get("metric_name") == "5xx")["metric"].update(
            metric_name="4xx"
        ),
        "5xx",
    )
)
dangerous("alarm-in-query-a-day", "watching", "A day passes before it rings.")(
    in_query(lambda q: [x["metric"].update(period=86400) for x in q if "metric" in x])
)
for metric in (
    "Throttles",
    "FreeStorageSpace",
    "ApproximateNumberOfMessagesVisible",
    "StatusCheckFailed_System",
    "refused-invitations",
):
    dangerous(f"alarm-removed-{metric}", "watching", "Nobody is told.")(without(ALARM, on_metric(metric)))
dangerous("alarm-of-errors-removed", "watching", "Nobody is told.")(without(ALARM, '"Errors"'))
dangerous("alarm-of-failures-of-the-api-removed", "watching", "Nobody is told.")(without(ALARM, '"5xx"'))
dangerous("all-alarms-of-the-database-removed", "watching", "Nobody is told.")(
    lambda document: [
        of_type(document, ALARM).pop(n)
        for n in [n for n, b in of_type(document, ALARM).items() if b.get("namespace") == "AWS/RDS"]
    ]
)
dangerous(
    "recovery-of-the-nat-removed",
    "watching",
    "A broken host is not replaced by itself.",
    doubt="somebody is told in place of a recovery",
)(alarm("StatusCheckFailed_System", "alarm_actions", ["${aws_sns_topic.monitoring_topic_topic.arn}"]))
dangerous("metric-filter-removed", "watching", "Its alarm has no data and never rings.")(
    without(METRIC_FILTER, "throttled")
)
dangerous("metric-filter-finds-nothing", "watching", "Its alarm never rings.")(
    put(METRIC_FILTER, "pattern", lambda value: '{ $.status = "430" }', "throttled")
)
dangerous("metric-filter-counts-zero", "watching", "Its alarm never rings.")(
    put(METRIC_FILTER, "metric_transformation.value", "0", "throttled")
)
dangerous("metric-filter-another-metric", "watching", "The alarm reads another name.")(
    put(METRIC_FILTER, "metric_transformation.name", lambda value: value + "-v2", "throttled")
)
dangerous("metric-filter-another-namespace", "watching", "The alarm reads another namespace.")(
    put(METRIC_FILTER, "metric_transformation.namespace", "custom")
)
dangerous("metric-filter-another-group", "watching", "It reads the wrong logs.")(
    put(METRIC_FILTER, "log_group_name", "/aws/lambda/other", "throttled")
)
dangerous("mails-to-a-stranger", "watching", "Alarms go to somebody else.")(
    put(SUBSCRIPTION, "endpoint", "someone@gmail.com")
)
dangerous("mails-to-another-of-the-team", "watching", "Another address, which must be confirmed first.")(
    put(SUBSCRIPTION, "endpoint", "nobody@ffp.example")
)
dangerous("mails-removed", "watching", "Alarms reach nobody.")(without(SUBSCRIPTION))
dangerous("mails-filtered", "watching", "Alarms have no such attribute: all are dropped.")(
    put(SUBSCRIPTION, "filter_policy", json.dumps({"severity": ["critical"]}), new=True)
)
dangerous("alarms-over-plain-http", "watching", "Alarms travel in clear to a web hook.")(
    lambda document: pick(document, SUBSCRIPTION)[1].update(protocol="http", endpoint="http://hooks.partner.example/x")
)
dangerous("alarms-of-another-topic", "watching", "The subscription is to another topic.")(
    lambda document: pick(document, SUBSCRIPTION)[1].update(
        topic_arn=reference(
            "aws_sns_topic",
            next(
                n
                for n in of_type(document, "aws_sns_topic")
                if n != target(pick(document, SUBSCRIPTION)[1]["topic_arn"])[1]
            ),
            "arn",
        )
    )
)
dangerous("topic-of-alarms-removed", "watching", "Alarms reach nobody.")(
    lambda document: remove(document, "aws_sns_topic", target(pick(document, SUBSCRIPTION)[1]["topic_arn"])[1])
)
dangerous("stranger-also-gets-reminders", "exposure", "A stranger is subscribed.")(
    lambda document: add(
        document,
        SUBSCRIPTION,
        "planted",
        {
            "topic_arn": reference("aws_sns_topic", list(of_type(document, "aws_sns_topic"))[-1], "arn"),
            "protocol": "email",
            "endpoint": "analytics@partner.example",
        },
    )
)
dangerous("strangers-queue-gets-alarms", "exposure", "A stranger's queue is subscribed.")(
    lambda document: add(
        document,
        SUBSCRIPTION,
        "planted",
        {
            "topic_arn": reference("aws_sns_topic", next(iter(of_type(document, "aws_sns_topic"))), "arn"),
            "protocol": "sqs",
            "endpoint": f"arn:aws:sqs:eu-west-2:{STRANGER}:feed",
        },
    )
)
dangerous("alarms-may-not-publish", "watching", "CloudWatch may not publish any more: alarms reach nobody.")(
    without_statement(
        "aws_sns_topic_policy",
        both(allows("sns:Publish"), lambda statement: "cloudwatch" in str(statement["principals"])),
    )
)
dangerous("alarms-of-a-prefix-may-not-publish", "watching", "The condition names alarms that do not exist.")(
    edit_statement(
        "aws_sns_topic_policy",
        both(allows("sns:Publish"), about("SourceArn")),
        lambda document, policy, statement: condition_of(statement, "SourceArn").update(
            values=[f"arn:aws:cloudwatch:{region(document)}:{account(document)}:alarm:critical-*"]
        ),
    )
)
dangerous("alarms-may-not-use-the-key", "watching", "CloudWatch cannot encrypt for the topic: alarms reach nobody.")(
    without_statement(
        "aws_kms_key_policy",
        both(
            allows("kms:GenerateDataKey"), lambda statement: "cloudwatch.amazonaws.com" in str(statement["principals"])
        ),
    )
)
