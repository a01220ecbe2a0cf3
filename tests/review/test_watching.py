"""The section on what is watched: each alarm once, by what it watches, and marked only if it differs."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from ffp.review.alarms import alarms
from ffp.review.alarms.metric_math import Condition, misses
from ffp.review.concern import Grade
from ffp.review.report import Mark, Row, Section, Table
from ffp.review.side import Side
from ffp.review.watching import section
from ffp.stacks import SynthesisedStack
from tests.review.corpus import alarms as corpus
from tests.review.corpus.edit import Document, Edit, drop, edited, put, stack_of, stack_with

Made = Callable[[Callable[[Document], object] | None], Section]
_TITLES = ("Alarms", "How long logs are kept", "How often secrets and keys are renewed", "Records of traffic and calls")


@pytest.fixture(scope="module")
def made(sample_stacks: dict[str, SynthesisedStack]) -> Made:
    """The section on a change of the sample's production."""
    stack = sample_stacks["prod"]
    document: Document = json.loads(stack.path.read_text(encoding="utf-8"))
    before = Side(stack_of(document))

    def make(change: Callable[[Document], object] | None) -> Section:
        if change is None:
            return section(before, Side(stack_of(copy.deepcopy(document))))
        return section(before, Side(edited(stack, document, Edit("a change", change))))

    return make


def _table(found: Section, place: int) -> Table:
    return next(table for table in found.tables if table.title == _TITLES[place])


def _marked(found: Section) -> list[Row]:
    return [row for table in found.tables for row in table.rows if row.mark != Mark.SAME]


def _change(name: str) -> Callable[[Document], object]:
    return next(edit.change for edit in (*corpus.DANGEROUS, *corpus.HARMLESS) if edit.name == name)


def test_unchanged_rows_are_present_and_none_is_marked(made: Made, sample_stacks: dict[str, SynthesisedStack]) -> None:
    found = made(None)
    assert [table.title for table in found.tables] == list(_TITLES)
    assert len(_table(found, 0).rows) == len(sample_stacks["prod"].of_type("aws_cloudwatch_metric_alarm"))
    assert all(table.rows for table in found.tables)
    assert _marked(found) == []


def test_an_alarm_says_in_words_what_it_watches_when_it_fires_and_whom_it_tells(made: Made) -> None:
    (row, *_) = [each for each in _table(made(None), 0).rows if each.cells[0].startswith("Latency")]
    assert row.cells[1] == "p95 above 3000 in 3 × 5 minutes"
    assert "@" in row.cells[2]


def test_a_removed_alarm_stays_in_the_table_and_is_red(made: Made) -> None:
    (row,) = _marked(made(_change("an alarm is removed")))
    assert (row.mark, row.grade) == (Mark.REMOVED, Grade.RED)


def test_a_renamed_alarm_is_not_marked(made: Made) -> None:
    assert _marked(made(_change("an alarm has another name and address"))) == []


def test_a_weaker_alarm_says_what_differs(made: Made) -> None:
    (row,) = _marked(made(_change("an alarm tells nobody")))
    assert (row.mark, row.grade) == (Mark.CHANGED, Grade.RED)
    assert row.details.endswith("→ nobody")


def test_a_stricter_alarm_is_marked_and_is_not_red(made: Made) -> None:
    (row,) = _marked(made(_change("an alarm is stricter")))
    assert (row.mark, row.grade) == (Mark.CHANGED, None)


def test_an_alarm_that_watches_nothing_is_one_red_row(made: Made) -> None:
    (row,) = _marked(made(_change("an alarm is on nothing")))
    assert (row.mark, row.grade) == (Mark.CHANGED, Grade.RED)


def test_one_more_alarm_is_added(made: Made) -> None:
    (row,) = _marked(made(_change("one more alarm, stricter")))
    assert (row.mark, row.grade) == (Mark.ADDED, None)


