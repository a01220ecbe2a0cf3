"""Runs Checkov as a library, without its log messages and without network access."""

import importlib
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ffp.project import ToolError
from ffp.scan.finding import Finding, Key, Lens, Outcome, in_stack
from ffp.stacks import SynthesisedStack

Locate = Callable[[Any], tuple[str, tuple[int, int]]]  # for a Checkov record, its block's address and lines


def prepare() -> None:
    """Loads Checkov, its checks and ours, which takes a second or two. Every scan needs it."""
    with _quiet():
        for module in ("checkov.terraform_json.runner", "checkov.terraform.plan_runner", "checks"):
            importlib.import_module(module)


def run(runner: Any, file: Path, framework: str) -> Any:
    """Runs one Checkov runner on one file.

    Raises ToolError if Checkov cannot read the file or runs no check, or if a check fails to judge.
    """
    from checkov.runner_filter import RunnerFilter

    with _quiet(), _broken_checks() as broken:
        report = runner.run(
            files=[str(file)], runner_filter=RunnerFilter(framework=[framework], show_progress_bar=False)
        )
    if broken:
        raise ToolError("; ".join(sorted(broken)))
    if report.parsing_errors or not (report.passed_checks or report.failed_checks):
        raise ToolError(f"Checkov could not read {file}")
    return report


def outcome(stack: SynthesisedStack, lens: Lens, report: Any, locate: Locate) -> Outcome:
    """Converts a Checkov report."""
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
def _broken_checks() -> Iterator[set[str]]:
    """What went wrong in checks: Checkov drops their exceptions, and a check that broke would have found nothing."""
    from checkov.common.checks.base_check import BaseCheck
    from checkov.common.graph.checks_infra.base_check import BaseGraphCheck
    from checkov.common.graph.checks_infra.registry import BaseRegistry

    broken: set[str] = set()
    # Checks of one block are objects of the first class; those of a whole stack are run by the second.
    runs: Sequence[tuple[type, str, Callable[..., Any]]] = [
        (BaseCheck, "run", BaseCheck.run),
        (BaseRegistry, "run_check_parallel", BaseRegistry.run_check_parallel),
    ]

    def recording(run: Callable[..., Any]) -> Callable[..., Any]:
        def running(owner: Any, *arguments: Any, **options: Any) -> Any:
            try:
                return run(owner, *arguments, **options)
            except Exception as error:
                check = next(each for each in (*arguments, owner) if isinstance(each, BaseCheck | BaseGraphCheck))
                broken.add(f"the check {check.id} failed ({type(error).__name__}: {error})")
                raise

        return running

    for class_, name, run in runs:
        setattr(class_, name, recording(run))
    try:
        yield broken
    finally:
        for class_, name, run in runs:
            setattr(class_, name, run)


@contextmanager
def _quiet() -> Iterator[None]:
    # Importing Checkov sets the root logger to DEBUG and keeps every message in memory.
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
        root.setLevel(level)
        root.handlers[:] = handlers
