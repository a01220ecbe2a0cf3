"""Where the objects of buckets, their names, or news of them are sent."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ffp.review.concern import Topic
from ffp.review.facts.bucket_parts import Scope, parts, scope_of
from ffp.review.facts.common import is_address, key_of, name_of
from ffp.review.facts.fact import Fact, Finder, Members
from ffp.review.facts.orders import Letting
from ffp.review.facts.values import function_of
from ffp.review.side import Side, at, blocks_in, values_in

_BUCKET = "aws_s3_bucket"
# Reports about a bucket's objects, with the path of the bucket that receives them.
_REPORTS: Mapping[str, str] = {
    "aws_s3_bucket_analytics_configuration": (
        "storage_class_analysis.data_export.destination.s3_bucket_destination.bucket_arn"
    ),
    "aws_s3_bucket_inventory": "destination.bucket.bucket_arn",
}


@dataclass(frozen=True)
class _Copy:
    """Objects that are copied to a bucket."""

    target: str
    scope: Scope
    with_encrypted: bool  # whether objects under a key of ours are copied, too

    def covers(self, other: "_Copy") -> bool:
        """Whether this one copies all that the other does."""
        same = self.target == other.target and self.with_encrypted >= other.with_encrypted
        return same and self.scope.contains(other.scope)

    def __str__(self) -> str:
        return f"{self.target}{self.scope}{'' if self.with_encrypted else ' without encrypted objects'}"


@dataclass(frozen=True)
class _Copies:
    """Copies of objects, of which none may be missing."""

    def is_worse(self, before: Any, after: Any) -> bool:
        return any(not any(new.covers(old) for new in values_in(after)) for old in values_in(before))

    def is_unfit(self, value: Any) -> bool:
        return False

    def shown(self, value: Any) -> str:
        return "; ".join(sorted(map(str, values_in(value)))) or "none"


def _replications(side: Side) -> Iterator[Fact]:
    """The buckets to which each bucket is copied: a copy is a protection in the own account, and a leak elsewhere."""
    for bucket, block, rules in parts(side, "aws_s3_bucket_replication_configuration"):
        enabled = [rule for rule in rules if rule.get("status", "Enabled") == "Enabled"]
        copies = [
            _Copy(
                name_of(side, at(rule, "destination.bucket")) or "",
                scope_of(rule),
                at(rule, "source_selection_criteria.sse_kms_encrypted_objects.status") == "Enabled",
            )
            for rule in enabled
        ]
        of_bucket = partial(Fact, subject=side.address(bucket), address=side.address(block), absent=())
        yield of_bucket(
            question="copies",
            says="Objects that are copied to another bucket",
            topic=Topic.RECOVERY,
            order=_Copies(),
            value=copies,
            why="The loss of this bucket is the loss of what was no longer copied.",
        )
        yield of_bucket(
            question="copies elsewhere",
            says="Buckets outside of this stack to which objects are copied",
            topic=Topic.EXPOSURE,
            order=Members("grow", allowed=()),
            value=[each.target for each in copies if not is_address(each.target)],
            why="Whoever owns that bucket reads every new object.",
        )
        yield of_bucket(
            question="copies' owners",
            says="Accounts that own the copies",
            topic=Topic.EXPOSURE,
            order=Members("grow", allowed=(side.account,)),
            value=[
                str(at(rule, "destination.account") or at(rule, "destination.account_id") or "the bucket's owner")
                for rule in enabled
                if at(rule, "destination.access_control_translation")
            ],
            why="Another account decides who reads the copies.",
        )
        keys = [
            at(rule, "destination.encryption_configuration.replica_kms_key_id")
            or at(rule, "destination.replica_kms_key_id")
            for rule in enabled
        ]
        yield of_bucket(
            question="copies' keys",
            says="Keys of the copies that are not in this stack",
            topic=Topic.EXPOSURE,
            order=Members("grow"),
            value=[name for key in keys if (name := key_of(side, key)) and not is_address(name)],
            why="Whoever owns the key decides who reads the copies.",
        )


def _reports(side: Side) -> Iterator[Fact]:
    """Where reports with the names of objects go."""
    for type_, path in _REPORTS.items():
        for block in side.of_type(type_):
            for bucket in side.owners(block.attributes.get("bucket"), _BUCKET):
                target = name_of(side, side.get(block, path)) or ""
                yield Fact(
                    subject=side.address(bucket),
                    question=f"{type_} {side.get(block, 'name')}",
                    says="Buckets outside of this stack that receive the names of objects",
                    topic=Topic.EXPOSURE,
                    order=Members("grow", allowed=()),
                    value=() if not target or is_address(target) else (target,),
                    absent=(),
                    address=side.address(block),
                    why="Names of objects tell whose they are and what they contain.",
                )


def _notifications(side: Side) -> Iterator[Fact]:
    """Who is notified of each bucket's objects."""
    for block in side.of_type("aws_s3_bucket_notification"):
        receivers = [
            function_of(side, each.get("lambda_function_arn")) for each in _several(side, block, "lambda_function")
        ]
        receivers += [name_of(side, each.get("queue_arn")) or "" for each in _several(side, block, "queue")]
        receivers += [name_of(side, each.get("topic_arn")) or "" for each in _several(side, block, "topic")]
        receivers += ["EventBridge"] if str(side.get(block, "eventbridge")).lower() == "true" else []
        for bucket in side.owners(block.attributes.get("bucket"), _BUCKET):
            of_bucket = partial(Fact, subject=side.address(bucket), address=side.address(block), absent=())
            yield of_bucket(
                question="notified",
                says="Who is notified of new objects",
                topic=Topic.AVAILABILITY,
                order=Members("shrink"),
                value=receivers,
                why="What was done with each new object is no longer done.",
            )
            yield of_bucket(
                question="notified strangers",
                says="Who is notified of objects outside of this stack",
                topic=Topic.EXPOSURE,
                order=Letting(frozenset({"EventBridge"}), lambda each: each != "EventBridge"),
                value=[each for each in receivers if not is_address(each)],
                why="Each notification contains the object's name.",
            )


def _several(side: Side, block: Any, attribute: str) -> list[dict[str, Any]]:
    return blocks_in(side.get(block, attribute))


FINDERS: tuple[Finder, ...] = (_replications, _reports, _notifications)
