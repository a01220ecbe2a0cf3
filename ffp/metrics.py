"""The custom metrics that CloudWatch bills: those of metric filters, and detailed ones of API routes."""

from collections.abc import Mapping
from typing import Any

from ffp.stacks import SynthesisedBlock, SynthesisedStack

ROUTE_METRICS = 6  # custom metrics that API Gateway bills for each route with detailed metrics


def custom_metrics(stack: SynthesisedStack) -> int:
    """The number of a stack's custom metrics."""
    routes = len(stack.of_type("aws_apigatewayv2_route"))
    of_routes = sum(route_metrics(stage, routes) for stage in stack.of_type("aws_apigatewayv2_stage"))
    return sum(filter_metrics(stack).values()) + of_routes


def filter_metrics(stack: SynthesisedStack) -> Mapping[str, int]:
    """The metrics that each filter is the first to write, by its address: several filters may write one metric."""
    seen: set[tuple[str, str]] = set()
    new: dict[str, int] = {}
    for block in stack.of_type("aws_cloudwatch_log_metric_filter"):
        written = {_identity(each) for each in _as_list(block.attributes["metric_transformation"])}
        new[block.address] = len(written - seen)
        seen |= written
    return new


def route_metrics(stage: SynthesisedBlock, routes: int) -> int:
    """The detailed metrics of a stage with this many routes."""
    if _count_detailed(stage.attributes.get("default_route_settings")):
        return ROUTE_METRICS * routes
    return ROUTE_METRICS * _count_detailed(stage.attributes.get("route_settings"))


def _identity(transformation: Mapping[str, Any]) -> tuple[str, str]:
    return transformation.get("namespace", ""), transformation["name"]


def _as_list(blocks: Any) -> list[Any]:
    return blocks if isinstance(blocks, list) else [blocks]


def _count_detailed(settings: object) -> int:
    blocks = _as_list(settings)
    return sum(isinstance(each, dict) and each.get("detailed_metrics_enabled") is True for each in blocks)
