"""What is watched: by alarms, by logs and for how long, by records of traffic and calls; and what is renewed."""

from collections.abc import Callable, Iterable, Mapping

from ffp.review.alarms import Alarm, alarms, by_key, concerns, counterpart, readers
from ffp.review.concern import Concern, Grade
from ffp.review.facts import facts_of
from ffp.review.records import Line, records, retention, rotation
from ffp.review.report import Mark, Row, Section, Table
from ffp.review.shown import counted
from ffp.review.side import Side, once_a_pair


def section(before: Side, after: Side) -> Section:
    """What is watched, for how long it is kept, and what the change loses or mutes."""
    judged = concerns(before, after)
    tables = (
        _alarms(before, after, judged),
        _table(
            "How long logs are kept",
            ("log", "kept", "key"),
            retention,
            before,
            after,
            if_empty="This stack keeps no logs.",
        ),
        _table(
            "How often secrets and keys are renewed",
            ("secret or key", "renewed"),
            rotation,
            before,
            after,
            if_empty="This stack has no secrets and no keys.",
        ),
        _table(
            "Records of traffic and calls",
            ("record", "of", "what is recorded", "where"),
            records,
            before,
            after,
            if_empty="This stack records neither traffic nor calls.",
        ),
    )
    return Section("watching", "Watching", _summary(tables, after), tables)


def _summary(tables: Iterable[Table], after: Side) -> str:
    total = len(alarms(after))
    lost = [row for table in tables for row in table.rows if row.grade == Grade.RED or row.mark == Mark.REMOVED]
    changed = [row for table in tables for row in table.rows if row.mark != Mark.SAME]
    if lost:
        less = counted(len(lost), "thing is", "things are")
        return f"{less} watched less or for a shorter time. {counted(total, 'alarm')} remain."
    if changed:
        rows = counted(len(changed), "row differs", "rows differ")
        return f"{rows}, and nothing is watched less. {counted(total, 'alarm')} in all."
    return f"Nothing changes: {counted(total, 'alarm')} as before."


def _alarms(before: Side, after: Side, judged: list[Concern]) -> Table:
    """All alarms by what they watch. Name and address do not make a difference."""
    old, new = alarms(before), alarms(after)
    told = readers(before), readers(after)
    grades: dict[str, Grade] = {}
    for each in judged:
        grades[each.address] = Grade.RED if each.grade == Grade.RED else grades.get(each.address, each.grade)
    rows, missing, alike = [], {each.address: each for each in old}, by_key(old)
    for alarm in new:
        left = [each for each in alike.get(alarm.key, ()) if each.address in missing]
        found = counterpart(alarm, left, told) or missing.get(alarm.address)
        if found is not None:
            del missing[found.address]
        cells = _cells(alarm, told[1])
        former = _cells(found, told[0]) if found else ()
        mark = Mark.ADDED if found is None else Mark.SAME if cells == former else Mark.CHANGED
        details = _difference(("watches", "fires", "tells", "missing data"), former, cells) if former else ""
        rows.append(Row(cells, mark, grades.get(alarm.address), alarm.address, details))
    for alarm in missing.values():
        grade = grades.get(alarm.address)
        rows.append(Row(_cells(alarm, told[0]), Mark.REMOVED, grade, alarm.address, f"It was called {alarm.name}."))
    columns = ("watches", "fires", "tells", "missing data")
    note = "A renamed alarm counts as the same alarm." if rows else ""
    return Table("Alarms", columns, _sorted(rows), ("watches",), note, "This stack has no alarms.")


def _cells(alarm: Alarm, told: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    tells = sorted({reader for target in alarm.tells for reader in told.get(target, frozenset({target}))})
    who = ", ".join(tells) or "nobody"
    missing = {"notBreaching": "no alarm", "breaching": "alarm", "ignore": "as before", "missing": "insufficient data"}
    return (
        alarm.subject,
        alarm.condition,
        who if alarm.is_enabled else f"nobody (switched off; else {who})",
        missing.get(alarm.missing, alarm.missing),
    )


def _difference(columns: Iterable[str], before: Iterable[str], after: Iterable[str]) -> str:
    return "\n".join(
        f"{column}: {old} → {new}" for column, old, new in zip(columns, before, after, strict=True) if old != new
    )


def _sorted(rows: list[Row]) -> tuple[Row, ...]:
    """What needs a look first, then what changes, then the rest."""
    marks = [Mark.REMOVED, Mark.CHANGED, Mark.ADDED, Mark.SAME]
    return tuple(
        sorted(rows, key=lambda row: (row.grade != Grade.RED, row.grade is None, marks.index(row.mark), row.cells))
    )


def _table(
    title: str,
    columns: tuple[str, ...],
    lines: Callable[[Side], Mapping[str, Line]],
    before: Side,
    after: Side,
    *,
    if_empty: str,
) -> Table:
    """A table of both sides by keys that both know, in which a smaller amount and a missing row are red."""
    old, new = lines(before), lines(after)
    losses = _losses(before, after)
    rows = []
    for key, line in new.items():
        former = old.get(key)
        mark = Mark.ADDED if former is None else Mark.SAME if former.cells == line.cells else Mark.CHANGED
        is_red = mark != Mark.SAME and (line.address in losses or (former is not None and line.is_less_than(former)))
        details = _difference(columns, former.cells, line.cells) if former else ""
        rows.append(Row(line.cells, mark, Grade.RED if is_red else None, line.address, details))
    for key, line in old.items():
        if key not in new:
            grade = Grade.RED if line.address in losses else None
            rows.append(Row(line.cells, Mark.REMOVED, grade, line.address))
    return Table(title, columns, _sorted(rows), (columns[0],), if_empty=if_empty)


@once_a_pair
def _losses(before: Side, after: Side) -> frozenset[str]:
    """The addresses of promises that are weaker than before."""
    old, new = facts_of(before), facts_of(after)
    return frozenset(
        fact.address for key, fact in old.items() if key in new and fact.order.is_worse(fact.value, new[key].value)
    )
