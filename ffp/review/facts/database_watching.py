"""How databases are watched: figures, logs, and news of what RDS does with them."""

from collections.abc import Iterator
from functools import partial

from ffp.review.concern import Topic
from ffp.review.facts.common import existing, is_address, name_of
from ffp.review.facts.fact import Amount, Fact, Finder, Members, Protection, Ranked, Truth
from ffp.review.facts.orders import Kept
from ffp.review.side import Side

_DATABASES = ("aws_db_instance", "aws_rds_cluster")
_SLOW = "Nobody can later see which statements were slow."


def _figures(type_: str) -> tuple[Protection, ...]:
    """The figures that RDS records of a database, or of a member of a cluster."""
    one = partial(Protection, type=type_, topic=Topic.WATCHING)
    return (
        one(
            path="performance_insights_enabled",
            says="Performance Insights",
            order=Truth(demanded=False),
            absent=False,
            why=_SLOW,
        ),
        one(
            path="performance_insights_retention_period",
            says="Keeping the figures of Performance Insights",
            order=Amount("days"),
            absent=7,
            why=_SLOW,
        ),
        one(
            path="monitoring_interval",
            says="Enhanced monitoring",
            order=Truth(demanded=False),
            absent=False,
            why="The host's own figures, such as free memory by process, are no longer recorded.",
            read=lambda seconds: str(seconds) != "0",
        ),
    )


def _records(type_: str) -> tuple[Protection, ...]:
    """What else a database records."""
    one = partial(Protection, type=type_, topic=Topic.WATCHING)
    return (
        one(
            path="enabled_cloudwatch_logs_exports",
            says="The logs that the database exports",
            order=Members("shrink"),
            absent=(),
            why="What happened in the database cannot be looked up or raise an alarm.",
        ),
        one(
            path="database_insights_mode",
            says="Database Insights",
            order=Ranked(("standard", "advanced")),
            absent="standard",
            why=_SLOW,
        ),
    )


PROTECTIONS: tuple[Protection, ...] = (
    *(each for type_ in (*_DATABASES, "aws_rds_cluster_instance") for each in _figures(type_)),
    *(each for type_ in _DATABASES for each in _records(type_)),
)


def _news(side: Side) -> Iterator[Fact]:
    """Which news of databases somebody receives."""
    for block in side.of_type("aws_db_event_subscription"):
        topic = name_of(side, block.attributes.get("sns_topic"))
        enabled = str(side.get(block, "enabled")).lower() != "false"
        address = side.address(block)
        yield Fact(
            subject=address,
            question="enabled",
            says="News of the database",
            topic=Topic.WATCHING,
            order=Truth(),
            value=enabled,
            absent=True,
            address=address,
            why="Nobody learns of failovers, full storage and missing backups.",
        )
        yield Fact(
            subject=address,
            question="receiver",
            says="Who receives news of the database",
            topic=Topic.WATCHING,
            order=Kept(),
            value=topic,
            absent=None,
            address=address,
            why="Whoever did, does no longer." if topic and is_address(topic) else "Somebody else does.",
        )


FINDERS: tuple[Finder, ...] = (
    _news,
    existing({"aws_db_event_subscription": "News of the database"}, Topic.WATCHING, "Nobody learns of failovers."),
)
