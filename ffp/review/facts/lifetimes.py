"""How long buckets keep objects and their old versions, and which objects take hours to read."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ffp.review.concern import Topic
from ffp.review.facts.bucket_parts import Scope, parts, receives_logs, scope_of
from ffp.review.facts.fact import ENDLESS, Fact
from ffp.review.side import Side, at, blocks_in, values_in

_GONE = "What is older is deleted, and cannot be restored."
_SLOW = {"GLACIER": 1, "DEEP_ARCHIVE": 2, "ARCHIVE_ACCESS": 1, "DEEP_ARCHIVE_ACCESS": 2}
_ONE_ZONE = {"ONEZONE_IA": 1}


@dataclass(frozen=True)
class _Step:
    """What a rule does with objects of an age: it deletes them, or moves them to another class of storage.

    `kept` newest old versions are left alone. `since` is the day on which a rule with a date begins, else empty.
    `depth` orders the classes of storage: a higher one is harder to read from.
    """

    scope: Scope
    days: float
    kept: float = 0
    since: str = ""
    depth: int = 0

    def covers(self, other: "_Step") -> bool:
        """Whether the other step does nothing that this one does not already do."""
        return (
            self.scope.contains(other.scope)
            and self.days <= other.days
            and self.kept <= other.kept
            and self.since <= other.since
            and self.depth >= other.depth
        )

    def __str__(self) -> str:
        when = f"since {self.since[:10]}" if self.since else f"{self.days:g} days"
        kept = f", the newest {self.kept:g} for ever" if self.kept else ""
        return f"{when}{kept}{self.scope}"


@dataclass(frozen=True)
class Steps:
    """What rules do with objects: none may begin earlier than before, or reach further. `never` are words for none."""

    never: str = "without end"

    def is_worse(self, before: Any, after: Any) -> bool:
        return any(not any(old.covers(new) for old in values_in(before)) for new in values_in(after))

    def is_unfit(self, value: Any) -> bool:
        return False

    def shown(self, value: Any) -> str:
        return "; ".join(sorted(map(str, values_in(value)))) or self.never


def lifetimes(side: Side) -> Iterator[Fact]:
    """How long each bucket keeps objects and their old versions, for each part of it that a rule names."""
    for bucket, block, rules in parts(side, "aws_s3_bucket_lifecycle_configuration"):
        for question, says, read in (
            ("objects", "Keeping objects", _deletion),
            ("old versions", "Keeping old versions", _old_versions),
        ):
            yield Fact(
                subject=side.address(bucket),
                question=f"lifetime of {question}",
                says=says,
                topic=Topic.RECOVERY,
                order=Steps(),
                value=_steps(rules, read),
                absent=(),
                address=side.address(block),
                why=_GONE,
            )


def moves(side: Side) -> Iterator[Fact]:
    """Which objects each bucket moves to storage that takes hours to read from, or that exists in one zone only.

    A bucket that only receives logs may do the first: nobody waits for them.
    """
    for bucket, block, rules in parts(side, "aws_s3_bucket_lifecycle_configuration"):
        for question, topic, says, why, classes in (
            (
                "slow storage",
                Topic.AVAILABILITY,
                "Objects that must be restored for hours before they can be read",
                "Viewers and functions get an error for each of them.",
                {} if receives_logs(side, bucket) else _SLOW,
            ),
            (
                "one zone",
                Topic.RECOVERY,
                "Objects that exist in one zone only",
                "If the zone is destroyed, they are lost.",
                _ONE_ZONE,
            ),
        ):
            yield Fact(
                subject=side.address(bucket),
                question=question,
                says=says,
                topic=topic,
                order=Steps("none"),
                value=_steps(rules, partial(_transitions, classes=classes)),
                absent=(),
                address=side.address(block),
                why=why,
            )


def tiers(side: Side) -> Iterator[Fact]:
    """Which objects each bucket's intelligent tiering puts where reading them takes hours."""
    for block in side.of_type("aws_s3_bucket_intelligent_tiering_configuration"):
        for bucket in side.owners(block.attributes.get("bucket"), "aws_s3_bucket"):
            configuration = side.resolved(dict(block.attributes))
            steps = [
                _Step(scope_of(configuration), _number(tier.get("days")) or 0, depth=depth)
                for tier in blocks_in(configuration.get("tiering"))
                if (depth := _SLOW.get(str(tier.get("access_tier")))) is not None
            ]
            yield Fact(
                subject=side.address(bucket),
                question=f"tiering {configuration.get('name')}",
                says="Objects that must be restored for hours before they can be read",
                topic=Topic.AVAILABILITY,
                order=Steps("none"),
                value=steps if configuration.get("status", "Enabled") == "Enabled" else (),
                absent=(),
                address=side.address(block),
                why="Viewers and functions get an error for each of them.",
            )


def _steps(rules: list[dict[str, Any]], read: Callable[[Mapping[str, Any]], Iterator[_Step]]) -> tuple[_Step, ...]:
    return tuple(step for rule in rules if rule.get("status", "Enabled") == "Enabled" for step in read(rule))


def _deletion(rule: Mapping[str, Any]) -> Iterator[_Step]:
    days, date = _number(at(rule, "expiration.days")), at(rule, "expiration.date")
    if days:
        yield _Step(scope_of(rule), days)
    elif date:
        yield _Step(scope_of(rule), 0, since=str(date))


def _old_versions(rule: Mapping[str, Any]) -> Iterator[_Step]:
    ends = at(rule, "noncurrent_version_expiration")
    kept = _number(at(ends, "newer_noncurrent_versions")) or 0
    days = _number(at(ends, "noncurrent_days"))
    if days is not None or kept:
        yield _Step(scope_of(rule), days or 0, kept)


def _transitions(rule: Mapping[str, Any], classes: Mapping[str, int]) -> Iterator[_Step]:
    for each in blocks_in(rule.get("transition")):
        if (depth := classes.get(str(each.get("storage_class")))) is not None:
            yield _Step(scope_of(rule), _number(each.get("days")) or 0, since=str(each.get("date") or ""), depth=depth)


def _number(value: Any) -> float | None:
    """A number, also from a text; one that cannot be read counts as 0, and nothing as None."""
    if value in (None, ""):
        return None
    try:
        return min(float(value), ENDLESS)
    except (TypeError, ValueError):
        return 0
