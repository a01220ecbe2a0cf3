"""The section that says what happens to each resource, with a table for each service."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from catalogue import service_of
from ffp.review.changes.change import Change, Difference, Fate, paired
from ffp.review.changes.judge import concerns, moved_block
from ffp.review.changes.meaning import meaning_of
from ffp.review.changes.replacements import changes_of
from ffp.review.changes.words import in_words, shown
from ffp.review.concern import Grade
from ffp.review.report import Mark, Row, Section, Table
from ffp.review.side import Side

if TYPE_CHECKING:  # plans are judged like the JSON, by what this package says
    from ffp.review.plan import Plan
    from ffp.review.plan.change import Change as PlannedChange

_MARKS = {
    Fate.ADDED: Mark.ADDED,
    Fate.IMPORTED: Mark.ADDED,
    Fate.REMOVED: Mark.REMOVED,
    Fate.FORGOTTEN: Mark.REMOVED,
}
_ORDER = tuple(Fate)
_OTHER = "Other"


def section(before: Side, after: Side, plan: "Plan | None" = None) -> Section:
    """What happens to each resource, one line each; resources to which nothing happens are left out.

    A plan adds what follows from the deployed resources: more replacements, and changes without one of the program.
    """
    planned = plan.changes if plan else {}
    changes = [_as_planned(each, planned.get(each.address)) for each in changes_of(before, after)]
    grades = _grades(before, after)
    rows: dict[str, list[Row]] = defaultdict(list)
    for change in _sorted(changes):
        rows[_service(change.block.type)].append(_row(change, grades))
    known = {address for each in changes for address in (each.address, each.old.address if each.old else "")}
    for address, own in sorted(planned.items()):
        if address.partition("[")[0] not in known and not own.is_nothing and own.actions != ("read",):
            rows[_service(own.type)].append(_planned_row(address, own))
    tables = [
        Table(service, ("Resource", "What happens", "Details"), tuple(rows[service]), code=("Resource",))
        for service in sorted(rows)
    ]
    if drift := tuple(_drift(plan)) if plan else ():
        columns = ("Resource", "What happened", "Details")
        note = "Since the last deploy, by hand or by another program. What is dangerous of it is in the verdict."
        tables.append(Table("Changed outside of Terraform", columns, drift, code=("Resource",), note=note))
    if outputs := tuple(_outputs(paired(before, after), after)):
        tables.append(Table("Outputs", ("Output", "What happens", "Details"), outputs, code=("Output",)))
    return Section("changes", "What changes", _summary(changes), tuple(tables))


def _as_planned(change: Change, planned: "PlannedChange | None") -> Change:
    if planned is None or not planned.is_replacement or change.fate != Fate.CHANGED:
        return change
    return replace(change, fate=Fate.REPLACED, reasons=(planned.reason or "the plan says so",))


def _planned_row(address: str, planned: "PlannedChange") -> Row:
    """A row for what only the plan says: the program is the same, and what is deployed differs from it."""
    what = Fate.REPLACED if planned.is_replacement else Fate.REMOVED if planned.is_deletion else Fate.CHANGED
    if planned.is_creation:
        what = Fate.ADDED
    elif planned.is_forgotten:
        what = Fate.FORGOTTEN
    why = planned.reason or "what is deployed differs from the program"
    return Row((address, what.value, f"by the plan: {why}"), _MARKS.get(what, Mark.CHANGED), None, address)


def _drift(plan: "Plan") -> Iterator[Row]:
    """A row for each resource that somebody changed outside of Terraform."""
    for address, change in sorted(plan.drift.items()):
        old, new = change.before or {}, change.after or {}
        pairs = [(name, old.get(name), new.get(name)) for name in dict.fromkeys((*old, *new))]
        values = in_words(tuple(Difference(*each) for each in pairs if meaning_of(each[1]) != meaning_of(each[2])))
        planned = plan.changes.get(address)
        stays = "it stays" if planned is None or planned.is_nothing else "the plan changes the resource again"
        what, details = (Fate.REMOVED, "") if change.is_deletion else (Fate.CHANGED, f"{values}; ")
        yield Row((address, what.value, f"{details}{stays}"), _MARKS.get(what, Mark.CHANGED), None, address)


def _service(type_: str) -> str:
    service = service_of(type_)
    return service.name if service else _OTHER


def _sorted(changes: Iterable[Change]) -> list[Change]:
    return sorted(changes, key=lambda each: (_ORDER.index(each.fate), each.address))


def _grades(before: Side, after: Side) -> dict[str, Grade]:
    """The worst grade of each address."""
    found: dict[str, Grade] = {}
    for each in concerns(before, after):
        if found.get(each.address) != Grade.RED:
            found[each.address] = each.grade
    return found


def _row(change: Change, grades: dict[str, Grade]) -> Row:
    old = change.old.address if change.old else change.address
    grade = grades.get(old) or grades.get(change.address)
    cells = (change.address, change.fate.value, _details(change))
    return Row(cells, _MARKS.get(change.fate, Mark.CHANGED), grade, change.address, _folded(change))


def _details(change: Change) -> str:
    values = in_words(change.differences)
    if change.fate == Fate.REPLACED:
        because = f"because {' and '.join(change.reasons)}"
        return f"{because}; {values}" if values else because
    if change.fate in (Fate.RENAMED, Fate.MOVED) and change.old:
        return "; ".join(filter(None, (f"was {change.old.address}", values)))
    return values or "; ".join(change.reasons)


def _folded(change: Change) -> str:
    return f"To rename it in place: {moved_block(change)}" if change.fate == Fate.RENAMED else ""


def _summary(changes: list[Change]) -> str:
    counts = Counter(each.fate for each in changes)
    if not counts:
        return "No resource changes."
    said = [f"{counts[fate]} {fate.value}" for fate in Fate if counts[fate]]
    return f"Resources: {', '.join(said)}."


def _outputs(before: Side, after: Side) -> Iterator[Row]:
    old, new = (_values(side) for side in (before, after))
    for name in sorted({*old, *new}):
        if name not in new:
            yield Row((name, "removed", ""), Mark.REMOVED)
        elif name not in old:
            yield Row((name, "added", shown(new[name])), Mark.ADDED)
        elif meaning_of(old[name]) != meaning_of(new[name]):
            yield Row((name, "changed", f"{shown(old[name])} → {shown(new[name])}"), Mark.CHANGED)


def _values(side: Side) -> dict[str, object]:
    outputs = side.stack.others.get("output")
    items = outputs.items() if isinstance(outputs, dict) else ()
    return {name: side.resolved(each.get("value") if isinstance(each, dict) else each) for name, each in items}
