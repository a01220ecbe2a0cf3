"""Measures the rows of a group by turns, so that what else the machine does meets all of them alike."""

import stat
import sys
from collections.abc import Callable
from dataclasses import replace

from bench import message_counter
from bench.buckets import WORK, node_program
from bench.measuring import measure
from bench.results import Results
from bench.rows import Group, Row

Report = Callable[[str], object]


def run(group: Group, runs: int, results: Results, report: Report) -> None:
    """Adds the group's rows to the results: each one run that is not measured, unless it is about first runs; the rows
    by turns, as often as asked; and one more that counts messages.

    Raises ToolError if a row fails, or if rows that should do the same work produce different output.
    """
    if group.warms_up:
        for row in group.rows:
            report(f"{group.title}: {row.name}: a run that does not count")
            row.before(0)
            measure(row.command, folder=row.folder, environment=row.environment)
    for round_ in range(1, runs + 1):
        for row in group.rows:
            report(f"{group.title}: {row.name}: run {round_} of {runs}")
            row.before(round_)
            results.add(group.name, row.name, measure(row.command, folder=row.folder, environment=row.environment))
    group.require_same()
    if group.warms_up:
        for row in (each for each in group.rows if each.has_kernel):
            report(f"{group.title}: {row.name}: counting messages")
            results.messages[group.name, row.name] = messages(row)


def messages(row: Row) -> int:
    """How many messages the row's program sends to jsii's kernel. Raises ToolError if it fails."""
    counts, counter = WORK / "messages.txt", WORK / "node"
    counts.unlink(missing_ok=True)
    counter.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{message_counter.__file__}" "$@"\n', encoding="utf-8")
    counter.chmod(counter.stat().st_mode | stat.S_IXUSR)
    variables = {
        "JSII_NODE": str(counter),
        message_counter.COUNT: str(counts),
        message_counter.NODE: str(node_program()),
    }
    counted = replace(row, environment={**row.environment, **variables})
    measure(counted.command, folder=counted.folder, environment=counted.environment)
    return sum(map(int, counts.read_text(encoding="utf-8").split()))
