"""What travels between two jobs: it is read as it was written, or refused with everything that is wrong."""

import json
from dataclasses import asdict, fields, replace
from typing import Any

import pytest

from ffp.deliver import ticket
from ffp.deliver.ticket import Ticket
from ffp.project import BadInputError

GIVEN = Ticket(
    environment="prod",
    commit="c" * 40,
    against="b" * 40,
    stack="1" * 64,
    bucket="prod-ffp-state-333333333333",
    key="plans/prod/a.tfplan",
    version="v1",
    plan="2" * 64,
    review="3" * 64,
    made="2026-11-29T20:12:10+00:00",
)


def test_a_ticket_is_one_line_that_is_read_again() -> None:
    text = GIVEN.as_json()
    assert "\n" not in text
    assert ticket.read(text) == GIVEN
    assert ticket.read(replace(GIVEN, against="").as_json()).against == ""
    assert ticket.read(replace(GIVEN, made=ticket.now()).as_json()).made_at.tzinfo is not None


@pytest.mark.parametrize("name", [each.name for each in fields(Ticket)])
def test_the_code_is_of_everything_that_the_ticket_says(name: str) -> None:
    other = replace(GIVEN, **{name: "f" * len(str(getattr(GIVEN, name)))})
    assert other.code != GIVEN.code
    assert len(GIVEN.code) == 10


@pytest.mark.parametrize("text", ["{}", "ok: `{}`", "Approved ({}).", "read it\n{}\nthanks"])
def test_the_code_approves_whatever_stands_around_it(text: str) -> None:
    assert GIVEN.is_approved_by(text.format(GIVEN.code))


@pytest.mark.parametrize("text", ["", "ok", "{}0", "a{}", "f" * 10])
def test_another_text_does_not(text: str) -> None:
    assert not GIVEN.is_approved_by(text.format(GIVEN.code))


@pytest.mark.parametrize("text", ["", "x", "[]", "null", '"a"', "[" * 100_000])
def test_what_is_no_ticket_is_refused(text: str) -> None:
    with pytest.raises(BadInputError, match="is no JSON object"):
        ticket.read(text)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("commit", "HEAD"),
        ("commit", "C" * 40),
        ("against", "main"),
        ("plan", "2" * 63),
        ("stack", None),
        ("review", 5),
        ("bucket", "a b"),
        ("key", ""),
        ("version", "x\n"),
        ("made", "yesterday"),
        ("made", "2026-11-29T20:12:10"),
        ("environment", ["prod"]),
    ],
)
def test_a_field_of_another_form_is_refused(name: str, value: Any) -> None:
    raw = asdict(GIVEN) | {name: value}
    with pytest.raises(BadInputError, match=f"ticket: {name} is"):
        ticket.read(json.dumps(raw))


def test_every_problem_is_told_at_once() -> None:
    raw = asdict(GIVEN) | {"plan": "x", "made": "y", "more": 1}
    del raw["key"]
    with pytest.raises(BadInputError) as refused:
        ticket.read(json.dumps(raw))
    assert len(refused.value.problems) == 4
