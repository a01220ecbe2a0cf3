"""Who reaches objects without a policy that says so: web pages, access control lists, websites, access points."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from ffp.review.concern import Topic
from ffp.review.facts.bucket_parts import parts
from ffp.review.facts.common import existing, keyed
from ffp.review.facts.fact import Fact, Finder, Protection, Truth
from ffp.review.facts.orders import Kept, Letting, Unwanted
from ffp.review.side import Side, at, blocks_in, values_in

_BUCKET = "aws_s3_bucket"
_OBJECTS = ("aws_s3_object", "aws_s3_bucket_object", "aws_s3_object_copy")
# What gives nobody anything: the owner has it, and S3's and CloudFront's log delivery may only write.
_OWN_LISTS = frozenset({"private", "bucket-owner-full-control", "bucket-owner-read", "log-delivery-write"})
_LOG_DELIVERY = ("/groups/s3/LogDelivery", "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0")
_EVERYWHERE = (" from *", " from http://*", " from https://*")

PROTECTIONS: tuple[Protection, ...] = (
    *(
        Protection(
            type=type_,
            path=f"{start}.{path}",
            says=says,
            topic=Topic.EXPOSURE,
            order=Truth(),
            absent=True,
            why="The access point's policy can then make objects public.",
        )
        for type_, start in (
            ("aws_s3_access_point", "public_access_block_configuration"),
            ("aws_s3control_multi_region_access_point", "details.public_access_block"),
        )
        for path, says in (
            ("block_public_acls", "The block of public access control lists"),
            ("block_public_policy", "The block of public policies"),
            ("ignore_public_acls", "Ignoring public access control lists"),
            ("restrict_public_buckets", "The restriction of public access points"),
        )
    ),
    *(
        Protection(
            type="aws_s3_account_public_access_block",
            path=path,
            says=says,
            topic=Topic.EXPOSURE,
            order=Truth(),
            absent=False,
            why="Every bucket of the account can then become public.",
        )
        for path, says in (
            ("block_public_acls", "The account's block of public access control lists"),
            ("block_public_policy", "The account's block of public policies"),
            ("ignore_public_acls", "The account's ignoring of public access control lists"),
            ("restrict_public_buckets", "The account's restriction of public buckets"),
        )
    ),
    Protection(
        type="aws_s3_access_point",
        path="vpc_configuration.vpc_id",
        says="The network from which alone the access point answers",
        topic=Topic.EXPOSURE,
        order=Kept(),
        why="It answers on the internet, or in another network.",
    ),
)


def _origins(side: Side) -> Iterator[Fact]:
    """The web origins whose pages may call each bucket, and by which methods."""
    for bucket, block, rules in parts(side, "aws_s3_bucket_cors_configuration"):
        of_bucket = partial(
            Fact,
            subject=side.address(bucket),
            address=side.address(block),
            topic=Topic.EXPOSURE,
            absent=(),
            why="Scripts of these pages can use a user's browser to reach the bucket.",
        )
        yield of_bucket(
            question="cors",
            says="Requests that web pages may make",
            order=Letting(refused=lambda member: member.endswith(_EVERYWHERE)),
            value=[
                f"{method} from {origin}"
                for rule in rules
                for method in values_in(rule.get("allowed_methods"))
                for origin in values_in(rule.get("allowed_origins"))
            ],
        )
        yield of_bucket(
            question="cors headers",
            says="Headers that web pages may read",
            order=Letting(),
            value=[each for rule in rules for each in values_in(rule.get("expose_headers"))],
        )
        yield of_bucket(
            question="cors request headers",
            says="Headers that web pages may send, whatever they are called",
            order=Letting(),
            value=[each for rule in rules for each in values_in(rule.get("allowed_headers")) if "*" in str(each)],
        )


def grantee(side: Side, grant: Mapping[str, Any]) -> str:
    """Who gets what by a grant of an access control list."""
    named = at(grant, "grantee") or grant
    who = at(named, "uri") or at(named, "id") or at(named, "email_address") or at(named, "email")
    what = values_in(grant.get("permission") or grant.get("permissions"))
    return f"{who} ({', '.join(sorted(map(str, what)))})"


def _is_no_stranger(member: str) -> bool:
    """Whether a member of a list is the owner, or a service that may only write logs."""
    if any(each in member for each in _LOG_DELIVERY):
        return "READ)" not in member or "READ_ACP)" in member
    return member in _OWN_LISTS or "${data.aws_canonical_user_id." in member


def _lists(side: Side) -> Iterator[Fact]:
    """The access control list of each bucket and object, which can open it to everybody."""
    for block in side.of_type("aws_s3_bucket_acl", _BUCKET, *_OBJECTS):
        owners = side.owners(block.attributes.get("bucket"), _BUCKET) if block.type == "aws_s3_bucket_acl" else []
        grants = blocks_in(side.get(block, "access_control_policy.grant")) + blocks_in(side.get(block, "grant"))
        members = [str(side.get(block, "acl") or "private"), *(grantee(side, each) for each in grants)]
        yield Fact(
            subject=side.address(owners[0] if owners else block),
            question=f"list by {block.type}",
            says="The access control list",
            topic=Topic.EXPOSURE,
            order=Letting(refused=lambda _: True),
            value=[each for each in members if not _is_no_stranger(each)],
            absent=(),
            address=side.address(block),
            why="Whoever is named can read or write without a policy.",
        )


def _websites(side: Side) -> Iterator[Fact]:
    """The buckets that are websites, and where a website sends its visitors."""
    for bucket, block, rules in parts(side, "aws_s3_bucket_website_configuration"):
        of_bucket = partial(
            Fact, subject=side.address(bucket), address=side.address(block), topic=Topic.EXPOSURE, absent=None
        )
        yield of_bucket(
            question="website",
            says="Serving the bucket as a website",
            order=Unwanted(),
            value="yes",
            why="A website's objects are read without TLS and without a signature.",
        )
        yield of_bucket(
            question="website's redirects",
            says="The hosts to which the website sends its visitors",
            order=Letting(),
            value=[
                str(host)
                for rule in rules
                for host in (
                    at(rule, "redirect_all_requests_to.host_name"),
                    *(at(each, "redirect.host_name") for each in blocks_in(rule.get("routing_rule"))),
                )
                if host
            ],
            why="Visitors land on a page of somebody else.",
        )


FINDERS: tuple[Finder, ...] = (
    _origins,
    _lists,
    _websites,
    *(keyed(type_, "kms_key_id") for type_ in _OBJECTS),
    existing(
        {"aws_s3_account_public_access_block": "The account's block of public access"},
        Topic.EXPOSURE,
        "Every bucket of the account can then become public.",
    ),
)
