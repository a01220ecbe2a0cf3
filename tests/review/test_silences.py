"""A silence accepts what a review says of one address, until its last day, and never hides it."""

from dataclasses import replace
from datetime import date

import pytest

from ffp.project import BadInputError
from ffp.review.concern import Concern, Grade, Topic
from ffp.review.silences import apply
from settings import Silence

TODAY = date(2026, 11, 29)
DATABASE, QUEUE = (Concern(Grade.RED, Topic.LOSS, address, "x") for address in ("aws_db_instance.a", "aws_sqs_queue.a"))


def _silence(address: str = DATABASE.address, until: str = "2026-12-31") -> Silence:
    return Silence(address=address, because="The owner accepts it for this one move", until=until)


def test_a_silenced_concern_is_set_aside_with_its_reason_and_last_day() -> None:
    heard = apply("prod", [DATABASE, QUEUE], [_silence()], TODAY)
    assert heard.concerns == (QUEUE,)
    (silenced,) = heard.silenced
    assert (silenced.concern, silenced.because, silenced.until) == (DATABASE, _silence().because, "2026-12-31")
    assert heard.remarks == ()


def test_a_silence_counts_on_its_last_day_and_not_after_it() -> None:
    assert apply("prod", [DATABASE], [_silence(until="2026-11-29")], TODAY).concerns == ()
    heard = apply("prod", [DATABASE], [_silence(until="2026-11-28")], TODAY)
    assert heard.concerns == (DATABASE,)
    assert "ended on 2026-11-28" in heard.remarks[0]


def test_a_silence_without_effect_is_named() -> None:
    assert "silences nothing" in apply("prod", [QUEUE], [_silence()], TODAY).remarks[0]


def test_a_silence_of_several_lines_says_so() -> None:
    (remark,) = apply("prod", [DATABASE, replace(DATABASE, title="Another danger")], [_silence()], TODAY).remarks
    assert "covers 2 lines" in remark
    assert "Another danger" in remark


def test_a_silence_that_lasts_too_long_is_bad_input_with_all_of_its_kind() -> None:
    late = [_silence(until="2027-12-31"), _silence("aws_sqs_queue.a", "2027-03-01")]
    with pytest.raises(BadInputError, match=r"(?s)aws_db_instance.*90 days.*2027-02-27.*aws_sqs_queue"):
        apply("prod", [], late, TODAY)
