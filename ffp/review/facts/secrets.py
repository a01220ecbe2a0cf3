"""What secrets promise: rotation, a wait before deletion, a key, one region."""

import re
from collections.abc import Iterator
from typing import Any

from ffp.review.concern import Topic
from ffp.review.facts.common import key_of, keyed, name_of
from ffp.review.facts.fact import Amount, Fact, Finder, Members, Protection, Truth, truth
from ffp.review.facts.orders import Kept
from ffp.review.facts.schedules import timer
from ffp.review.facts.values import function_of
from ffp.review.side import Side, at, blocks_in
from ffp.stacks import SynthesisedBlock

_SECRET, _ROTATION = "aws_secretsmanager_secret", "aws_secretsmanager_secret_rotation"
_YEAR = 365.25  # days
_IN_SOME_YEARS = re.compile(r"\s\d{4}\S*\)")

PROTECTIONS: tuple[Protection, ...] = (
    Protection(
        type=_SECRET,
        path="recovery_window_in_days",
        says="The wait before the secret is deleted",
        topic=Topic.RECOVERY,
        order=Amount("days"),
        absent=30,
        why="A secret that was deleted by mistake cannot be restored after it, and with 0 days never.",
    ),
    Protection(
        type=_SECRET,
        path="force_overwrite_replica_secret",
        says="Overwriting secrets of the same name in other regions",
        topic=Topic.RECOVERY,
        order=Truth(wanted=False),
        absent=False,
    ),
)


def _replicas(side: Side) -> Iterator[Fact]:
    """The other regions that hold each secret, and by which keys."""
    for block in side.of_type(_SECRET):
        replicas = blocks_in(block.attributes.get("replica"))
        yield Fact(
            subject=side.address(block),
            question="replicas",
            says="Other regions that hold the secret",
            topic=Topic.EXPOSURE,
            order=Members("grow", allowed=()),
            value=[
                f"{side.resolved(each.get('region'))} {key_of(side, each.get('kms_key_id')) or ''}" for each in replicas
            ],
            absent=(),
            address=side.address(block),
            why="The secret leaves the region, and the other region's rights and keys protect it.",
        )


def _rotations(side: Side) -> Iterator[Fact]:
    """The days between two rotations of each secret, and the function that rotates it."""
    for owner, block in _rotating(side):
        subject = side.address(owner)
        rules = at(block.attributes, "rotation_rules") if block else None
        yield Fact(
            subject=subject,
            question="rotation",
            says="The time between two rotations",
            topic=Topic.EXPOSURE,
            order=Amount("days", more_is_worse=True, endless=(None,)),
            value=_days(side.resolved(rules)) if block else None,
            absent=None,
            address=side.address(block or owner),
            why="A password that somebody took stays valid for longer; without rotation, for ever.",
        )
        if block is None:
            continue
        at_once = truth(side.get(block, "rotate_immediately")) is not False
        yield Fact(
            subject=subject,
            question="rotates at once",
            says="A rotation as soon as it is deployed",
            topic=Topic.AVAILABILITY,
            order=Truth(wanted=False, demanded=False),
            value=at_once,
            absent=at_once,  # a first rotation may well come at once
            address=side.address(block),
            why="The password changes in the middle of a deploy, whether or not all that use it are ready.",
        )
        given = block.attributes.get("rotation_lambda_arn")
        yield Fact(
            subject=subject,
            question="rotating function",
            says="The function that rotates it",
            topic=Topic.EXPOSURE,
            order=Kept(),
            value=(function_of(side, given) or name_of(side, given)) if given else None,
            absent=None,
            address=side.address(block),
            why="Whoever owns the function sees each new password.",
        )


def _rotating(side: Side) -> Iterator[tuple[SynthesisedBlock, SynthesisedBlock | None]]:
    """Each secret with its rotation, if it has one, and each database with that of its master's secret."""
    rotations: dict[str, SynthesisedBlock] = {}
    masters: list[tuple[SynthesisedBlock, SynthesisedBlock]] = []
    for block in side.of_type(_ROTATION):
        value: Any = block.attributes.get("secret_id")
        for owner in side.owners(value, _SECRET):
            rotations[owner.address] = block
        masters += [
            (each, block) for type_ in ("aws_db_instance", "aws_rds_cluster") for each in side.owners(value, type_)
        ]
    for secret in side.of_type(_SECRET):
        yield secret, rotations.get(secret.address)
    with_rotation = {owner.address: block for owner, block in masters}
    for database in side.of_type("aws_db_instance", "aws_rds_cluster"):
        if str(side.get(database, "manage_master_user_password")).lower() == "true":
            yield database, with_rotation.get(database.address)


def _days(rules: Any) -> float | None:
    """The days between two rotations; None if the secret is never rotated, or in a way that cannot be told."""
    days = at(rules, "automatically_after_days")
    if days is not None:
        return float(days) if str(days).replace(".", "", 1).isdigit() else None
    expression = str(at(rules, "schedule_expression") or "")
    if not expression.startswith(("rate(", "cron(")) or _IN_SOME_YEARS.search(expression):
        return None
    return max(round(_YEAR / timer(expression).runs), 1)


def _parameters(side: Side) -> Iterator[Fact]:
    """Whether parameters that are secret stay encrypted."""
    for block in side.of_type("aws_ssm_parameter"):
        yield Fact(
            subject=side.address(block),
            question="type",
            says="The parameter's encryption",
            topic=Topic.SECRET,
            order=Truth(demanded=False),
            value=side.get(block, "type") == "SecureString",
            absent=False,
            address=side.address(block),
            why="Whoever may read parameters or the console sees the value.",
        )


def _policies(side: Side) -> Iterator[Fact]:
    """Whether Secrets Manager refuses a policy that opens the secret to everybody."""
    for block in side.of_type("aws_secretsmanager_secret_policy"):
        owners = side.owners(block.attributes.get("secret_arn"), _SECRET)
        yield Fact(
            subject=side.address(owners[0] if owners else block),
            question="block_public_policy",
            says="The refusal of public policies",
            topic=Topic.EXPOSURE,
            order=Truth(demanded=False),
            value=side.get(block, "block_public_policy") or False,
            absent=False,
            address=side.address(block),
            why="A policy can open the secret to everybody.",
        )


FINDERS: tuple[Finder, ...] = (
    keyed(_SECRET, "kms_key_id"),
    keyed("aws_ssm_parameter", "key_id"),
    _replicas,
    _rotations,
    _policies,
    _parameters,
)
