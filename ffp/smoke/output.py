"""Shows what was tried: a table for each area, what each wrong result means, and how to go back."""

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from ffp.smoke.case import Try

Result = tuple[Try[Any], str]  # a case, and what was seen


def show_tables(answers: Console, results: Sequence[Result]) -> bool:
    """Prints a table for each area and the total. Returns whether all results are as expected."""
    wrong = sum(result != case.expected for case, result in results)
    for area, cases_tried in groupby(results, key=lambda pair: pair[0].area):
        columns = (Column(name, overflow="fold") for name in ("what", "expected", "seen"))
        shown = Table(*columns, title=area, title_justify="left")
        for case, result in cases_tried:
            style = None if result == case.expected else "bold red"
            shown.add_row(escape(case.what), escape(case.expected), escape(result), style=style)
        answers.print(shown)
    answers.print(f"{len(results)} tried, {wrong or 'none'} with an unexpected result")
    return not wrong


def show_json(results: Sequence[Result]) -> bool:
    """Prints the results as JSON. Returns whether all are as expected."""
    rows = [
        {"area": each.area, "what": each.what, "expected": each.expected, "seen": result} for each, result in results
    ]
    print(json.dumps(rows, indent=2))
    return all(each["expected"] == each["seen"] for each in rows)


def advice(environment: str, commit: str, results: Sequence[Result]) -> Iterator[str]:
    """What the wrong results mean, and how to go back to what ran before; nothing if there are none."""
    wrong = [(case, result) for case, result in results if result != case.expected]
    if not wrong:
        return
    for case, result in wrong:
        yield f"{case.what}: {result}, and not {case.expected}" + (f": {case.means}" if case.means else "")
    yield f"{environment}: nothing is promoted from here. Go back to what ran before:"
    yield f"    git revert {commit[:9]}    # if that is the commit to blame; then deploy it as any other"
    functions = sorted({case.function for case, _ in wrong if case.function})
    if functions:
        yield "Until the revert is deployed, callers can use the version before of what fails:"
        yield from (f"    .venv/bin/ffp rollback {environment} {function}" for function in functions)
    else:
        yield "No function is to blame, so `ffp rollback` does not help: what is wrong is in the platform's settings."
