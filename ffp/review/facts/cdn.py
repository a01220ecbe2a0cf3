"""What a distribution promises: TLS, who can sign, its origins, its names, and its logs.

What each path promises is compared by `ffp/review/front_door/`, which knows which behaviour answers a request.
"""

import hashlib
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from ffp.review.concern import Topic
from ffp.review.facts import headers
from ffp.review.facts.delivery import DISTRIBUTION, logs
from ffp.review.facts.fact import Amount, Fact, Finder, Members, Protection, Ranked, Truth
from ffp.review.facts.orders import Countries, Kept, Letting, Seconds, TlsFloor, tls_of
from ffp.review.facts.origins import ACCESS, Origin, origins_of
from ffp.review.facts.values import fact_of
from ffp.review.side import Side, at, blocks_in, values_in

_distribution = partial(Protection, type=DISTRIBUTION, topic=Topic.EXPOSURE)
# How long CloudFront keeps an error by itself, by its code.
_KEPT_ERRORS: Mapping[str, int] = dict.fromkeys(["404", "405", "410", "414", "500", "501", "502", "503", "504"], 10)
PROTOCOLS = ("http-only", "match-viewer", "https-only")

PROTECTIONS: tuple[Protection, ...] = (
    _distribution(
        path="enabled",
        says="Answering",
        topic=Topic.AVAILABILITY,
        order=Truth(),
        absent=False,
        why="Nobody gets an answer from it.",
    ),
    _distribution(
        path="restrictions.geo_restriction",
        says="The countries",
        order=Countries(),
        absent={},
        why="Callers from more countries get an answer.",
    ),
    _distribution(
        path="aliases",
        says="The names",
        order=Letting(),
        absent=(),
        why="It answers for a further name: whoever controls that name's page shares its cookies and its trust.",
    ),
    _distribution(
        path="continuous_deployment_policy_id",
        says="The test with another configuration",
        order=Kept(first=True, removal=False),
        why="A part of the callers gets another distribution, with other rules.",
    ),
    _distribution(
        path="viewer_mtls_config.mode",
        says="Demanding client certificates",
        order=Ranked((None, "optional", "required")),
    ),
    Protection(
        type="aws_cloudfront_monitoring_subscription",
        path="monitoring_subscription.realtime_metrics_subscription_config.realtime_metrics_subscription_status",
        says="Further metrics",
        topic=Topic.WATCHING,
        order=Ranked(("Disabled", "Enabled")),
        absent="Disabled",
        owner="distribution_id",
        of=DISTRIBUTION,
        why="Alarms on the rate of cache hits and on error rates by status receive no data.",
    ),
    Protection(
        type="aws_cloudfront_realtime_log_config",
        path="sampling_rate",
        says="The part of the requests in the real-time logs",
        topic=Topic.WATCHING,
        order=Amount("%"),
    ),
    Protection(
        type="aws_cloudfront_realtime_log_config",
        path="fields",
        says="Fields of the real-time logs",
        topic=Topic.WATCHING,
        order=Members("shrink"),
        absent=(),
    ),
    Protection(
        type="aws_cloudfront_realtime_log_config",
        path="endpoint.kinesis_stream_config.stream_arn",
        says="The destination of the real-time logs",
        topic=Topic.WATCHING,
        order=Kept(),
    ),
    Protection(
        type="aws_cloudfront_vpc_origin",
        path="vpc_origin_endpoint_config.origin_protocol_policy",
        says="Encryption on the way to the origin",
        topic=Topic.EXPOSURE,
        order=Ranked(PROTOCOLS),
    ),
)


def _limits(side: Side) -> Iterator[Fact]:
    """The certificate's floor of TLS, the web ACL, and for how long errors are kept."""
    has_acl = bool(side.of_type("aws_wafv2_web_acl"))
    for block in side.of_type(DISTRIBUTION):
        common: dict[str, Any] = {"subject": side.address(block), "address": side.address(block)}
        certificate = side.get(block, "viewer_certificate") or {}
        has_own = any(at(certificate, name) for name in ("acm_certificate_arn", "iam_certificate_id"))
        yield Fact(
            **common,
            question="tls",
            says="The oldest version of TLS",
            topic=Topic.EXPOSURE,
            order=TlsFloor(demanded=has_own),
            value=(at(certificate, "minimum_protocol_version") if has_own else None) or "TLSv1",
            absent="TLSv1",
            why="Connections with broken ciphers can be read.",
        )
        yield Fact(
            **common,
            question="web acl",
            says="The web ACL",
            topic=Topic.EXPOSURE,
            order=Kept(demanded=has_acl),
            value=side.get(block, "web_acl_id"),
            absent=None,
            why="Attacks that its rules block, and floods of requests, reach the origins.",
        )
        errors = blocks_in(side.get(block, "custom_error_response"))
        given = {str(each.get("error_code")): _whole(each.get("error_caching_min_ttl")) for each in errors}
        yield Fact(
            **common,
            question="errors",
            says="How long errors are kept",
            topic=Topic.AVAILABILITY,
            order=Seconds(_KEPT_ERRORS),
            value=given,
            absent={},
            why="The error of one caller is given to the others, also when the origin has recovered.",
        )


