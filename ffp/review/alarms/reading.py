"""Reads the alarms of a stack: resolves what they watch, whom they tell, and which filters make their metrics."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ffp.review.alarms.alarm import ABOVE, BELOW, OUTSIDE, Alarm, Metric, Source
from ffp.review.arns import IDS
from ffp.review.facts.common import name_of
from ffp.review.facts.fact import truth
from ffp.review.side import Side, at, blocks_in, once_a_side, values_in
from ffp.stacks import SynthesisedBlock

# The dimensions whose values are names of resources, with the resources' types.
_NAMING: Mapping[str, tuple[str, ...]] = {
    "BucketName": ("aws_s3_bucket",),
    "ClusterName": ("aws_ecs_cluster",),
    "DBClusterIdentifier": ("aws_rds_cluster",),
    "DBInstanceIdentifier": ("aws_db_instance",),
    "DeliveryStreamName": ("aws_kinesis_firehose_delivery_stream",),
    "EventBusName": ("aws_cloudwatch_event_bus",),
    "FunctionName": ("aws_lambda_function",),
    "LogGroupName": ("aws_cloudwatch_log_group",),
    "ProxyName": ("aws_db_proxy",),
    "QueueName": ("aws_sqs_queue",),
    "RuleName": ("aws_cloudwatch_event_rule",),
    "ServiceName": ("aws_ecs_service",),
    "StreamName": ("aws_kinesis_stream",),
    "TableName": ("aws_dynamodb_table",),
    "TopicName": ("aws_sns_topic",),
    "WebACL": ("aws_wafv2_web_acl",),
}
_BAND = re.compile(r"ANOMALY_DETECTION_BAND\(\s*(?P<metric>[^,)]+)(?:,\s*(?P<width>[\d.]+))?\s*\)", re.IGNORECASE)
_OF_CLASS = frozenset({"FreeableMemory", "CPUCreditBalance", "CPUSurplusCreditBalance", "DatabaseConnections"})
_DEEPEST = 10  # expressions over expressions


@once_a_side
def alarms(side: Side) -> list[Alarm]:
    """The alarms of one side, of metrics and of other alarms."""
    reader = _Reader(side)
    return [
        *(reader.alarm(block) for block in side.of_type("aws_cloudwatch_metric_alarm")),
        *(reader.composite(block) for block in side.of_type("aws_cloudwatch_composite_alarm")),
    ]


class _Reader:
    def __init__(self, side: Side) -> None:
        self._side = side
        types = {type_ for several in _NAMING.values() for type_ in several} | {"aws_cloudwatch_metric_alarm"}
        self._named = {
            (block.type, str(side.get(block, _name_attribute(block.type)))): block
            for type_ in types
            for block in side.of_type(type_)
        }
        self._at = {side.address(block): block for block in self._named.values()}
        self._addresses = frozenset(side.address(block) for block in side.stack.resources)
        self._sources: dict[tuple[str, str], set[Source]] = {}
        for block in side.of_type("aws_cloudwatch_log_metric_filter"):
            group = self._log_group(block)
            pattern = " ".join(str(side.get(block, "pattern") or "").split())
            for each in blocks_in(side.get(block, "metric_transformation")):
                key = (str(each.get("namespace")), str(each.get("name")))
                self._sources.setdefault(key, set()).add(Source(group, pattern, str(each.get("value"))))
        self._writers: dict[str, SynthesisedBlock] = {}
        for block in side.of_type("aws_lambda_function"):
            given = side.get(block, "logging_config.log_group") or f"/aws/lambda/{side.get(block, 'function_name')}"
            self._writers[self._by_name("aws_cloudwatch_log_group", given)] = block

    def alarm(self, block: SynthesisedBlock) -> Alarm:
        side, attributes = self._side, block.attributes
        queries = blocks_in(side.get(block, "metric_query"))
        single = ([self._metric(attributes, side.region(block))], "m0", None)
        metrics, expression, band = self._queries(block, queries) if queries else single
        operator = str(side.get(block, "comparison_operator"))
        width = band.group("width") if band else None
        periods = _whole(side.get(block, "evaluation_periods"), 1)
        watched = frozenset(value for each in metrics for _, value in each.dimensions if value in self._addresses)
        groups = frozenset(source.log_group for each in metrics for source in each.sources)
        return Alarm(
            address=side.address(block),
            name=str(side.get(block, "alarm_name") or side.address(block)),
            metrics=tuple(metrics),
            expression=expression,
            direction=_direction(operator),
            is_inclusive="OrEqual" in operator,
            threshold=_number(width or 2) if band else _number(side.get(block, "threshold")),
            band="expected" if band else "",
            datapoints=_whole(side.get(block, "datapoints_to_alarm"), periods),
            periods=periods,
            missing=str(side.get(block, "treat_missing_data") or "missing"),
            ignores_few_samples=side.get(block, "evaluate_low_sample_count_percentiles") == "ignore",
            watched=watched or groups,
            capacity=self._capacity(metrics[0]) if len(metrics) == 1 else {},
            **self._told(block),
        )

    def composite(self, block: SynthesisedBlock) -> Alarm:
        rule = str(self._side.get(block, "alarm_rule") or "")
        for (type_, name), alarm in self._named.items():
            if type_ == "aws_cloudwatch_metric_alarm" and name in rule:
                arn, address = re.escape(self._side.arn(alarm)), self._side.address(alarm)
                rule = re.sub(rf"\(\s*[\"']?(?:{arn}|{re.escape(name)})[\"']?\s*\)", f"({address})", rule)
        return Alarm(
            address=self._side.address(block),
            name=str(self._side.get(block, "alarm_name") or self._side.address(block)),
            expression=" ".join(rule.split()),
            is_composite=True,
            suppressor=str(self._side.get(block, "actions_suppressor.alarm") or ""),
            **self._told(block),
        )

    def _told(self, block: SynthesisedBlock) -> dict[str, Any]:
        told = {
            field: frozenset(
                filter(None, (name_of(self._side, each) for each in values_in(block.attributes.get(path))))
            )
            for field, path in (
                ("tells", "alarm_actions"),
                ("tells_end", "ok_actions"),
                ("tells_silence", "insufficient_data_actions"),
            )
        }
        return {**told, "is_enabled": truth(self._side.get(block, "actions_enabled")) is not False}

    def _queries(
        self, block: SynthesisedBlock, queries: list[dict[str, Any]]
    ) -> tuple[list[Metric], str, re.Match[str] | None]:
        """The metrics in an order that no id decides, the expression over them, and the expected range if any."""
        raw = {str(each.get("id")): each for each in blocks_in(block.attributes.get("metric_query"))}
        named = {str(each.get("id")): each for each in queries}
        metrics = {
            id_: self._metric(_with_account(raw.get(id_)), self._side.region(block))
            for id_, each in named.items()
            if blocks_in(each.get("metric"))
        }
        limit = str(self._side.get(block, "threshold_metric_id") or "")
        band = _BAND.search(str(named.get(limit, {}).get("expression") or ""))
        returned = [id_ for id_, each in named.items() if truth(each.get("return_data")) and id_ != limit]
        start = returned[0] if returned else band["metric"].strip() if band else next(iter(named), "")
        text = _substituted(start, named, frozenset(metrics))
        used = [id_ for id_ in metrics if re.search(rf"\b{re.escape(id_)}\b", text)]
        used.sort(key=lambda id_: _sorting(metrics[id_]))
        for place, id_ in enumerate(used):
            text = re.sub(rf"\b{re.escape(id_)}\b", f"\x00{place}", text)
        return [metrics[id_] for id_ in used], " ".join(text.replace("\x00", "m").split()), band

    def _metric(self, given: Any, region: str) -> Metric:
        resolved = self._side.resolved(given) if isinstance(given, Mapping) else {}
        dimensions = given.get("dimensions") if isinstance(given, Mapping) else None
        key = (str(resolved.get("namespace")), str(resolved.get("metric_name")))
        owner = str(resolved.get("account_id") or "") if isinstance(resolved, Mapping) else ""
        place = [("account", owner)] if owner not in ("", self._side.account) else []
        place += [("region", region)] if region != self._side.region() else []
        return Metric(
            namespace=key[0],
            name=key[1],
            dimensions=tuple(sorted([*self._dimensions(dimensions), *place])),
            sources=frozenset(self._sources.get(key, ())),
            statistic=str(next(filter(None, map(resolved.get, ("stat", "extended_statistic", "statistic"))), "")),
            period=_whole(resolved.get("period"), 300),
            unit=str(resolved.get("unit") or ""),
        )

    def _dimensions(self, given: Any) -> Iterator[tuple[str, str]]:
        for name, value in given.items() if isinstance(given, Mapping) else ():
            found = self._side.named(value) if isinstance(value, str) and "${" in value else None
            text = str(self._side.resolved(value))
            blocks = [self._named[type_, text] for type_ in _NAMING.get(name, ()) if (type_, text) in self._named]
            found = blocks[0] if blocks else found
            yield str(name), self._side.address(found) if found else text

    def _log_group(self, block: SynthesisedBlock) -> str:
        found = self._side.named(block.attributes.get("log_group_name"))
        if found is not None:
            return self._side.address(found)
        return self._by_name("aws_cloudwatch_log_group", self._side.get(block, "log_group_name"))

    def _by_name(self, type_: str, name: Any) -> str:
        found = self._named.get((type_, str(name)))
        return self._side.address(found) if found else str(name)

    def _capacity(self, metric: Metric) -> dict[str, float | str]:
        """What the threshold of a metric is a share of, so that it may grow with it."""
        of = [self._at[value] for _, value in metric.dimensions if value in self._at]
        writers = [self._writers[source.log_group] for source in metric.sources if source.log_group in self._writers]
        functions = [block for block in of if block.type == "aws_lambda_function"]
        stores = [block for block in of if block.type == "aws_db_instance"]
        if functions and metric.name == "Duration":
            return {"timeout": 1000 * _whole(self._side.get(functions[0], "timeout"), 3)}
        if functions and metric.name == "ConcurrentExecutions":
            return {"executions": _whole(self._side.get(functions[0], "reserved_concurrent_executions"), 0)}
        if writers and any("emory" in source.value for source in metric.sources):
            return {"memory": _whole(self._side.get(writers[0], "memory_size"), 128)}
        if stores and metric.name == "FreeStorageSpace":
            return {"storage": _whole(self._side.get(stores[0], "allocated_storage"), 0)}
        if stores and metric.name in _OF_CLASS:
            return {"class": str(self._side.get(stores[0], "instance_class"))}
        return {}


def _name_attribute(type_: str) -> str:
    return IDS.get(type_, "name")


def _direction(operator: str) -> str:
    if "LowerOrGreater" in operator:
        return OUTSIDE
    return BELOW if operator.startswith("Less") else ABOVE


def _substituted(id_: str, queries: Mapping[str, Mapping[str, Any]], metrics: frozenset[str], depth: int = 0) -> str:
    """An expression in which each other expression stands for its id."""
    expression = queries.get(id_, {}).get("expression")
    if id_ in metrics or not expression or depth > _DEEPEST:
        return id_

    def replaced(match: re.Match[str]) -> str:
        name = match[0]
        if name in metrics or name not in queries or name == id_:
            return name
        return f"({_substituted(name, queries, metrics, depth + 1)})"

    return re.sub(r"\b[a-z]\w*\b", replaced, str(expression))


def _with_account(query: Any) -> Any:
    """A query's metric, with the account whose metric it is."""
    metric = (blocks_in(at(query, "metric")) or [{}])[0]
    return {**metric, "account_id": query.get("account_id")} if isinstance(query, Mapping) else metric


def _sorting(metric: Metric) -> tuple[str, ...]:
    return (metric.namespace, metric.name, str(metric.dimensions), metric.statistic)


def _number(value: Any) -> float | str | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None if value is None else str(value)


def _whole(value: Any, default: int) -> int:
    try:
        return int(float(value))
    except (OverflowError, TypeError, ValueError):
        return default
