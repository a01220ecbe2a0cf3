"""The scan in a review: findings, waivers and their ends, and what meets each requirement."""

import re
from datetime import date
from pathlib import Path

import pytest

from ffp import scan
from ffp.review.concern import Grade
from ffp.review.report import Mark, Section, Table
from ffp.review.requirements import DOCUMENT, requirements
from ffp.review.scanning import section
from ffp.scan import Result
from ffp.stacks import SynthesisedStack
from tests.changed_stack import changed_stack
from tests.faults import put
from tests.review.corpus.edit import stack_of
from tests.test_planted_faults import TODAY


def _waived(expires: str, reason: str = "The reason of this waiver") -> SynthesisedStack:
    waivers = {"CKV_AWS_27": {"reason": reason, "expires": expires}}
    return stack_of({"resource": {"aws_sqs_queue": {"q": {"name": "q", "//": {"waivers": waivers}}}}})


def _table(made: Section, title: str) -> Table:
    return next(table for table in made.tables if table.title == title)


@pytest.mark.parametrize(("expires", "ends_soon"), [("2027-01-10", True), ("2027-06-30", False)])
def test_a_waiver_shows_its_reason_and_day_and_whether_it_ends_soon(expires: str, ends_soon: bool) -> None:
    stack = _waived(expires)
    made = section([stack], [stack], None, date(2026, 11, 29))
    (row,) = _table(made, "Waivers").rows
    assert row.cells == ("aws_sqs_queue.q", "CKV_AWS_27", expires)
    assert row.details == "The reason of this waiver"
    assert bool(_table(made, "Waivers that end within 60 days").rows) is ends_soon


def test_a_new_waiver_and_one_that_went_are_marked() -> None:
    empty = stack_of({})
    stack = _waived("2027-06-30")
    for before, after, mark in ((empty, stack, Mark.ADDED), (stack, empty, Mark.REMOVED), (stack, stack, Mark.SAME)):
        made = section([before], [after], None, TODAY)
        assert [row.mark for row in _table(made, "Waivers").rows] == [mark]


@pytest.fixture(scope="module")
def broken(sample_stacks: dict[str, SynthesisedStack], tmp_path_factory: pytest.TempPathFactory) -> list[Result]:
    change = put("aws_db_instance", "publicly_accessible", True)
    stack = changed_stack(sample_stacks["prod"], tmp_path_factory.mktemp("broken"), change)
    return scan.scan([stack], today=TODAY)


def test_a_finding_is_a_red_row_and_fails_its_requirement(broken: list[Result]) -> None:
    made = section([], [each.stack for each in broken], broken, TODAY)
    assert any("aws_db_instance" in row.address for row in _table(made, "Findings without a waiver").rows)
    by_id = {row.cells[0]: row for row in _table(made, "Requirements").rows}
    assert by_id["NET-1"].grade == Grade.RED
    assert "1 fail" in by_id["NET-1"].cells[2]
    assert by_id["MAP-2"].grade is None
    assert "aws_apigatewayv2_route" in by_id["MAP-2"].details


def test_without_a_scan_the_section_says_so(sample_stacks: dict[str, SynthesisedStack]) -> None:
    made = section([], [sample_stacks["prod"]], None, TODAY)
    assert made.summary.startswith("Not scanned")
    assert {row.cells[2] for row in _table(made, "Requirements").rows} <= {"not scanned", "by tests alone"}


def test_every_requirement_of_the_document_is_a_row_with_its_proof() -> None:
    text = Path(DOCUMENT).read_text(encoding="utf-8")
    named = re.findall(r"^\| ((?:[A-Z]+-\d+(?:, )?)+) \|", text, re.MULTILINE)
    assert [each.ids for each in requirements()] == named
    assert [each.ids for each in requirements() if not (each.checks or each.tests)] == []
