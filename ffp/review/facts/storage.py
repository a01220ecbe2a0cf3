"""What buckets promise: privacy, encryption, old versions, locks, access logs."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from ffp.review.concern import Topic
from ffp.review.facts import bucket_access, bucket_copies, lifetimes
from ffp.review.facts.bucket_parts import part, parts
from ffp.review.facts.common import KeptKey, key_of, name_of
from ffp.review.facts.fact import Amount, Fact, Finder, Members, Protection, Ranked, Truth
from ffp.review.facts.orders import Kept
from ffp.review.side import Side, at, blocks_in

_of_bucket = partial(Protection, owner="bucket", of="aws_s3_bucket")
_BLOCK = partial(
    _of_bucket,
    type="aws_s3_bucket_public_access_block",
    topic=Topic.EXPOSURE,
    order=Truth(),
    absent=False,
    why="Without it a policy or an access control list can make objects public.",
)
_UNLOCKED = "Objects can be deleted and overwritten before their time."
_YEAR = 365  # days
_ENFORCED = "BucketOwnerEnforced"


@dataclass(frozen=True)
class _Ownership(Ranked):
    """Who owns objects. AWS enforces it for new buckets; removing the controls lets access control lists apply."""

    def is_worse(self, before: Any, after: Any) -> bool:
        return before != after and super().is_worse(_ENFORCED if before is None else before, after)

    def is_unfit(self, value: Any) -> bool:
        return value is not None and super().is_unfit(value)


PROTECTIONS: tuple[Protection, ...] = (
    _BLOCK(path="block_public_acls", says="The block of public access control lists"),
    _BLOCK(path="block_public_policy", says="The block of public policies"),
    _BLOCK(path="ignore_public_acls", says="Ignoring public access control lists"),
    _BLOCK(path="restrict_public_buckets", says="The restriction of public buckets"),
    _of_bucket(
        type="aws_s3_bucket_ownership_controls",
        path="rule.object_ownership",
        says="Object ownership",
        topic=Topic.EXPOSURE,
        order=_Ownership(("ObjectWriter", "BucketOwnerPreferred", _ENFORCED), floor=_ENFORCED),
        why="Access control lists apply again, and other accounts can own objects.",
    ),
    *(
        Protection(
            type=type_,
            path="force_destroy",
            says="Deleting the bucket together with its objects",
            topic=Topic.RECOVERY,
            order=Truth(wanted=False),
            absent=False,
            why="Terraform then deletes all objects with the bucket.",
        )
        for type_ in ("aws_s3_bucket", "aws_s3_directory_bucket")
    ),
    Protection(
        type="aws_s3_bucket",
        path="object_lock_enabled",
        says="The object lock",
        topic=Topic.RECOVERY,
        order=Truth(demanded=False),
        absent=False,
        why=_UNLOCKED,
    ),
    *bucket_access.PROTECTIONS,
)


def _versions(side: Side) -> Iterator[Fact]:
    """Whether each bucket keeps old versions, and whether a session alone can delete them."""
    for bucket, block, rule in part(side, "aws_s3_bucket_versioning"):
        of_bucket = partial(
            Fact, subject=side.address(bucket), address=side.address(block), topic=Topic.RECOVERY, absent="Disabled"
        )
        yield of_bucket(
            question="versioning",
            says="Versioning",
            order=Ranked(("Disabled", "Suspended", "Enabled"), floor="Enabled"),
            value=rule.get("status") or "Disabled",
            why="Overwritten and deleted objects can no longer be restored.",
        )
        yield of_bucket(
            question="mfa",
            says="MFA for deleting versions",
            order=Ranked(("Disabled", "Enabled")),
            value=rule.get("mfa_delete") or "Disabled",
            why="A stolen session is enough to delete versions for good.",
        )


def _locks(side: Side) -> Iterator[Fact]:
    """For how long nobody can delete a new object of each bucket, and how firmly."""
    for bucket, block, rule in part(side, "aws_s3_bucket_object_lock_configuration"):
        retention = at(rule, "default_retention")
        of_bucket = partial(
            Fact, subject=side.address(bucket), address=side.address(block), topic=Topic.RECOVERY, why=_UNLOCKED
        )
        yield of_bucket(
            question="lock's mode",
            says="The lock of new objects",
            order=Ranked(("none", "GOVERNANCE", "COMPLIANCE")),
            value=at(retention, "mode") or "none",
            absent="none",
        )
        days, years = at(retention, "days"), at(retention, "years")
        yield of_bucket(
            question="lock's days",
            says="The time for which new objects are locked",
            order=Amount("days"),
            value=days or (float(years) * _YEAR if str(years).isdigit() else years) or 0,
            absent=0,
        )


def _encryption(side: Side) -> Iterator[Fact]:
    """The key of each bucket. A bucket that receives S3's access logs must use Amazon's."""
    logged_to = {
        target.address
        for _, _, rules in parts(side, "aws_s3_bucket_logging")
        for rule in rules
        for target in side.owners(rule.get("target_bucket"), "aws_s3_bucket")
    }
    for bucket, block, rule in part(side, "aws_s3_bucket_server_side_encryption_configuration"):
        default = at(rule, "apply_server_side_encryption_by_default")
        algorithm = at(default, "sse_algorithm") or "AES256"
        of_bucket = partial(Fact, subject=side.address(bucket), address=side.address(block))
        yield of_bucket(
            topic=Topic.EXPOSURE,
            question="encryption",
            says="Encryption at rest",
            order=Ranked(("AES256", "aws:kms", "aws:kms:dsse")),
            value=algorithm,
            absent="AES256",
            why="AES256 uses Amazon's key: anybody who may read an object can decrypt it.",
        )
        yield of_bucket(
            topic=Topic.EXPOSURE,
            question="encryption key",
            says="The encryption key",
            order=KeptKey(account=side.account),
            value=key_of(side, at(default, "kms_master_key_id")),
            absent=None,
            why="Objects that exist keep their old key. Whoever may use the new key can read the new ones.",
        )
        if bucket.address in logged_to:
            yield of_bucket(
                topic=Topic.WATCHING,
                question="log delivery",
                says="Encryption by which S3 can deliver access logs",
                order=Truth(words=("another key", "AES256")),
                value=algorithm == "AES256",
                absent=True,
                why="S3 delivers access logs only to buckets under Amazon's key, and reports no error.",
            )


def _logs(side: Side) -> Iterator[Fact]:
    """Where the access to each bucket is logged, and who else may read that."""
    for bucket, block, rule in part(side, "aws_s3_bucket_logging"):
        of_bucket = partial(Fact, subject=side.address(bucket), address=side.address(block))
        target = side.owners(rule.get("target_bucket"), "aws_s3_bucket")
        yield of_bucket(
            topic=Topic.WATCHING,
            question="logging",
            says="Access logging",
            order=Kept(),
            value=side.address(target[0]) if target else name_of(side, rule.get("target_bucket")),
            absent=None,
            why="Nobody can later tell who read which object, or somebody else can.",
        )
        yield of_bucket(
            topic=Topic.EXPOSURE,
            question="logs' readers",
            says="Who else may use the access logs",
            order=Members("grow", allowed=()),
            value=[bucket_access.grantee(side, each) for each in blocks_in(rule.get("target_grant"))],
            absent=(),
            why="The logs name every object, and who asked for it.",
        )


FINDERS: tuple[Finder, ...] = (
    _versions,
    _locks,
    _encryption,
    _logs,
    lifetimes.lifetimes,
    lifetimes.moves,
    lifetimes.tiers,
    *bucket_access.FINDERS,
    *bucket_copies.FINDERS,
)
