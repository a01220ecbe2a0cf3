"""From where a distribution fetches: each origin with its identity, and how the distribution asks it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ffp.review.facts.values import first_of, names
from ffp.review.side import Side, at, blocks_in
from ffp.stacks import SynthesisedBlock

# How a distribution shows a bucket who asks, from the weakest to the strongest.
ACCESS = ("nothing", "never", "origin access identity", "no-override", "always")
_BUCKET = "aws_s3_bucket"
_WEBSITE = " as a website"
_APIS = ("aws_apigatewayv2_api", "aws_api_gateway_rest_api")
_OWN = (_BUCKET, *_APIS, "aws_lambda_function_url", "aws_lb", "aws_s3_bucket_website_configuration")


@dataclass(frozen=True)
class Origin:
    """One origin. `target` is today's address of what answers, or its domain name if the stack does not define it."""

    target: str
    is_own: bool
    is_bucket: bool = False
    is_api: bool = False
    access: str = ACCESS[0]
    access_address: str = ""
    protocol: str = "https-only"
    versions: tuple[str, ...] = ()
    path: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_static(self) -> bool:
        """Whether it answers every caller alike."""
        return self.is_bucket or self.target.endswith(_WEBSITE)


def origins_of(side: Side, distribution: SynthesisedBlock) -> dict[str, Origin]:
    """The origins of a distribution by the id that its behaviours name; a group is its first member."""
    found = {
        str(side.resolved(each.get("origin_id"))): _origin(side, each)
        for each in blocks_in(distribution.attributes.get("origin"))
    }
    for group in blocks_in(distribution.attributes.get("origin_group")):
        members = [str(side.resolved(each.get("origin_id"))) for each in blocks_in(group.get("member"))]
        if members and members[0] in found:
            found[str(group.get("origin_id"))] = found[members[0]]
    return found


def _origin(side: Side, given: Mapping[str, Any]) -> Origin:
    domain = given.get("domain_name")
    block = first_of(side, domain, *_OWN) or _bucket_named(side, str(side.resolved(domain)))
    custom = at(given, "custom_origin_config")
    is_bucket = custom is None and at(given, "vpc_origin_config") is None
    access, address = _access(side, given)
    text = str(side.resolved(domain))
    is_website = block is not None and "website" in text + str(domain)
    return Origin(
        target=text if block is None else side.address(block) + (_WEBSITE if is_website else ""),
        is_own=block is not None,
        is_bucket=is_bucket,
        is_api=block is not None and block.type in _APIS,
        access=access,
        access_address=address,
        protocol=str(side.resolved(at(custom, "origin_protocol_policy")) or "https-only"),
        versions=tuple(names(side.resolved(at(custom, "origin_ssl_protocols")))),
        path=str(side.resolved(given.get("origin_path")) or "").rstrip("/"),
        headers={
            str(each.get("name")).lower(): str(side.resolved(each.get("value")))
            for each in blocks_in(given.get("custom_header"))
        },
    )


def _bucket_named(side: Side, domain: str) -> SynthesisedBlock | None:
    name, found, _ = domain.partition(".s3")
    if not found:
        return None
    return next((each for each in side.of_type(_BUCKET) if name == str(side.get(each, "bucket"))), None)


def _access(side: Side, given: Mapping[str, Any]) -> tuple[str, str]:
    """How the distribution shows a bucket who asks, and the address of the block that says so."""
    control = given.get("origin_access_control_id")
    if control:
        block = first_of(side, control, "aws_cloudfront_origin_access_control")
        if block is None:
            return "always", ""
        return str(side.get(block, "signing_behavior")), side.address(block)
    if at(given, "s3_origin_config.origin_access_identity"):
        return "origin access identity", ""
    return ACCESS[0], ""
