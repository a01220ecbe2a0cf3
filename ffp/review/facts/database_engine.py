"""What the engines of databases promise: a version with updates, no leap between versions, a valid certificate."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ffp.review.concern import Topic
from ffp.review.facts.fact import Fact, Finder, Protection, Ranked, Truth, in_words
from ffp.review.side import Side

_INSTANCE, _CLUSTER, _MEMBER = "aws_db_instance", "aws_rds_cluster", "aws_rds_cluster_instance"
_DATABASES = (_INSTANCE, _CLUSTER)
_NUMBERS = re.compile(r"\d+")
_EXPIRED_AUTHORITIES = frozenset({"rds-ca-2015", "rds-ca-2019"})

PROTECTIONS: tuple[Protection, ...] = (
    *(
        each
        for type_ in _DATABASES
        for each in (
            Protection(
                type=type_,
                path="engine_lifecycle_support",
                says="The end of support",
                topic=Topic.EXPOSURE,
                order=Ranked(("open-source-rds-extended-support", "open-source-rds-extended-support-disabled")),
                absent="open-source-rds-extended-support",
                why="A version that is no longer supported goes on running, for a fee, instead of being upgraded.",
            ),
            Protection(
                type=type_,
                path="allow_major_version_upgrade",
                says="Permission for upgrades between major versions",
                topic=Topic.AVAILABILITY,
                order=Truth(wanted=False, demanded=False),
                absent=False,
                why="A deploy may upgrade the engine, which stops the database and cannot be undone.",
            ),
        )
    ),
    *(
        Protection(
            type=type_,
            path="auto_minor_version_upgrade",
            says="Automatic minor upgrades",
            topic=Topic.EXPOSURE,
            order=Truth(demanded=False),
            absent=True,
            why="Security updates of the engine wait for somebody to install them.",
        )
        for type_ in (_INSTANCE, _MEMBER)
    ),
    *(
        Protection(
            type=type_,
            path=path,
            says="A certificate that clients can check",
            topic=Topic.EXPOSURE,
            order=Truth(words=("of an authority that has ended", "yes")),
            absent=True,
            why="Clients that check it can no longer connect, or no longer check it.",
            read=lambda name: str(name) not in _EXPIRED_AUTHORITIES,
        )
        for type_, path in (
            (_INSTANCE, "ca_cert_identifier"),
            (_CLUSTER, "ca_certificate_identifier"),
            (_MEMBER, "ca_cert_identifier"),
        )
    ),
)


@dataclass(frozen=True)
class _Version:
    """A version of an engine. AWS installs no older one over a newer one, and undoes no major upgrade."""

    major: int  # how many numbers make a major version

    def is_worse(self, before: Any, after: Any) -> bool:
        old, new = (tuple(map(int, _NUMBERS.findall(str(each)))) for each in (before, after))
        common = min(len(old), len(new))  # 17 allows each 17.x
        return bool(old and new) and (new[:common] < old[:common] or new[: self.major] > old[: self.major])

    def is_unfit(self, value: Any) -> bool:
        return False

    def shown(self, value: Any) -> str:
        return in_words(value)


def _versions(side: Side) -> Iterator[Fact]:
    """The version of each database's engine, of which an older one and a new major one need a look."""
    for block in side.of_type(*_DATABASES, "aws_rds_global_cluster"):
        engine, version = str(side.get(block, "engine")), str(side.get(block, "engine_version") or "")
        is_single = "postgres" in engine and not version.startswith("9.")
        yield Fact(
            subject=side.address(block),
            question="engine's version",
            says="The engine's version",
            topic=Topic.AVAILABILITY,
            order=_Version(1 if is_single else 2),
            value=version,
            absent="",
            address=side.address(block),
            why="No older version can be installed over a newer one. A major upgrade stops the database, cannot be "
            "undone, and may refuse what statements and extensions relied on.",
        )


FINDERS: tuple[Finder, ...] = (_versions,)
