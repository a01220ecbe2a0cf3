"""What copies of databases promise: to stay in the account and the region, under its keys, and to be made."""

from collections.abc import Iterator

from ffp.review.concern import Topic
from ffp.review.facts.common import existing, is_address, key_of, name_of
from ffp.review.facts.fact import Amount, Fact, Finder, Members, Protection, Truth
from ffp.review.facts.orders import Unwanted
from ffp.review.side import Side

_COPIES = ("aws_db_snapshot_copy", "aws_rds_cluster_snapshot_copy")
_SNAPSHOTS = ("aws_db_snapshot", "aws_db_cluster_snapshot", *_COPIES)
_ELSEWHERE = "Whoever owns the other key or bucket decides who reads the whole database."
# Copies of a database's contents, with the attributes that say where they go.
_DESTINATIONS = (
    *((type_, "kms_key_id") for type_ in (*_COPIES, "aws_db_instance_automated_backups_replication")),
    ("aws_rds_export_task", "s3_bucket_name"),
    ("aws_rds_export_task", "kms_key_id"),
    ("aws_rds_integration", "target_arn"),
    ("aws_dynamodb_table_export", "s3_bucket"),
    ("aws_dynamodb_kinesis_streaming_destination", "stream_arn"),
)

PROTECTIONS: tuple[Protection, ...] = (
    *(
        Protection(
            type=type_,
            path="shared_accounts",
            says="Accounts with which the snapshot is shared",
            topic=Topic.EXPOSURE,
            order=Members("grow", wild=("all",), allowed=()),
            absent=(),
            why="Whoever has the account can restore the whole database there.",
        )
        for type_ in _SNAPSHOTS
    ),
    *(
        Protection(
            type=type_,
            path="destination_region",
            says="The other region to which the snapshot is copied",
            topic=Topic.EXPOSURE,
            order=Unwanted(),
            why="The whole database is then in a region with other rights and keys.",
        )
        for type_ in _COPIES
    ),
    Protection(
        type="aws_db_instance_automated_backups_replication",
        path="retention_period",
        says="Keeping backups in the other region",
        topic=Topic.RECOVERY,
        order=Amount("days"),
        absent=7,
        why="The database cannot be restored there to a moment before that.",
    ),
    Protection(
        type="aws_db_cluster_snapshot",
        path="storage_encrypted",
        says="Encryption at rest",
        topic=Topic.EXPOSURE,
        order=Truth(demanded=False),
        absent=True,
    ),
)


def _destinations(side: Side) -> Iterator[Fact]:
    """Where copies of a database's contents go that do not stay in the stack."""
    for type_, attribute in _DESTINATIONS:
        for block in side.of_type(type_):
            value = block.attributes.get(attribute)
            name = key_of(side, value) if "key" in attribute else name_of(side, value)
            buckets = side.owners(value, "aws_s3_bucket") if "bucket" in attribute else []
            yield Fact(
                subject=side.address(block),
                question=attribute,
                says="Where the copy goes outside of this stack",
                topic=Topic.EXPOSURE,
                order=Unwanted(),
                value=None if name is None or buckets or is_address(name) else name,
                absent=None,
                address=side.address(block),
                why=_ELSEWHERE,
            )


FINDERS: tuple[Finder, ...] = (
    _destinations,
    existing(
        {"aws_db_instance_automated_backups_replication": "Backups in another region"},
        Topic.RECOVERY,
        "If the region fails, the database is lost.",
        {"aws_db_instance_automated_backups_replication": "source_db_instance_arn"},
    ),
)