def _whole(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 10


def _signers(side: Side) -> Iterator[Fact]:
    """Whose signatures each key group accepts, by the keys themselves."""
    keys = {block.address: block for block in side.of_type("aws_cloudfront_public_key")}
    for block in side.of_type("aws_cloudfront_key_group"):
        found = []
        for item in values_in(block.attributes.get("items")):
            known = [keys[each.address] for each in side.blocks_of(item) if each.address in keys]
            found += [_fingerprint(side.get(key, "encoded_key")) for key in known] or [str(side.resolved(item))]
        yield fact_of(
            side,
            block,
            question="any key",
            says="Having a key by which addresses can be signed",
            topic=Topic.AVAILABILITY,
            order=Truth(demanded=False),
            value=bool(found),
            absent=False,
            why="No address opens anything any more.",
        )
        yield Fact(
            subject=side.address(block),
            question="keys",
            says="Keys whose holders can sign addresses",
            topic=Topic.EXPOSURE,
            order=Letting(),
            value=found,
            absent=(),
            address=side.address(block),
            why="Whoever holds the private half of a new key can open everything that demands a signature.",
        )


def _fingerprint(key: Any) -> str:
    text = "".join(str(key).split())
    return text if "${" in text else f"key {hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _headers(side: Side) -> Iterator[Fact]:
    """What each policy for the headers of answers promises."""
    for block in side.of_type(headers.POLICY):
        address = side.address(block)
        yield from headers.promises(side, address, address, dict(side.resolved(block.attributes)))


def _origins(side: Side) -> Iterator[Fact]:
    """How a distribution fetches from each origin, and which origins do not belong to the stack."""
    for block in side.of_type(DISTRIBUTION):
        subject = side.address(block)
        found = list(origins_of(side, block).values())
        fact = partial(Fact, subject=subject, topic=Topic.EXPOSURE)
        yield fact(
            question="foreign origins",
            says="Origins outside of the stack",
            order=Letting(),
            value=[each.target for each in found if not each.is_own],
            absent=(),
            address=subject,
            why="Callers are given, under our name, what somebody else serves.",
        )
        for origin in found:
            yield from _origin(fact, subject, origin)


def _origin(fact: Any, subject: str, origin: Origin) -> Iterator[Fact]:
    of = f"the origin {origin.target}"
    if origin.is_bucket:
        yield fact(
            question=f"{origin.target} access",
            says=f"Signing requests to {of}",
            order=Ranked(ACCESS),
            value=origin.access,
            absent=ACCESS[-1],
            address=origin.access_address or subject,
            why="The bucket can then only answer if it is public, or if callers bring signatures of their own.",
        )
    else:
        yield fact(
            question=f"{origin.target} protocol",
            says=f"Encryption on the way to {of}",
            order=Ranked(PROTOCOLS),
            value=origin.protocol,
            absent=PROTOCOLS[-1],
            address=subject,
            why="Tokens and answers can be read on the way.",
        )
        yield fact(
            question=f"{origin.target} tls",
            says=f"The oldest version of TLS on the way to {of}",
            order=TlsFloor(),
            value=min(origin.versions, key=tls_of, default="TLSv1.2"),
            absent="TLSv1.2",
            address=subject,
        )
    yield fact(
        question=f"{origin.target} path",
        says=f"The part of {of}",
        order=Kept(),
        value=origin.path,
        absent=None,
        address=subject,
        why="Other objects than before can be fetched.",
    )
    yield fact(
        question=f"{origin.target} headers",
        says=f"Headers by which the distribution shows itself to {of}",
        order=Kept(),
        value=[f"{name} ({_fingerprint(value)})" for name, value in origin.headers.items()],
        absent=None,
        address=subject,
        why="The origin can no longer tell the distribution from somebody who calls it directly.",
    )


FINDERS: tuple[Finder, ...] = (_limits, _signers, _headers, _origins, logs)
