"""What a cluster of databases promises beyond what each database does: a second member, no way in by HTTP."""

from collections.abc import Iterator

from ffp.review.concern import Topic
from ffp.review.facts.common import existing
from ffp.review.facts.fact import Amount, Fact, Finder, Members, Protection, Truth
from ffp.review.side import Side, at, values_in

_CLUSTER, _MEMBER, _GLOBAL = "aws_rds_cluster", "aws_rds_cluster_instance", "aws_rds_global_cluster"

PROTECTIONS: tuple[Protection, ...] = (
    *(
        Protection(
            type=type_,
            path="publicly_accessible",
            says="A public address",
            topic=Topic.EXPOSURE,
            order=Truth(wanted=False),
            absent=False,
            why="The database has an address on the internet; only security groups stand before it.",
        )
        for type_ in ("aws_db_instance", _MEMBER, "aws_rds_shard_group")
    ),
    Protection(
        type=_CLUSTER,
        path="backtrack_window",
        says="Winding the cluster back",
        topic=Topic.RECOVERY,
        order=Amount("seconds"),
        absent=0,
        why="A mistake must be undone by restoring another cluster.",
    ),
    Protection(
        type=_CLUSTER,
        path="enable_http_endpoint",
        says="Statements by HTTP",
        topic=Topic.EXPOSURE,
        order=Truth(wanted=False, demanded=False),
        absent=False,
        why="Whoever has the right in IAM can run statements from anywhere, past the network's rules.",
    ),
    Protection(
        type=_GLOBAL,
        path="deletion_protection",
        says="The protection from deletion",
        topic=Topic.RECOVERY,
        order=Truth(),
        absent=False,
        why="Whoever may delete the database can do so in one call.",
    ),
    Protection(
        type=_GLOBAL,
        path="force_destroy",
        says="Detaching all clusters when it is deleted",
        topic=Topic.RECOVERY,
        order=Truth(wanted=False),
        absent=False,
        why="The clusters then no longer have a copy in another region.",
    ),
    Protection(
        type="aws_rds_instance_state",
        path="state",
        says="The running of the database",
        topic=Topic.AVAILABILITY,
        order=Truth(words=("stopped", "on")),
        absent=True,
        why="Nothing can connect to it.",
        read=lambda state: state != "stopped",
    ),
    Protection(
        type="aws_db_option_group",
        path="option",
        says="The engine's options, such as encryption or an audit,",
        topic=Topic.EXPOSURE,
        order=Members("shrink"),
        absent=(),
        read=lambda options: [str(each.get("option_name")) for each in values_in(options) if isinstance(each, dict)],
    ),
)


def _members(side: Side) -> Iterator[Fact]:
    """Whether each cluster has a member that can take over."""
    for cluster in side.of_type(_CLUSTER):
        members = [
            block
            for block in side.of_type(_MEMBER)
            if cluster in side.owners(block.attributes.get("cluster_identifier"), _CLUSTER)
        ]
        if members:
            yield Fact(
                subject=side.address(cluster),
                question="members",
                says="A second member that takes over",
                topic=Topic.AVAILABILITY,
                order=Truth(demanded=False),
                value=sum(_count(at(block.attributes, "count")) for block in members) > 1,
                absent=False,
                address=side.address(cluster),
                why="If the only member fails, the database is down until another one is made.",
            )


def _count(value: object) -> int:
    return int(value) if isinstance(value, int | float) or str(value).isdigit() else 1  # type: ignore[call-overload]


FINDERS: tuple[Finder, ...] = (
    _members,
    existing(
        {"aws_rds_cluster_activity_stream": "The stream of what is done in the database"},
        Topic.WATCHING,
        "Nobody can later tell who did what.",
    ),
)
