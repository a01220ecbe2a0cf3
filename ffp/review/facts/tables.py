"""What DynamoDB tables promise: restoring to any moment, protection from deletion, a key of ours, one region."""

from collections.abc import Iterator
from functools import partial

from ffp.review.concern import Topic
from ffp.review.facts.common import keyed
from ffp.review.facts.fact import Amount, Fact, Finder, Members, Protection, Truth, truth
from ffp.review.facts.orders import Kept
from ffp.review.side import Side, at, blocks_in

_TABLE, _REPLICA = "aws_dynamodb_table", "aws_dynamodb_table_replica"
_LOST = "Overwritten and deleted items are lost."
_table = partial(Protection, type=_TABLE)

PROTECTIONS: tuple[Protection, ...] = (
    _table(
        path="point_in_time_recovery.enabled",
        says="Restoring to any moment",
        topic=Topic.RECOVERY,
        order=Truth(),
        absent=False,
        why=_LOST,
    ),
    _table(
        path="point_in_time_recovery.recovery_period_in_days",
        says="The time for which the table can be restored to any moment",
        topic=Topic.RECOVERY,
        order=Amount("days"),
        absent=35,
        why=_LOST,
    ),
    *(
        Protection(
            type=type_,
            path="deletion_protection_enabled",
            says="The protection from deletion",
            topic=Topic.RECOVERY,
            order=Truth(demanded=type_ == _TABLE),
            absent=False,
            why="Whoever may delete the table can do so in one call.",
        )
        for type_ in (_TABLE, _REPLICA)
    ),
    _table(
        path="server_side_encryption.enabled",
        says="Encryption with a key in KMS",
        topic=Topic.EXPOSURE,
        order=Truth(),
        absent=False,
        why="Amazon's own key is used: anybody who may read the table can decrypt it.",
    ),
    Protection(
        type=_REPLICA,
        path="point_in_time_recovery",
        says="Restoring the replica to any moment",
        topic=Topic.RECOVERY,
        order=Truth(demanded=False),
        absent=False,
        why=_LOST,
    ),
)


def _tables(side: Side) -> Iterator[Fact]:
    """By which attribute the items of each table expire, and in which regions the table is."""
    for block in side.of_type(_TABLE):
        of_table = partial(Fact, subject=side.address(block), address=side.address(block))
        expires = truth(side.get(block, "ttl.enabled"))
        yield of_table(
            question="ttl",
            says="The attribute by which items expire",
            topic=Topic.RECOVERY,
            order=Kept(first=True, removal=False),
            value=side.get(block, "ttl.attribute_name") or "?" if expires else None,
            absent=None,
            why="DynamoDB deletes each item whose attribute lies in the past.",
        )
        replicas = blocks_in(side.get(block, "replica"))
        regions = [str(each.get("region_name")) for each in replicas]
        yield of_table(
            question="regions",
            says="Other regions that hold the table",
            topic=Topic.EXPOSURE,
            order=Members("grow"),
            value=regions,
            absent=(),
            why="All items leave the region, and the other region's rights and keys protect them.",
        )
        yield of_table(
            question="copies",
            says="Copies of the table in other regions",
            topic=Topic.RECOVERY,
            order=Members("shrink"),
            value=regions,
            absent=(),
            why="The copy is deleted, and no longer takes over.",
        )
        yield of_table(
            question="replicas that can be restored",
            says="Copies that can be restored to any moment",
            topic=Topic.RECOVERY,
            order=Members("shrink"),
            value=[str(each.get("region_name")) for each in replicas if truth(each.get("point_in_time_recovery"))],
            absent=(),
            why=_LOST,
        )


def _streams(side: Side) -> Iterator[Fact]:
    """What a stream of a table's changes contains."""
    for block in side.of_type(_TABLE):
        enabled = truth(at(block.attributes, "stream_enabled"))
        yield Fact(
            subject=side.address(block),
            question="stream",
            says="The stream of changes",
            topic=Topic.AVAILABILITY,
            order=Kept(),
            value=side.get(block, "stream_view_type") or "on" if enabled else None,
            absent=None,
            address=side.address(block),
            why="What reads the stream does not get what it got.",
        )


FINDERS: tuple[Finder, ...] = (
    keyed(_TABLE, "server_side_encryption.kms_key_arn"),
    keyed(_REPLICA, "kms_key_arn"),
    _tables,
    _streams,
)
