"""Changes of logs, metric filters, traces and budgets."""

import copy
from collections.abc import Callable
from typing import Any

from ffp.review.concern import Topic
from tests.review.corpus.edit import Document, Edit, blocks, drop, first, first_named, make, put

_GROUP, _FILTER, _BUDGET = "aws_cloudwatch_log_group", "aws_cloudwatch_log_metric_filter", "aws_budgets_budget"
_SENT = "aws_cloudwatch_log_subscription_filter"
_STRANGER = "arn:aws:{}:eu-west-2:999999999999:{}"
_ONE_SERVICE = {"name": "Service", "values": ["x"]}


def _sent_to(arn: str) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        name = first(document, _GROUP)["name"]
        make(_SENT, log_group_name=name, destination_arn=arn, filter_pattern="", name="planted")(document)

    return change


def _notification(**changes: Any) -> Callable[[Document], None]:
    return lambda document: first(document, _BUDGET)["notification"][0].update(changes)


def _one_object(document: Document) -> None:
    budget = first(document, _BUDGET)
    budget["notification"] = list(reversed(budget["notification"]))


def _another_name_of_a_filter(document: Document) -> None:
    named, (name, _) = blocks(document, _FILTER), first_named(document, _FILTER)
    named["planted"] = {**named.pop(name), "name": "another-name"}


def _another_metric_name(document: Document) -> None:
    """Another name of a metric, in its filters and in the alarms on it."""
    given = first(document, _FILTER)["metric_transformation"]
    former = (given[0] if isinstance(given, list) else given)["name"]
    for type_ in (_FILTER, "aws_cloudwatch_metric_alarm"):
        for block in blocks(document, type_).values():
            transformation = block.get("metric_transformation", {})
            if transformation.get("name") == former:
                transformation["name"] = "another-name"
            if block.get("metric_name") == former:
                block["metric_name"] = "another-name"


def _more_lines(document: Document) -> None:
    block = first(document, _FILTER, lambda each: each["pattern"].startswith("{"))
    block["pattern"] = block["pattern"].replace("}", "|| $.planted = 1 }")


def _fewer_lines(document: Document) -> None:
    block = first(document, _FILTER, lambda each: each["pattern"].startswith("{"))
    block["pattern"] = block["pattern"].replace("}", "&& $.planted = 1 }")


def _another_group_is_read(document: Document) -> None:
    block = first(document, _FILTER)
    others = [each["name"] for each in blocks(document, _GROUP).values() if each["name"] != block["log_group_name"]]
    block["log_group_name"] = others[0]


def _new_group(document: Document) -> None:
    blocks(document, _GROUP)["planted"] = copy.deepcopy(first(document, _GROUP)) | {"name": "planted"}


def _spaces(document: Document) -> None:
    block = first(document, _FILTER)
    block["pattern"] = block["pattern"].replace(" ", "  ")


def _one_more(document: Document) -> None:
    group = first(document, _FILTER)["log_group_name"]
    transformation = {"name": "x", "namespace": "x", "value": "1"}
    make(_FILTER, log_group_name=group, name="x", pattern="ERROR", metric_transformation=transformation)(document)


