"""`make bench` and `make bench-scale`: measures, prints tables, and writes them into docs/performance.md if asked."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench import buckets, scale, stacks, table
from bench.results import Results
from bench.rows import Group
from bench.running import Report, run
from ffp.progress import messages, progress
from ffp.project import BadInputError, ToolError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
answers = Console(highlight=False, emoji=False, soft_wrap=True)

_GROUPS: dict[str, Callable[[], Group]] = {
    "buckets": buckets.warm,
    "cold": buckets.cold,
    "stacks": stacks.synthesis,
    "scan": stacks.scan,
}
Runs = Annotated[int, typer.Option(min=1, help="How often each row is measured.")]
Markdown = Annotated[bool, typer.Option("--markdown", help="Write the tables into docs/performance.md.")]


@app.command("compare")
def compare_command(
    runs: Runs = 5,
    group: Annotated[list[str] | None, typer.Option(help=f"Only this one of {', '.join(_GROUPS)}; repeatable.")] = None,
    markdown: Markdown = False,
    json: Annotated[Path | None, typer.Option(help="A file for all values, as pyperf reads it.")] = None,
) -> None:
    """Measure the generator beside its peers, beside Checkov, and beside itself with its optimisations off."""
    chosen = group or list(_GROUPS)
    if unknown := [name for name in chosen if name not in _GROUPS]:
        raise BadInputError(*(f"--group {name} is unknown; choose from {', '.join(_GROUPS)}" for name in unknown))
    if markdown and set(chosen) != set(_GROUPS):
        raise BadInputError("--markdown replaces all tables: leave --group out")
    results, texts = Results(), []
    with progress() as report:
        _prepare(chosen, report)
    for name in chosen:
        each = _GROUPS[name]()
        with progress() as report:
            run(each, runs, results, report)
        shown = table.heading(each, results), table.COLUMNS, table.lines(each, results)
        notes = [table.sentence(verdict) for verdict in results.verdicts(each)]
        table.show(answers, *shown, notes)
        texts.append(table.markdown(*shown, notes))
        if json:
            results.write(json)
    _end("comparison", texts, markdown=markdown)


def _prepare(groups: list[str], report: Report) -> None:
    buckets.build_indexes(report)
    if "scan" in groups:
        report("copying the repository")
        stacks.copy_project()


@app.command("scale")
def scale_command(
    functions: Annotated[list[int] | None, typer.Option(help="Functions of one environment; repeatable.")] = None,
    environments: Annotated[list[int] | None, typer.Option(help="Environments; repeatable.")] = None,
    runs: Runs = 1,
    plan: Annotated[bool, typer.Option("--plan", help="Scan offline plans, too, by Terraform.")] = False,
    markdown: Markdown = False,
) -> None:
    """Measure how time and memory grow with functions and with environments."""
    if markdown and (functions or environments):
        raise BadInputError("--markdown replaces all tables: leave --functions and --environments out")
    with progress() as report:
        report("copying the repository")
        stacks.copy_project()
        growths = []
        if functions or not environments:
            growths.append(scale.of_functions(functions or scale.FUNCTIONS, runs, report, plan=plan))
        if environments or not functions:
            growths.append(scale.of_environments(environments or scale.ENVIRONMENTS, runs, report, plan=plan))
    texts = []
    for each in growths:
        shown = each.title, each.columns, each.rows
        table.show(answers, *shown, each.refused)
        texts.append(table.markdown(*shown, each.refused))
    _end("scale", texts, markdown=markdown)


def _end(name: str, texts: list[str], *, markdown: bool) -> None:
    answers.print(table.machine(), markup=False)
    if markdown:
        table.put_into(table.DOCUMENT, name, "\n\n".join([*texts, f"{table.machine()}."]))
        messages.print(f"written into {table.DOCUMENT.name}")


if __name__ == "__main__":
    try:
        app()
    except BadInputError as error:
        messages.print(str(error), style="red", markup=False)
        sys.exit(2)
    except ToolError as error:
        messages.print(str(error), style="red", markup=False)
        sys.exit(1)
