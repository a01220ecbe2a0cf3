"""What a nightly look finds, each kind by itself, so that one that fails hides no other and closes no issue."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from ffp.deliver import issues
from ffp.deliver.github import GitHub
from ffp.project import BadInputError, ToolError


@dataclass(frozen=True)
class Finding:
    """Something that somebody must look at. `place` identifies it every night; `day` is when it ends, if it does."""

    place: str
    says: str
    remedy: str
    day: date | None = None


@dataclass(frozen=True)
class Look:
    """One kind of thing to look at, and what finds it."""

    name: str
    find: Callable[[], Iterable[Finding]]


@dataclass(frozen=True)
class Seen:
    """What a look found; `failure` says why it could not look."""

    name: str
    findings: tuple[Finding, ...] = ()
    failure: str = ""


def take(looks: Sequence[Look], report: Callable[[str], object]) -> list[Seen]:
    """Looks at everything. What cannot be looked at is reported, and does not end the others."""
    seen = []
    for each in looks:
        report(f"looking at {each.name}")
        try:
            seen.append(Seen(each.name, tuple(each.find())))
        except (BadInputError, ToolError) as error:
            seen.append(Seen(each.name, failure=str(error)))
    return seen


def is_clean(seen: Iterable[Seen]) -> bool:
    """Whether everything was looked at, and nothing was found."""
    return not any(each.findings or each.failure for each in seen)


def show(console: Console, seen: Sequence[Seen], today: date) -> None:
    """Prints the findings, those that end first at the top, and what could not be looked at."""
    table = Table(
        "kind",
        Column("place", overflow="fold"),
        "day",
        Column("days left", justify="right"),
        Column("what", overflow="fold"),
        box=box.SIMPLE_HEAD,
    )
    rows = [(finding.day or date.min, each.name, finding) for each in seen for finding in each.findings]
    for _, name, finding in sorted(rows, key=lambda row: (row[0], row[1], row[2].place)):
        left = (finding.day - today).days if finding.day else None
        colour = "red" if left is None or left < 0 else "default"
        table.add_row(
            name,
            escape(finding.place),
            str(finding.day or ""),
            f"[{colour}]{'' if left is None else left}[/]",
            escape(f"{finding.says}; {finding.remedy}"),
        )
    if rows:
        console.print(table)
    for each in seen:
        if each.failure:
            console.print(f"{each.name}: not looked at: {each.failure}", style="red", markup=False)


def keep_issues(github: GitHub, environment: str, topic: str, seen: Iterable[Seen]) -> issues.Kept:
    """Keeps one issue for each finding. The issues of what could not be looked at stay as they are."""
    kept = [
        issues.keep(github, f"{topic} of {environment}: {each.name}", _as_issues(environment, each.findings))
        for each in seen
        if not each.failure
    ]
    return issues.Kept(
        tuple(number for each in kept for number in each.opened),
        tuple(number for each in kept for number in each.changed),
        tuple(number for each in kept for number in each.closed),
    )


def _as_issues(environment: str, findings: Iterable[Finding]) -> Mapping[str, issues.Finding]:
    """The issues' texts. They name the day and not the days left, which would change them every night."""
    return {
        each.place: issues.Finding(
            f"{environment}: {each.place} ends on {each.day}" if each.day else f"{environment}: {each.place}",
            f"`{each.place}`: {each.says}. Remedy: {each.remedy}.",
        )
        for each in findings
    }
