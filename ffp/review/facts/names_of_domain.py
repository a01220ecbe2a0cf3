"""Where the names of our domains lead: records, delegated zones, who may send mail and issue certificates for them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ffp.review.concern import Topic
from ffp.review.facts.common import is_address, promise
from ffp.review.facts.fact import Fact, Finder, Protection, Ranked, Truth, in_words
from ffp.review.facts.orders import Kept, Letting
from ffp.review.side import Side, at, values_in
from ffp.review.strangers import host_of, is_own_name
from ffp.stacks import SynthesisedBlock

_RECORD = "aws_route53_record"
_LEADING = frozenset({"A", "AAAA", "CNAME", "MX", "NS", "SRV", "DNAME", "HTTPS", "SVCB"})
# Names by which AWS itself proves ownership, or receives and signs our mail.
_OF_AWS = re.compile(
    r"\.acm-validations\.aws$|\.dkim\.amazonses\.com$|^(inbound-smtp|feedback-smtp)\.[\w-]+\.amazon(aws|ses)"
)
_MAIL_SIGNS = re.compile(r"^v=(spf1|DMARC1)\b", re.IGNORECASE)
_SPF_ENDS = {"-": "refused", "~": "marked", "?": "let through", "+": "let through", "": "let through"}
_POLICY = re.compile(r"(?:^|;)\s*p\s*=\s*(\w+)")
_TAKEN = "Whoever owns the target answers in our name: web pages, mail, and certificates for the name."

PROTECTIONS: tuple[Protection, ...] = (
    Protection(
        type="aws_route53_hosted_zone_dnssec",
        path="signing_status",
        says="Signed answers of the zone",
        topic=Topic.EXPOSURE,
        order=Ranked(("NOT_SIGNING", "SIGNING"), floor="SIGNING"),
        absent="SIGNING",
        why="Whoever is on the way can answer in place of the zone.",
    ),
    Protection(
        type="aws_route53domains_registered_domain",
        path="transfer_lock",
        says="The lock against transfers of the domain",
        topic=Topic.EXPOSURE,
        order=Truth(),
        absent=True,
        why="Whoever gets the code of the transfer owns the domain.",
    ),
    Protection(
        type="aws_route53domains_registered_domain",
        path="auto_renew",
        says="The renewal of the domain",
        topic=Topic.AVAILABILITY,
        order=Truth(),
        absent=True,
        why="When it ends, somebody else can register it.",
    ),
)


@dataclass(frozen=True)
class _Leading:
    """Where a name leads: addresses of the stack's resources, and texts of others.

    It may lead to another resource of the same type, since that is how one takes the place of another.
    """

    def is_worse(self, before: Any, after: Any) -> bool:
        old, new = set(values_in(before)), set(values_in(after))
        kinds = {each.rpartition(".")[0] for each in filter(is_address, old)}
        others = {each for each in filter(is_address, new - old) if each.rpartition(".")[0] not in kinds}
        return any(not is_address(each) for each in new - old) or bool(kinds and others)

    def is_unfit(self, value: Any) -> bool:
        return any(not is_address(each) for each in values_in(value))

    def shown(self, value: Any) -> str:
        return in_words(values_in(value))


def _records(side: Side) -> Iterator[Fact]:
    """Where each record leads, by the name that it answers for, so that another address in Terraform is no change."""
    for block in side.of_type(_RECORD):
        kind = str(side.get(block, "type") or "").upper()
        if kind in _LEADING:
            says, value = "Where the name leads", _targets(side, block)
            yield promise(side, block, "leads to", says, Topic.EXPOSURE, _Leading(), value, _TAKEN, absent=())
        texts = [str(side.resolved(each)).strip('"') for each in values_in(block.attributes.get("records"))]
        if kind in ("TXT", "SPF"):
            yield from _mail(side, block, [each for each in texts if _MAIL_SIGNS.match(each)])
        elif kind == "CAA":
            says, why = "Who may issue certificates for the name", "A certificate is all that it takes to act as us."
            order = Letting(fold=True)
            yield promise(side, block, "issuers", says, Topic.EXPOSURE, order, texts, why, absent=())


def _targets(side: Side, block: SynthesisedBlock) -> list[str]:
    """What a record names: addresses of the stack's blocks, or else the hosts and addresses, without AWS's own."""
    given = [at(block.attributes, "alias.name"), *values_in(block.attributes.get("records"))]
    found: list[str] = []
    for value in (each for each in given if each is not None):
        owners = [side.address(each) for each in side.blocks_of(value) if each is not block]
        if not owners and (named := side.named(value)) is not None:
            owners = [side.address(named)]
        words = [each for each in str(side.resolved(value)).split() if "=" not in each] or [
            ""
        ]  # `alpn=h2` is no target
        host = host_of(words[-1])
        is_own = not host or is_own_name(side, host) or _OF_AWS.search(host)
        found += owners or ([] if is_own else [host])
    return sorted(set(found))


def _mail(side: Side, block: SynthesisedBlock, texts: list[str]) -> Iterator[Fact]:
    """Who may send mail in the name of a domain, and what happens to the mail of others."""
    for text in texts:
        if text.lower().startswith("v=spf1"):
            words = text.split()[1:]
            senders = [each for each in words if not each.endswith("all")]
            says, why = "Who may send mail in the domain's name", "Their mail passes for ours."
            yield promise(side, block, "senders", says, Topic.EXPOSURE, Letting(), senders, why, absent=senders)
            ends = [each.removesuffix("all") for each in words if each.endswith("all")]
            fate = _SPF_ENDS.get(ends[-1], "let through") if ends else "let through"
            order: Any = Ranked(("let through", "marked", "refused"), floor="marked")
        else:
            policy = _POLICY.search(text)
            fate, order = policy[1].lower() if policy else "none", Ranked(("none", "quarantine", "reject"))
        says, why = "What happens to mail of others in the domain's name", "Anybody's mail passes for ours."
        question = f"mail of others {text[2:6].lower()}"
        yield promise(side, block, question, says, Topic.EXPOSURE, order, fate, why, absent=order.ranks[0])


def _servers(side: Side) -> Iterator[Fact]:
    """The name servers of a registered domain."""
    for block in side.of_type("aws_route53domains_registered_domain"):
        servers = [str(side.resolved(at(each, "name"))) for each in values_in(block.attributes.get("name_server"))]
        says, order = "The name servers of the domain", Kept(removal=False)
        yield promise(side, block, "servers", says, Topic.EXPOSURE, order, sorted(servers), _TAKEN)


FINDERS: tuple[Finder, ...] = (_records, _servers)
