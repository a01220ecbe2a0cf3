"""What keys promise: rotation, a long wait before deletion, one region, material that nobody else holds."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from ffp.review.concern import Topic
from ffp.review.facts.common import key_of
from ffp.review.facts.fact import Amount, Fact, Finder, Protection, Same, Truth
from ffp.review.facts.orders import Kept, Unwanted
from ffp.review.side import Side
from ffp.stacks import SynthesisedBlock

_IMPORTED = ("aws_kms_external_key", "aws_kms_replica_external_key")
_KEYS = ("aws_kms_key", "aws_kms_replica_key", *_IMPORTED)
_LOCKED_OUT = "A key that nobody may administer can only be freed by AWS's support."
_key = partial(Protection, type="aws_kms_key")


@dataclass(frozen=True)
class _Day:
    """A day on which something ends. It may not come sooner; without one there is no end."""

    def is_worse(self, before: Any, after: Any) -> bool:
        return bool(after) and (not before or str(after) < str(before))

    def is_unfit(self, value: Any) -> bool:
        return False

    def shown(self, value: Any) -> str:
        return str(value) if value else "never"


def _rotates(side: Side, block: SynthesisedBlock) -> bool:
    """Whether AWS can rotate a key: a symmetric one whose material AWS made."""
    spec = side.get(block, "customer_master_key_spec") or "SYMMETRIC_DEFAULT"
    return spec == "SYMMETRIC_DEFAULT" and not side.get(block, "custom_key_store_id")


PROTECTIONS: tuple[Protection, ...] = (
    _key(
        path="enable_key_rotation",
        says="Yearly rotation",
        topic=Topic.EXPOSURE,
        order=Truth(),
        absent=False,
        why="The same key material encrypts everything for ever.",
        applies=_rotates,
    ),
    _key(
        path="rotation_period_in_days",
        says="The time between two rotations",
        topic=Topic.EXPOSURE,
        order=Amount("days", more_is_worse=True, floor=365),
        absent=365,
        why="The same key material encrypts more.",
    ),
    *(
        Protection(
            type=type_,
            path="deletion_window_in_days",
            says="The wait before the key is deleted",
            topic=Topic.RECOVERY,
            order=Amount("days"),
            absent=30,
            why="Once the key is gone, nobody can read what it encrypted, backups included.",
        )
        for type_ in _KEYS
    ),
    *(
        Protection(
            type=type_,
            path=path,
            says="The key's use",
            topic=Topic.AVAILABILITY,
            order=Truth(demanded=False, words=("disabled", "enabled")),
            absent=True,
            why="Nothing that the key encrypts can be read or written.",
        )
        for type_, path in (
            ("aws_kms_key", "is_enabled"),
            ("aws_kms_replica_key", "enabled"),
            *((type_, "enabled") for type_ in _IMPORTED),
        )
    ),
    _key(
        path="multi_region",
        says="Replicas in other regions",
        topic=Topic.EXPOSURE,
        order=Truth(wanted=False, demanded=False, words=("not possible", "possible")),
        absent=False,
        why="The key's material can be copied out of the region, where other rules apply.",
    ),
    *(
        Protection(
            type=type_,
            path="bypass_policy_lockout_safety_check",
            says="A policy that may lock everybody out",
            topic=Topic.AVAILABILITY,
            order=Truth(wanted=False),
            absent=False,
            why=_LOCKED_OUT,
        )
        for type_ in ("aws_kms_key", "aws_kms_key_policy")
    ),
    _key(path="key_usage", says="What the key is for", topic=Topic.LOSS, order=Same(), absent="ENCRYPT_DECRYPT"),
    _key(path="custom_key_store_id", says="The key store", topic=Topic.EXPOSURE, order=Kept(first=True)),
    *(
        Protection(
            type=type_,
            path="primary_key_arn",
            says="A replica in another region",
            topic=Topic.EXPOSURE,
            order=Unwanted(),
            why="The key's material is in another region, where other rules apply.",
        )
        for type_ in ("aws_kms_replica_key", "aws_kms_replica_external_key")
    ),
    *(
        Protection(
            type=type_,
            path="valid_to",
            says="The day on which the key's material ends",
            topic=Topic.RECOVERY,
            order=_Day(),
            why="From that day nothing that the key encrypted can be read, until somebody imports the material again.",
        )
        for type_ in _IMPORTED
    ),
)


def _aliases(side: Side) -> list[Fact]:
    """The key to which each alias points: whoever names the alias uses that key."""
    return [
        Fact(
            subject=side.address(block),
            question="target",
            says="The key to which the alias points",
            topic=Topic.EXPOSURE,
            order=Kept(),
            value=key_of(side, block.attributes.get("target_key_id")),
            absent=None,
            address=side.address(block),
            why="Whoever names the alias uses the other key from now on, and cannot read what the old one encrypted.",
        )
        for block in side.of_type("aws_kms_alias")
    ]


FINDERS: tuple[Finder, ...] = (_aliases,)
