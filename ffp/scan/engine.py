"""Checkov as a library: loaded once, quiet, and without a network."""

import importlib
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ffp.project import ToolError
from ffp.scan.finding import Finding, Key, Lens, Outcome, in_stack
from ffp.stacks import SynthesisedStack

Locate = Callable[[Any], tuple[str, tuple[int, int]]]  # the address that a Checkov record is about, and its lines


def prepare() -> None:
    """Loads Checkov with its checks, and ours with them: the second or two that every scan needs first."""
    with _quiet():
        for module in ("checkov.terraform_json.runner", "checkov.terraform.plan_runner", "checks"):
            importlib.import_module(module)


def run(runner: Any, file: Path, framework: str) -> Any:
    """The report of one Checkov runner over one file; an unreadable file or a scan of nothing is a ToolError."""
    from checkov.runner_filter import RunnerFilter

    with _quiet():
        report = runner.run(
            files=[str(file)], runner_filter=RunnerFilter(framework=[framework], show_progress_bar=False)
        )
    if report.parsing_errors or not (report.passed_checks or report.failed_checks):
        raise ToolError(f"Checkov could not read {file}")
    return report


def outcome(stack: SynthesisedStack, lens: Lens, report: Any, locate: Locate) -> Outcome:
    """A Checkov report in our terms."""
    failed: dict[Key, Finding] = {}
    for record in report.failed_checks:
        finding = in_stack(
            stack,
            *locate(record),
            check=record.check_id,
            name=record.check_name,
            lenses=frozenset({lens}),
            details=tuple(record.details or ()),
            guideline=record.guideline,
        )
        failed[finding.key] = finding
    passed = _keys(report.passed_checks, locate)
    return Outcome(failed, frozenset(passed - failed.keys()))


def _keys(records: Iterable[Any], locate: Locate) -> set[Key]:
    return {(locate(record)[0], record.check_id) for record in records}


@contextmanager
def _quiet() -> Iterator[None]:
    # Importing Checkov turns the root logger to DEBUG and collects every message in memory.
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
        root.setLevel(level)
        root.handlers[:] = handlers
