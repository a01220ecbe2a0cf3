"""The results of a scan for people: a table of the stacks, then the findings to fix."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ffp.scan import Result
from ffp.stacks import SynthesisedStack

ROUTE_METRICS = 6  # custom metrics that API Gateway bills for each route with detailed metrics


def show(console: Console, results: Sequence[Result], *, synthesised_seconds: float | None = None) -> None:
    """Prints the table of stacks, the findings without a waiver, and the totals."""
    console.print(_table(results))
    for finding in (finding for result in results for finding in result.failed):
        lenses = ", ".join(sorted(finding.lenses)) or "waiver"
        lines = (
            f"[red]{finding.check}[/] {escape(finding.address)} [dim]({finding.stack}, {lenses})[/]",
            *(f"    {escape(line)}" for line in (finding.name, *finding.details)),
            f"    [dim]{escape(finding.place)}[/]",
        )
        console.print("\n".join(lines), soft_wrap=True)
    failed = sum(len(result.failed) for result in results)
    waived = sum(len(result.waived) for result in results)
    times = f"; synthesis took {synthesised_seconds:.1f} s" if synthesised_seconds is not None else ""
    console.print(f"{failed} unwaived findings, {waived} waivers{times}", style="red" if failed else "green")


def _table(results: Sequence[Result]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 0, 0, 1), pad_edge=False)  # fits eighty columns
    table.add_column("stack", no_wrap=True)
    for heading in ("resources", "alarms", "custom metrics", "passed", "waived", "failed", "seconds"):
        table.add_column(heading, justify="right", min_width=max(map(len, heading.split())))
    for result in results:
        failed = len(result.failed)
        table.add_row(
            result.stack.name,
            str(len(result.stack.resources)),
            str(len(result.stack.of_type("aws_cloudwatch_metric_alarm"))),
            str(custom_metrics(result.stack)),
            str(len(result.passed)),
            str(len(result.waived)),
            f"[red]{failed}[/]" if failed else "0",
            f"{result.seconds:.1f}",
        )
    return table


def custom_metrics(stack: SynthesisedStack) -> int:
    """The number of custom metrics that CloudWatch bills: those of metric filters, and detailed ones of API routes."""
    filters = stack.of_type("aws_cloudwatch_log_metric_filter")
    # Several filters may write one metric.
    metrics = len(
        {_identity(each) for block in filters for each in _as_list(block.attributes["metric_transformation"])}
    )
    for stage in stack.of_type("aws_apigatewayv2_stage"):
        if _count_detailed(stage.attributes.get("default_route_settings")):
            metrics += ROUTE_METRICS * len(stack.of_type("aws_apigatewayv2_route"))
        else:
            metrics += ROUTE_METRICS * _count_detailed(stage.attributes.get("route_settings"))
    return metrics


def _identity(transformation: Mapping[str, Any]) -> tuple[str, str]:
    return transformation.get("namespace", ""), transformation["name"]


def _as_list(blocks: Any) -> list[Any]:
    return blocks if isinstance(blocks, list) else [blocks]


def _count_detailed(settings: object) -> int:
    blocks = _as_list(settings)
    return sum(isinstance(each, dict) and each.get("detailed_metrics_enabled") is True for each in blocks)