DANGEROUS = (
    Edit("lines are kept for a month", put(_GROUP, "retention_in_days", 30), Topic.WATCHING),
    Edit("lines have no key", put(_GROUP, "kms_key_id", None), Topic.EXPOSURE),
    Edit("lines have another's key", put(_GROUP, "kms_key_id", _STRANGER.format("kms", "key/1")), Topic.EXPOSURE),
    Edit("a new log group without a key", make(_GROUP, name="planted", retention_in_days=365), Topic.EXPOSURE),
    Edit("lines are rarely read", put(_GROUP, "log_group_class", "INFREQUENT_ACCESS"), Topic.WATCHING),
    Edit("a metric filter is removed", drop(_FILTER), Topic.WATCHING),
    Edit("a metric filter matches other lines", put(_FILTER, "pattern", '{ $.status = "999" }'), Topic.WATCHING),
    Edit("a metric filter matches fewer lines", _fewer_lines, Topic.WATCHING),
    Edit("a metric filter counts nothing", put(_FILTER, "metric_transformation.value", "0"), Topic.WATCHING),
    Edit("a metric filter writes another metric", put(_FILTER, "metric_transformation.name", "x"), Topic.WATCHING),
    Edit("a metric filter reads another group", _another_group_is_read, Topic.WATCHING),
    Edit("lines go to another account", _sent_to(_STRANGER.format("logs", "destination:x")), Topic.EXPOSURE),
    Edit("lines go to a stream elsewhere", _sent_to("arn:aws:kinesis:eu-west-2:333333333333:stream/x"), Topic.EXPOSURE),
    Edit(
        "all lines go elsewhere",
        make(
            "aws_cloudwatch_log_account_policy",
            policy_type="SUBSCRIPTION_FILTER_POLICY",
            policy_document=f'{{"DestinationArn": "{_STRANGER.format("firehose", "deliverystream/x")}"}}',
        ),
        Topic.EXPOSURE,
    ),
    Edit(
        "metrics go elsewhere",
        make("aws_cloudwatch_metric_stream", firehose_arn=_STRANGER.format("firehose", "deliverystream/x")),
        Topic.EXPOSURE,
    ),
    Edit(
        "another account reads logs and metrics",
        make("aws_oam_link", sink_identifier=_STRANGER.format("oam", "sink/x"), resource_types=["AWS::Logs::LogGroup"]),
        Topic.EXPOSURE,
    ),
    Edit("traces are not encrypted by a key", put("aws_xray_encryption_config", "type", "NONE"), Topic.EXPOSURE),
    Edit("the encryption of traces is not managed", drop("aws_xray_encryption_config"), Topic.EXPOSURE),
    Edit(
        "traces have another's key",
        put("aws_xray_encryption_config", "key_id", _STRANGER.format("kms", "key/1")),
        Topic.EXPOSURE,
    ),
    Edit("the budget is removed", drop(_BUDGET), Topic.WATCHING),
    Edit("the budget is ten times as high", put(_BUDGET, "limit_amount", "1150"), Topic.WATCHING),
    Edit("the budget is for a year", put(_BUDGET, "time_unit", "ANNUALLY"), Topic.WATCHING),
    Edit("the budget counts something else", put(_BUDGET, "budget_type", "USAGE"), Topic.WATCHING),
    Edit(
        "the budget counts one service",
        put(_BUDGET, "cost_filter", _ONE_SERVICE),
        Topic.WATCHING,
    ),
    Edit("the budget counts no tax", put(_BUDGET, "cost_types", {"include_tax": False}), Topic.WATCHING),
    Edit("the budget tells nobody", put(_BUDGET, "notification", None), Topic.WATCHING),
    Edit("the budget tells of the forecast no longer", put(_BUDGET, "notification.1", None), Topic.WATCHING),
    Edit("the budget tells late", _notification(threshold=200), Topic.WATCHING),
    Edit("the budget tells somebody else", _notification(subscriber_email_addresses=["x@y.example"]), Topic.WATCHING),
)
HARMLESS = (
    Edit("lines are kept for longer", put(_GROUP, "retention_in_days", 731)),
    Edit("lines are kept without end", put(_GROUP, "retention_in_days", 0)),
    Edit("the retention of lines as text", put(_GROUP, "retention_in_days", "365")),
    Edit("a new log group like the others", _new_group),
    Edit("another name of a metric filter", _another_name_of_a_filter),
    Edit("another name of a metric", _another_metric_name),
    Edit("a metric filter matches more lines", _more_lines),
    Edit("a metric has a default", put(_FILTER, "metric_transformation.default_value", "0")),
    Edit("a metric filter is written with more spaces", _spaces),
    Edit("one more metric filter", _one_more),
    Edit("another query", put("aws_cloudwatch_query_definition", "query_string", "fields @message")),
    Edit("a query is removed", drop("aws_cloudwatch_query_definition")),
    Edit("the dashboard is removed", drop("aws_cloudwatch_dashboard")),
    Edit("the budget is lower", put(_BUDGET, "limit_amount", 100)),
    Edit("the budget tells earlier", _notification(threshold="50")),
    Edit("the budget's notifications in another order", _one_object),
    Edit(
        "the budget tells one more",
        _notification(subscriber_email_addresses=["platform@ffp.example", "colleague@ffp.example"]),
    ),
)
