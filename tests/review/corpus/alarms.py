"""Changes of alarms. An alarm is recognised by what it watches, not by its name or address."""

import copy
import json
from collections.abc import Callable
from typing import Any

from ffp.review.concern import Topic
from tests.review.corpus.edit import Document, Edit, blocks, drop, first, first_named, make, one_of, put

Change = Callable[[Document], None]
_ALARM, _TOPIC = "aws_cloudwatch_metric_alarm", "aws_sns_topic"
_ABOUT_A_FUNCTION = (
    "aws_lambda_function",
    "aws_lambda_alias",
    "aws_lambda_permission",
    "aws_lambda_function_event_invoke_config",
    _ALARM,
    "aws_apigatewayv2_integration",
    "aws_apigatewayv2_route",
)


def simple(block: Document) -> bool:
    """Whether an alarm is on one metric and fires above a threshold."""
    return "metric_name" in block and str(block["comparison_operator"]).startswith("Greater")


def maths(block: Document) -> bool:
    """Whether an alarm is on an expression over several metrics."""
    return "metric_query" in block


def below(block: Document) -> bool:
    """Whether an alarm fires below a threshold."""
    return str(block["comparison_operator"]).startswith("Less")


def _peaks(block: Document) -> bool:
    return block.get("statistic") == "Maximum" and simple(block)


def _percentile(block: Document) -> bool:
    return "extended_statistic" in block


def _sums(block: Document) -> bool:
    return block.get("statistic") == "Sum" and float(block["threshold"]) > 1


def _several(block: Document) -> bool:
    return simple(block) and int(block["evaluation_periods"]) > 1


def _duration(block: Document) -> bool:
    return block.get("metric_name") == "Duration"


def _times(path: str, factor: float, where: Callable[[Document], bool]) -> Change:
    def change(document: Document) -> None:
        block = first(document, _ALARM, where)
        block[path] = float(block[path]) * factor

    return change


def _in_expression(former: str, new: str) -> Change:
    def change(document: Document) -> None:
        block = first(document, _ALARM, lambda each: maths(each) and former in json.dumps(each["metric_query"]))
        for query in block["metric_query"]:
            query["expression"] = query.get("expression", "").replace(former, new) or None
        block["metric_query"] = [{key: value for key, value in each.items() if value} for each in block["metric_query"]]

    return change


def _renamed_ids(document: Document) -> None:
    """Other ids of the queries, and another order of them."""
    block = first(document, _ALARM, maths)
    names = {str(each["id"]): f"x{place}" for place, each in enumerate(reversed(block["metric_query"]))}
    for each in block["metric_query"]:
        each["id"] = names[each["id"]]
        for former, new in names.items():
            if "expression" in each:
                each["expression"] = each["expression"].replace(former, new)
    block["metric_query"].reverse()


def _readdressed(document: Document) -> None:
    alarms, (name, block) = blocks(document, _ALARM), first_named(document, _ALARM, simple)
    del alarms[name]
    alarms["planted"] = {**block, "alarm_name": "another-name", "alarm_description": "Another one"}


def _split_topic(document: Document) -> None:
    """Alarms go to another topic with the same reader."""
    subscription = first(document, "aws_sns_topic_subscription")
    topic = first(document, _TOPIC)
    blocks(document, _TOPIC)["planted"] = {**topic, "name": "planted"}
    make("aws_sns_topic_subscription", **{**subscription, "topic_arn": "${aws_sns_topic.planted.arn}"})(document)
    first(document, _ALARM, simple)["alarm_actions"] = ["${aws_sns_topic.planted.arn}"]
    first(document, _ALARM, simple)["ok_actions"] = ["${aws_sns_topic.planted.arn}"]


def _topic_of_nobody(document: Document) -> None:
    topic = first(document, _TOPIC)
    blocks(document, _TOPIC)["planted"] = {**topic, "name": "planted"}
    first(document, _ALARM, simple)["alarm_actions"] = ["${aws_sns_topic.planted.arn}"]


def _longer_timeout(document: Document) -> None:
    """A longer timeout, with the alarm at the same share of it."""
    alarm = first(document, _ALARM, _duration)
    name = alarm["dimensions"]["FunctionName"]
    function = first(document, "aws_lambda_function", lambda each: each["function_name"] == name)
    function["timeout"], alarm["threshold"] = function["timeout"] * 2, alarm["threshold"] * 2


