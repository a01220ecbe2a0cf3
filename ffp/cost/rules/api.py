"""Prices of the HTTP API."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from ffp.cost.month import Month
from ffp.cost.use import Rule, Use, fixed
from ffp.cost.view import Block, View, share
from ffp.metrics import route_metrics


def _api(block: Block, view: View, month: Month) -> Iterator[Use]:
    routed = [each for each in view.of_type(block.type) if view.parts_of(each, "aws_apigatewayv2_route", "api_id")]
    requests = month.requests * share(len(routed)) if block in routed else Decimal(0)
    protocol = str(block.attributes.get("protocol_type", "HTTP")).lower()
    yield Use(f"api.{protocol}_request", requests, "requests")
    routes = view.parts_of(block, "aws_apigatewayv2_route", "api_id")
    detailed = sum(
        route_metrics(stage, len(routes)) for stage in view.parts_of(block, "aws_apigatewayv2_stage", "api_id")
    )
    if detailed:
        yield fixed("metric.month", detailed, "detailed metrics of routes")


RULES: Mapping[str, Rule] = {"aws_apigatewayv2_api": _api}