@pytest.mark.parametrize(
    ("change", "place", "grade"),
    [
        (put("aws_cloudwatch_log_group", "retention_in_days", 30), 1, Grade.RED),
        (put("aws_cloudwatch_log_group", "retention_in_days", 731), 1, None),
        (put("aws_cloudwatch_log_group", "kms_key_id", None), 1, Grade.RED),
        (put("aws_kms_key", "enable_key_rotation", False), 2, Grade.RED),
        (put("aws_kms_key", "rotation_period_in_days", 90), 2, None),
        (put("aws_secretsmanager_secret_rotation", "rotation_rules.automatically_after_days", 365), 2, Grade.RED),
        (put("aws_flow_log", "traffic_type", "REJECT"), 3, Grade.RED),
        (drop("aws_flow_log"), 3, Grade.RED),
    ],
)
def test_only_the_row_that_differs_is_marked(
    change: Callable[[Document], object], place: int, grade: Grade | None, made: Made
) -> None:
    found = made(change)
    rows = _marked(found)
    assert rows
    assert all(row in _table(found, place).rows for row in rows)
    assert {row.grade for row in rows} == {grade}


def test_a_summary_counts_what_is_lost(made: Made) -> None:
    assert made(None).summary.startswith("Nothing changes")
    assert made(_change("an alarm is removed")).summary.startswith("1 thing is watched less")
    assert made(_change("an alarm is stricter")).summary.startswith("1 row differs, and nothing")


def test_an_empty_stack_has_a_section_that_says_so() -> None:
    found = section(Side(stack_with({})), Side(stack_with({})))
    assert [table.if_empty for table in found.tables if not table.rows] == [table.if_empty for table in found.tables]


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"threshold": "${x.y}", "period": "z", "evaluation_periods": None},
        {"metric_query": []},
        {"metric_query": [{"id": "a", "expression": "b"}, {"id": "b", "expression": "a"}]},
        {"metric_query": "x", "dimensions": ["x"], "alarm_actions": {"a": 1}},
        {"metric_query": {"id": "a", "metric": {"dimensions": None}, "return_data": True}, "threshold": []},
    ],
)
def test_an_odd_alarm_does_not_stop_the_review(odd: dict[str, Any]) -> None:
    side = Side(stack_with({"aws_cloudwatch_metric_alarm.x": odd}))
    plain = Side(stack_with({"aws_cloudwatch_metric_alarm.x": {"metric_name": "a", "threshold": 1}}))
    assert len(alarms(side)) == 1
    for pair in ((side, plain), (plain, side), (side, side)):
        assert section(*pair).tables


def _above(expression: str, limit: float) -> Condition:
    return Condition(expression, lambda value: value > limit, limit)


@pytest.mark.parametrize(
    ("before", "after", "is_missed"),
    [
        (_above("100 * m0 / m1", 5), _above("m0 / m1", 0.05), False),
        (_above("100 * m0 / m1", 5), _above("100 * m0 / m1", 5.5), True),
        (_above("IF(m1 > 10, m0, 0)", 1), _above("IF(m1 > 10 AND m0 > 3, m0, 0)", 1), True),
        (_above("IF(m1 > 10 && m0 > 3, m0, 0)", 1), _above("IF(m1 > 10, m0, 0)", 1), False),
        (_above("m0 + m1", 5), _above("SUM([m0, m1])", 5), False),
        (_above("m0 + m1", 5), _above("MAX([m0, m1])", 5), True),
        (_above("FILL(m0, 0)", 5), _above("m0", 5), False),
        (_above("m0", 5), _above("RATE(m0)", 5), None),
        (_above("m0", 5), _above("m0 +", 5), None),
        (_above("m0", 5), _above("__import__('os')", 5), None),
    ],
)
def test_expressions_are_compared_by_what_they_fire_at(
    before: Condition, after: Condition, is_missed: bool | None
) -> None:
    assert misses(before, after, 2) is is_missed