def _more_memory(document: Document) -> None:
    """More memory, with the alarm at the same share of it."""
    alarm = first(document, _ALARM, lambda each: "memory-used" in str(each.get("metric_name")))
    group = first(
        document,
        "aws_cloudwatch_log_metric_filter",
        lambda each: bool(each["metric_transformation"]["name"] == alarm["metric_name"]),
    )
    function = first(
        document,
        "aws_lambda_function",
        lambda each: each["logging_config"]["log_group"] == group["log_group_name"],
    )
    function["memory_size"], alarm["threshold"] = function["memory_size"] * 2, alarm["threshold"] * 2


def _second(threshold: float) -> Change:
    """One more alarm on the same, at another threshold."""

    def change(document: Document) -> None:
        block = copy.deepcopy(first(document, _ALARM, simple))
        blocks(document, _ALARM)["planted"] = {**block, "alarm_name": "planted", "threshold": threshold}

    return change


def _composite(document: Document) -> None:
    name = first(document, _ALARM)["alarm_name"]
    make("aws_cloudwatch_composite_alarm", alarm_name="both", alarm_rule=f'ALARM("{name}")')(document)


def _without_function(document: Document) -> None:
    """A function that only an API calls goes, with its routes, its alarms, and all else that is about it."""
    others = json.dumps(
        {type_: named for type_, named in document["resource"].items() if type_ not in _ABOUT_A_FUNCTION}
    )
    aliases = (
        each["integration_uri"].split(".")[1] for each in blocks(document, "aws_apigatewayv2_integration").values()
    )
    alias = one_of((each for each in aliases if f"aws_lambda_alias.{each}." not in others), "a function of an API")
    name = blocks(document, "aws_lambda_alias")[alias]["function_name"].split(".")[1]
    called = blocks(document, "aws_lambda_function")[name]["function_name"]
    gone = {f"aws_lambda_function.{name}.", f'"{called}"', f'"/aws/lambda/{called}"'}
    for type_ in _ABOUT_A_FUNCTION:
        for key, block in list(blocks(document, type_).items()):
            text = json.dumps({inner: value for inner, value in block.items() if inner != "depends_on"})
            if any(each in text for each in gone):
                del blocks(document, type_)[key]
                gone |= {f"{type_}.{key}.", json.dumps(block.get("metric_transformation", {}).get("name", key))}


def _as_text(document: Document) -> None:
    block = first(document, _ALARM, simple)
    block["threshold"], block["period"] = str(block["threshold"]), str(block["period"])


def _one_more_told(document: Document) -> None:
    first(document, _ALARM, simple)["alarm_actions"].append("arn:aws:sns:eu-west-2:333333333333:more")


def _alarm(path: str, value: Any, where: Callable[[Document], bool] = simple) -> Change:
    return put(_ALARM, path, value, where)


def _metric_as_list(document: Document) -> None:
    for query in first(document, _ALARM, maths)["metric_query"]:
        if "metric" in query:
            query["metric"] = [query["metric"]]


