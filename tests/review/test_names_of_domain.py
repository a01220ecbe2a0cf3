"""Where names of our domains lead before and after a change, and who may send mail and issue certificates for them."""

from typing import Any

import pytest

from ffp.review.facts import lost
from ffp.review.side import Side
from tests.review.corpus.edit import stack_with

_RECORD = "aws_route53_record.a"
_OTHERS: dict[str, dict[str, Any]] = {
    "aws_cloudfront_distribution.a": {"aliases": ["ffp.example"]},
    "aws_cloudfront_distribution.b": {},
    "aws_lb.a": {"internal": True},
}
_A, _B = (f"${{aws_cloudfront_distribution.{each}.domain_name}}" for each in "ab")
_BALANCER = "${aws_lb.a.dns_name}"


def _titles(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    sides = (Side(stack_with({**_OTHERS, _RECORD: {"name": "x", **each}})) for each in (before, after))
    return [each.title for each in lost(*sides)]


def _leading(*records: str) -> dict[str, Any]:
    return {"type": "CNAME", "records": list(records)}


def _text(text: str) -> dict[str, Any]:
    return {"type": "TXT", "records": [f'"{text}"']}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (_leading(_A), _leading("x.partner.example")),
        (_leading(_A), _leading(_BALANCER)),
        (_leading(_A), {"type": "A", "alias": {"name": "x.partner.example"}}),
        (_leading("one.partner.example"), _leading("other.partner.example")),
        (_leading("one.partner.example"), _leading("one.partner.example", "other.partner.example")),
    ],
)
def test_a_name_that_leads_elsewhere_is_a_concern(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert _titles(before, after) == [f"Where the name leads of {_RECORD}"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (_leading(_A), _leading(_B)),
        (_leading(_A), {"type": "A", "alias": [{"name": _A}]}),
        (
            _leading("one.partner.example", "other.partner.example"),
            _leading("other.partner.example.", "ONE.partner.example"),
        ),
        (_leading("one.partner.example"), _leading(_A)),
        (_leading("one.partner.example"), _leading("web.ffp.example")),
        (_leading("${data.aws_lb.x.dns_name}"), _leading(_A)),
    ],
)
def test_a_name_that_leads_to_another_of_its_kind_or_home_is_none(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    assert _titles(before, after) == []


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (
            _text("v=spf1 include:amazonses.com -all"),
            _text("v=spf1 include:amazonses.com include:x.example -all"),
            "Who",
        ),
        (_text("v=spf1 include:amazonses.com -all"), _text("v=spf1 include:amazonses.com ~all"), "What happens"),
        (_text("v=spf1 -all"), _text("v=spf1"), "What happens"),
        (_text("v=DMARC1; p=reject"), _text("v=DMARC1; p=quarantine"), "What happens"),
        (_text("v=DMARC1; p=reject; rua=mailto:a@x"), _text("v=DMARC1; p=none; rua=mailto:a@x"), "What happens"),
        (
            {"type": "CAA", "records": ['0 issue "amazon.com"']},
            {"type": "CAA", "records": ['0 issue "x.example"']},
            "Who",
        ),
    ],
)
def test_less_protection_of_mail_and_certificates_is_a_concern(
    before: dict[str, Any], after: dict[str, Any], says: str
) -> None:
    (title,) = _titles(before, after)
    assert title.startswith(says)
    if says == "What happens":
        assert _titles(after, before) == []


def test_other_servers_of_a_registered_domain_are_a_concern() -> None:
    address = "aws_route53domains_registered_domain.a"
    before, after = (
        Side(stack_with({address: {"name_server": [{"name": name}, {"name": "ns-1.awsdns-1.org"}]}}))
        for name in ("ns-2.awsdns-2.com", "ns.partner.example")
    )
    assert [each.title for each in lost(before, after)] == [f"The name servers of the domain of {address}"]
    assert list(lost(after, after)) == []
