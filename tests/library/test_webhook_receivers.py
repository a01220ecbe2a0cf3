"""Webhooks: which values of the secret sign, and what a receiver answers, raises and logs."""

import base64

import pytest
from ffp_lambda import webhook
from ffp_lambda.errors import FailedCallError

from tests.library.fakes import body_of
from tests.library.partners import Partner
from tests.library.signing import KEY, NOW, SECRET, event, standard

FAILS = {"python": "ValueError", "typescript": "RangeError"}


def test_both_values_of_a_secret_sign_for_as_long_as_they_are_its_two_last(partner: Partner) -> None:
    at, receive = 1000.0, partner.receiver()
    new, third = (base64.b64encode(each * 24).decode() for each in (b"n", b"t"))

    def statuses(later: float) -> list[int]:
        partner.stop_clocks(monotonic=at + later)
        requests = (standard(key=key) for key in (KEY, b"n" * 24, b"t" * 24))
        return [int(receive(each)["statusCode"]) for each in requests]

    assert statuses(0) == [202, 401, 401]
    partner.secret.put(new)
    assert statuses(webhook.READ_AGAIN_SECONDS - 1) == [202, 401, 401]
    assert statuses(webhook.READ_AGAIN_SECONDS) == [202, 202, 401]
    partner.secret.put(third)
    assert statuses(2 * webhook.READ_AGAIN_SECONDS) == [401, 202, 202]


@pytest.mark.attack
def test_wrong_signatures_do_not_read_the_secret_again(partner: Partner) -> None:
    receive = partner.receiver()
    assert {receive(standard(key=b"x" * 24))["statusCode"] for _ in range(50)} == {401}
    assert partner.times_asked() == 2  # for the value, and for the one before


@pytest.mark.attack
@pytest.mark.parametrize("value", ["whsec_", "c2hvcnQ=", "whsec_no base64!", "é" * 30])
def test_a_secret_that_anybody_could_guess_verifies_nothing(partner: Partner, value: str) -> None:
    partner.holds(value)
    for key in (b"", b"short", value.encode()):
        with pytest.raises(FailedCallError, match="no key that can verify"):
            partner.receiver()(standard(key=key))
    assert {line["status"] for line in partner.library.lines()} == {500}
    partner.holds(value, SECRET)  # and it does not stand in the way of a good one
    assert partner.status(standard()) == 202


def test_without_a_value_or_without_an_answer_nothing_is_taken(partner: Partner) -> None:
    partner.holds()
    with pytest.raises(FailedCallError, match="no key that can verify"):
        partner.receiver()(standard())
    receive = partner.receiver()
    partner.refuse("InternalServiceError")
    with pytest.raises(FailedCallError, match="InternalServiceError"):
        receive(standard())
    partner.refuse(None)
    partner.holds(SECRET)
    assert receive(standard())["statusCode"] == 202  # it is asked for again


@pytest.mark.attack
def test_a_line_tells_why_and_nothing_of_the_request(partner: Partner) -> None:
    body = '{"name": "nora quill"}'
    for request in (
        standard(body),
        standard(body, key=b"x" * 24),
        standard(body, at=NOW - 400),
        event(body),
        {**standard(body), "isBase64Encoded": True},
    ):
        partner.receiver()(request)
    lines = list(partner.library.lines())
    assert [line.get("outcome") for line in lines] == [
        None,
        "a signature that does not match",
        "a time outside the window",
        "no signature in the form that is expected",
        "a body that is not base64",
    ]
    assert {line["action"] for line in lines} == {"hear-partner"}
    assert {line["secret"] for line in lines} == {"partner"}
    assert [line["status"] for line in lines] == [202, 401, 401, 401, 401]
    for told in ("quill", "msg_1", standard(body)["headers"]["webhook-signature"]):
        assert told not in str(lines)
    assert body_of(partner.receiver()(event(body)))["message"] == webhook._REFUSAL


def test_the_errors_of_a_handler_are_raised_without_their_message(partner: Partner) -> None:
    with pytest.raises(FailedCallError, match=FAILS[partner.language]):
        partner.receiver(does="fails")(standard("nora"))
    lines = partner.library.lines()
    assert [(line["status"], line["error"]) for line in lines] == [(500, FAILS[partner.language])]
    assert SECRET not in str(lines)


def test_a_body_that_is_no_object_is_the_senders_mistake(partner: Partner) -> None:
    reading = partner.receiver(does="reads")
    assert [reading(standard(body))["statusCode"] for body in ("{}", "[]", "no")] == [200, 400, 400]