DANGEROUS = (
    Edit("an alarm is removed", drop(_ALARM, simple), Topic.WATCHING),
    Edit("an alarm on an expression is removed", drop(_ALARM, maths), Topic.WATCHING),
    Edit("an alarm does nothing", _alarm("actions_enabled", False), Topic.WATCHING),
    Edit("an alarm does nothing, as text", _alarm("actions_enabled", "false"), Topic.WATCHING),
    Edit("an alarm tells nobody", _alarm("alarm_actions", None), Topic.WATCHING),
    Edit("an alarm tells an empty list", _alarm("alarm_actions", []), Topic.WATCHING),
    Edit(
        "an alarm tells another account",
        _alarm("alarm_actions", ["arn:aws:sns:eu-west-2:999999999999:x"]),
        Topic.WATCHING,
    ),
    Edit("an alarm tells a topic that nobody reads", _topic_of_nobody, Topic.WATCHING),
    Edit("an alarm's threshold is higher", _times("threshold", 2, simple), Topic.WATCHING),
    Edit("an alarm's threshold is a little higher", _times("threshold", 1.1, _sums), Topic.WATCHING),
    Edit("an alarm's threshold is lower, and it fires below", _times("threshold", 0.5, below), Topic.WATCHING),
    Edit("an alarm on an expression has a higher threshold", _times("threshold", 2, maths), Topic.WATCHING),
    Edit("an alarm fires the other way", _alarm("comparison_operator", "LessThanThreshold"), Topic.WATCHING),
    Edit("an expression needs more calls", _in_expression(">= 10", ">= 1000"), Topic.WATCHING),
    Edit("an expression counts a tenth", _in_expression("100 *", "10 *"), Topic.WATCHING),
    Edit("an expression is always nothing", _in_expression("100 *", "0 *"), Topic.WATCHING),
    Edit("an alarm needs more periods", _alarm("evaluation_periods", 12), Topic.WATCHING),
    Edit("an alarm needs more data points", _alarm("evaluation_periods", "5", _several), Topic.WATCHING),
    Edit("an alarm looks once in a day", _alarm("period", 86400), Topic.WATCHING),
    Edit("an alarm on an average", _alarm("statistic", "Average", _peaks), Topic.WATCHING),
    Edit("an alarm on a minimum", _alarm("statistic", "Minimum", _peaks), Topic.WATCHING),
    Edit("an alarm on the median", _alarm("extended_statistic", "p50", _percentile), Topic.WATCHING),
    Edit("an alarm ignores few samples", _alarm("evaluate_low_sample_count_percentiles", "ignore"), Topic.WATCHING),
    Edit("an alarm is on another metric", _alarm("metric_name", "Invocations", _duration), Topic.WATCHING),
    Edit("an alarm is on nothing", _alarm("dimensions.FunctionName", "gone", _duration), Topic.WATCHING),
    Edit("an alarm is on all functions", _alarm("dimensions", None, _duration), Topic.WATCHING),
    Edit("an alarm is on another namespace", _alarm("namespace", "Custom"), Topic.WATCHING),
    Edit("an alarm sees other units only", _alarm("unit", "Megabytes", _duration), Topic.WATCHING),
    Edit("an alarm is on another account", _alarm("metric_query.0.account_id", "999999999999", maths), Topic.WATCHING),
    Edit("a sum is of a minute", _alarm("period", 60, _sums), Topic.WATCHING),
    Edit(
        "an alarm stops the instance",
        _alarm(
            "alarm_actions",
            ["arn:aws:automate:eu-west-2:ec2:recover", "arn:aws:automate:eu-west-2:ec2:terminate"],
            lambda each: "recover" in str(each.get("alarm_actions")),
        ),
        Topic.AVAILABILITY,
    ),
    Edit(
        "an alarm does not recover the instance",
        _alarm("alarm_actions", None, lambda each: "recover" in str(each.get("alarm_actions"))),
        Topic.WATCHING,
    ),
)
HARMLESS = (
    Edit("an alarm has another name and address", _readdressed),
    Edit("an alarm has another description", _alarm("alarm_description", "Another one")),
    Edit("an alarm is stricter", _times("threshold", 0.5, simple)),
    Edit("an alarm is stricter, and fires below", _times("threshold", 2, below)),
    Edit("an alarm's metric as a list", _metric_as_list),
    Edit("an alarm's threshold as text", _as_text),
    Edit("an alarm fires at its threshold", _alarm("comparison_operator", "GreaterThanOrEqualToThreshold")),
    Edit("an alarm fires sooner", _alarm("evaluation_periods", 2, lambda each: each.get("evaluation_periods") == 3)),
    Edit("an alarm needs fewer data points", _alarm("datapoints_to_alarm", 1, _several)),
    Edit("an alarm on peaks looks each minute", _alarm("period", 60, _peaks)),
    Edit("an alarm on a higher percentile", _alarm("extended_statistic", "p99", _percentile)),
    Edit("missing data raise an alarm", _alarm("treat_missing_data", "breaching")),
    Edit("an expression needs fewer calls", _in_expression(">= 10", ">= 5")),
    Edit("an expression is written otherwise", _in_expression("100 *", "(50 + 50) *")),
    Edit("the queries of an expression have other ids", _renamed_ids),
    Edit("an alarm tells one more", _one_more_told),
    Edit("an alarm tells the same reader by another topic", _split_topic),
    Edit("one more alarm, less strict", _second(10**9)),
    Edit("one more alarm, stricter", _second(0)),
    Edit("one more alarm of alarms", _composite),
    Edit("a longer timeout with its alarm", _longer_timeout),
    Edit("more memory with its alarm", _more_memory),
    Edit("a function is removed with its alarms, but without its logs", _without_function),
)
