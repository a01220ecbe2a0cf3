"""The scan in a review: findings, waivers and those that end soon, and what meets each requirement."""

from collections.abc import Sequence
from datetime import date, timedelta

from ffp.review.concern import Grade
from ffp.review.report import Mark, Row, Section, Table
from ffp.review.requirements import Requirement, requirements
from ffp.review.shown import counted
from ffp.scan import Result
from ffp.stacks import SynthesisedStack

SOON = timedelta(days=60)
Waiver = tuple[str, str, str, str]  # address, check, reason, last day


def section(
    before: Sequence[SynthesisedStack],
    after: Sequence[SynthesisedStack],
    results: Sequence[Result] | None,
    today: date,
) -> Section:
    """What the scan found in the stacks after the change; without `results`, only what the JSON itself says."""
    old, new = _waivers(before), _waivers(after)
    soon = [each for each in new if each[3] <= (today + SOON).isoformat()]
    findings = [finding for result in results or () for finding in result.failed]
    told = (
        f"{counted(len(findings), 'unwaived finding')}, "
        if results is not None
        else "Not scanned, which `ffp review --scan` does: "
    )
    summary = f"{told}{counted(len(new), 'waiver')}, of which {len(soon)} end within {SOON.days} days."
    tables = (
        Table(
            "Findings without a waiver",
            ("resource", "check", "finding"),
            tuple(
                Row((each.address, each.check, each.name), Mark.SAME, Grade.RED, each.address, "\n".join(each.details))
                for each in findings
            ),
            ("resource", "check"),
        ),
        Table(f"Waivers that end within {SOON.days} days", *_listed(soon, set())),
        Table("Waivers", *_listed(sorted({*old, *new}), set(old), set(new))),
        _met(results),
    )
    return Section("scan", "Scan and requirements", summary, tables)


def _waivers(stacks: Sequence[SynthesisedStack]) -> list[Waiver]:
    return [
        (block.address, check, str(waiver.get("reason", "")), str(waiver.get("expires", "")))
        for stack in stacks
        for block in stack.blocks
        for check, waiver in block.waivers.items()
        if isinstance(waiver, dict)
    ]


def _listed(
    waivers: Sequence[Waiver], old: set[Waiver], new: set[Waiver] | None = None
) -> tuple[tuple[str, ...], tuple[Row, ...], tuple[str, ...]]:
    def mark(waiver: Waiver) -> Mark:
        if new is None or (waiver in old and waiver in new):
            return Mark.SAME
        return Mark.ADDED if waiver in new else Mark.REMOVED

    rows = tuple(
        Row((address, check, expires), mark(waiver), address=address, details=reason)
        for waiver in waivers
        for address, check, reason, expires in [waiver]
    )
    return ("resource", "check", "last day"), rows, ("resource", "check")


def _met(results: Sequence[Result] | None) -> Table:
    rows = tuple(_row(each, results) for each in requirements())
    columns = ("requirement", "what it demands", "resources that meet it", "tests that prove it")
    note = "From docs/security.md. A resource meets a requirement if it passes one of the requirement's checks."
    return Table("Requirements", columns, rows, ("requirement",), note)


def _row(requirement: Requirement, results: Sequence[Result] | None) -> Row:
    checks = set(requirement.checks)
    failed = {each.address for result in results or () for each in result.failed if each.check in checks}
    waived = {each.address for result in results or () for each in result.waived if each.check in checks}
    passed = {address for result in results or () for address, check in result.passed if check in checks} - failed
    if not checks:
        met = "by tests alone"
    elif results is None:
        met = "not scanned"
    else:
        met = f"{len(passed)} pass" + (f", {len(waived)} waived" if waived else "")
        met += f", {len(failed)} fail" if failed else ""
    details = "\n".join([*(f"fails: {each}" for each in sorted(failed)), *sorted(passed)])
    cells = (requirement.ids, requirement.what, met, ", ".join(requirement.tests) or ", ".join(requirement.checks))
    return Row(cells, Mark.SAME, Grade.RED if failed else None, details=details)
