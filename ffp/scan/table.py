"""The results of a scan for people: a table of the stacks, then the findings to fix."""

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ffp.metrics import custom_metrics
from ffp.scan import Result


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
