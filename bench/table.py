"""What was measured, for people: tables on the terminal, and the same in docs/performance.md."""

import platform
import re
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

import psutil
import pyperf
from rich import box
from rich.console import Console
from rich.table import Table

from bench.results import Results, Verdict
from bench.rows import Group, Quantity
from ffp.project import ROOT, ToolError
from ffp.reference.markdown import table as markdown_table

DOCUMENT = ROOT / "docs/performance.md"
COLUMNS = ("", "seconds", "processor seconds", "times the first", "peak MB", "messages")
_NONE = "–"

Rows = Sequence[Sequence[str]]


def lines(group: Group, results: Results) -> Rows:
    """The table's rows for a group: medians, and processor seconds as a multiple of the group's first row's."""
    first = results.median(group.name, group.rows[0].name, Quantity.PROCESSOR)
    found = []
    for row in group.rows:
        wall, processor, memory = (results.median(group.name, row.name, each) for each in Quantity)
        messages = results.messages.get((group.name, row.name))
        found.append(
            (
                row.name,
                f"{wall:.2f}",
                f"{processor:.2f}",
                f"{processor / first:.2f}",
                f"{memory / 1e6:.0f}" if memory >= 1e6 else _NONE,
                f"{messages:,}" if messages is not None else _NONE,
            )
        )
    return found


def sentence(verdict: Verdict) -> str:
    """A target and what became of it."""
    target = verdict.target
    return (
        f"{target.row} needs {verdict.times:.3g} times the {target.quantity} of {target.other}; "
        f"the target is at most {target.at_most:.3g}: {'met' if verdict.is_met else 'missed'}"
    )


def heading(group: Group, results: Results) -> str:
    """The group's title, with the number of runs of which the medians are, and the load meanwhile."""
    runs, (lowest, highest) = results.runs(group.name, group.rows[0].name), results.loads(group.name)
    medians = "one run" if runs == 1 else f"medians of {runs}"
    return f"{group.title} ({medians}; load {lowest:.1f} to {highest:.1f})"


def machine() -> str:
    """The machine and the versions, in one line; nothing that names it."""
    found = pyperf.Run([1.0]).get_metadata()
    versions = (f"Python {platform.python_version()}", *(f"{each} {version(each)}" for each in ("jsii", "checkov")))
    model, cores = found.get("cpu_model_name", platform.machine()), psutil.cpu_count()
    memory = psutil.virtual_memory().total / 1e9
    system = f"{platform.system()} {platform.release().partition('-')[0]}"
    return f"{model}, {cores} cores, {memory:.0f} GB; {system}; {', '.join(versions)}"


def show(console: Console, title: str, columns: Sequence[str], rows: Rows, notes: Iterable[str] = ()) -> None:
    """Prints a table with what there is to say about it."""
    shown = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 0, 0, 1))
    for index, column in enumerate(columns):
        widest = max(map(len, column.split()), default=0)
        shown.add_column(column, justify="right" if index else "left", no_wrap=not index, min_width=widest)
    for row in rows:
        shown.add_row(*row)
    console.print(shown)
    for note in notes:
        console.print(note, style="red" if note.endswith("missed") else "green", markup=False)


def markdown(title: str, columns: Sequence[str], rows: Rows, notes: Iterable[str] = ()) -> str:
    """The same as Markdown."""
    listed = "".join(f"\n- {note}." for note in notes)
    return f"**{title}**\n\n{markdown_table(columns, rows)}\n{listed}".rstrip()


def put_into(document: Path, name: str, text: str) -> None:
    """Replaces what stands between a document's marks of this name. Raises ToolError if it does not have them once."""
    before = document.read_text(encoding="utf-8")
    marked = re.compile(rf"(<!-- {name}: .*? -->\n).*?(<!-- end of {name} -->)", re.DOTALL)
    after, count = marked.subn(lambda found: f"{found[1]}\n{text}\n\n{found[2]}", before)
    if count != 1:
        raise ToolError(f"{document}: the marks of {name} are not there once")
    document.write_text(after, encoding="utf-8", newline="\n")
