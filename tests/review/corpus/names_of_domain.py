"""Records of a domain that lead elsewhere, zones that somebody else answers for, and what protects mail and names."""

from collections.abc import Callable
from typing import Any

from ffp.review.concern import Topic
from tests.review.corpus.edit import Document, Edit, blocks, first, first_named, make

_Change = Callable[[Document], None]
_RECORD, _DISTRIBUTION = "aws_route53_record", "aws_cloudfront_distribution"
_ZONE = {"zone_id": "Z0123456789ABCDEFGHIJ"}


def _record(type_: str, *records: str, name: str = "app.ffp.example", **more: Any) -> _Change:
    return make(_RECORD, **_ZONE, name=name, type=type_, ttl=60, records=list(records), **more)


def _alias(target: str | None = None) -> _Change:
    """A record that leads to the first distribution, or to a name that is written out."""

    def change(document: Document) -> None:
        name, _ = first_named(document, _DISTRIBUTION)
        own = f"${{{_DISTRIBUTION}.{name}.domain_name}}"
        alias = {"name": target or own, "zone_id": "Z2FDTNDATAQYW2", "evaluate_target_health": False}
        make(_RECORD, **_ZONE, name="app.ffp.example", type="A", alias=[alias])(document)

    return change


def _delegated(document: Document) -> None:
    blocks(document, "aws_route53_zone")["planted"] = {"name": "web.ffp.example"}
    servers = "${aws_route53_zone.planted.name_servers}"
    blocks(document, _RECORD)["planted"] = {**_ZONE, "name": "web.ffp.example", "type": "NS", "records": servers}


def _below_ours(document: Document) -> None:
    block = first(document, _DISTRIBUTION, lambda each: bool(each.get("aliases")))
    _record("CNAME", block["aliases"][0])(document)


_EXPOSED = Topic.EXPOSURE
DANGEROUS = (
    Edit("a name leads to somebody's host", _record("CNAME", "app.partner.example."), _EXPOSED),
    Edit("a name leads to somebody's address", _record("A", "203.0.113.7"), _EXPOSED),
    Edit("a name leads to some distribution", _alias("d1234567890abc.cloudfront.net"), _EXPOSED),
    Edit("mail goes to somebody's server", _record("MX", "10 mail.partner.example", name="ffp.example"), _EXPOSED),
    Edit("somebody's servers answer for names", _record("NS", "ns1.partner.example", "ns2.partner.example"), _EXPOSED),
    Edit("calls go to somebody's server", _record("SRV", "10 5 5060 sip.partner.example"), _EXPOSED),
    Edit("a name leads to somebody's service", _record("HTTPS", "1 app.partner.example alpn=h2"), _EXPOSED),
    Edit("anybody may send mail", _record("TXT", "v=spf1 include:amazonses.com +all", name="ffp.example"), _EXPOSED),
    Edit(
        "answers are not signed",
        make("aws_route53_hosted_zone_dnssec", hosted_zone_id="x", signing_status="NOT_SIGNING"),
        _EXPOSED,
    ),
    Edit(
        "the domain may be transferred",
        make("aws_route53domains_registered_domain", domain_name="ffp.example", transfer_lock=False),
        _EXPOSED,
    ),
)
HARMLESS = (
    Edit("a name leads to the distribution", _alias()),
    Edit("a name leads to another name of ours", _below_ours),
    Edit("a name leads to a private address", _record("A", "10.0.0.7")),
    Edit("a name leads to what AWS knows", _record("CNAME", "${aws_lb.x.dns_name}")),
    Edit("a zone of ours answers for names below", _delegated),
    Edit(
        "a name proves to AWS whose it is", _record("CNAME", "_a1b2.xyz.acm-validations.aws.", name="_c3.ffp.example")
    ),
    Edit("mail is signed by AWS", _record("CNAME", "abc.dkim.amazonses.com", name="abc._domainkey.ffp.example")),
    Edit("mail is received by AWS", _record("MX", "10 inbound-smtp.eu-west-2.amazonaws.com", name="ffp.example")),
    Edit("only AWS may send mail", _record("TXT", "v=spf1 include:amazonses.com -all", name="ffp.example")),
    Edit("mail of others is refused", _record("TXT", "v=DMARC1; p=reject", name="_dmarc.ffp.example")),
    Edit("a text", _record("TXT", "apple-domain-verification=abc")),
    Edit("only AWS may issue certificates", _record("CAA", '0 issue "amazon.com"', name="ffp.example")),
    Edit("answers are signed", make("aws_route53_hosted_zone_dnssec", hosted_zone_id="x")),
)
