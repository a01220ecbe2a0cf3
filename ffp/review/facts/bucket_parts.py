"""The parts of buckets: a resource for each in the provider of today, blocks of the bucket itself in older stacks."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ffp.review.facts.fact import ENDLESS, truth
from ffp.review.side import Side, at, blocks_in, values_in
from ffp.stacks import SynthesisedBlock

_BUCKET = "aws_s3_bucket"
# Types that write logs into a bucket, with the attribute that names it.
_LOGGING: Mapping[str, str] = {
    "aws_s3_bucket_logging": "target_bucket",
    "aws_cloudfront_distribution": "logging_config",
    "aws_cloudtrail": "s3_bucket_name",
    "aws_cloudwatch_log_delivery_destination": "delivery_destination_configuration",
    "aws_flow_log": "log_destination",
    "aws_lb": "access_logs",
    "aws_wafv2_web_acl_logging_configuration": "log_destination_configs",
}


@dataclass(frozen=True)
class Scope:
    """The objects to which a rule applies: those that fulfil each of its conditions."""

    prefix: str = ""
    tags: frozenset[tuple[str, str]] = frozenset()
    larger: float = 0  # bytes
    smaller: float = ENDLESS

    def contains(self, other: "Scope") -> bool:
        """Whether each object of the other scope is in this one, too."""
        return (
            other.prefix.startswith(self.prefix)
            and self.tags <= other.tags
            and self.larger <= other.larger
            and other.smaller <= self.smaller
        )

    def __str__(self) -> str:
        words = [f" for {self.prefix}"] if self.prefix else []
        words += [f" with {key}={value}" for key, value in sorted(self.tags)]
        words += [" of some sizes"] if (self.larger, self.smaller) != (0, ENDLESS) else []
        return "".join(words)


def scope_of(rule: Mapping[str, Any]) -> Scope:
    """The scope of a rule of a life cycle or a replication."""
    filter_ = at(rule, "filter")
    (conditions, *_) = blocks_in(filter_) or [{}]
    (both, *_) = blocks_in(conditions.get("and")) or [{}]
    every = {**conditions, **both}
    tags = {str(each.get("key")): each.get("value") for each in blocks_in(every.get("tag"))}
    for given in (rule.get("tags"), every.get("tags")):
        tags |= given if isinstance(given, Mapping) else {}
    return Scope(
        str(every.get("prefix") or rule.get("prefix") or ""),
        frozenset((key, str(value)) for key, value in tags.items()),
        _size(every.get("object_size_greater_than"), 0),
        _size(every.get("object_size_less_than"), ENDLESS),
    )


def _size(value: Any, default: float) -> float:
    try:
        return float(value or default)
    except (TypeError, ValueError):
        return default


def _old_lifecycle(rule: Mapping[str, Any]) -> dict[str, Any]:
    noncurrent = at(rule, "noncurrent_version_expiration.days")
    return {
        **rule,
        "status": "Enabled" if truth(rule.get("enabled")) else "Disabled",
        "noncurrent_version_expiration": {} if noncurrent is None else {"noncurrent_days": noncurrent},
    }


def _old_versioning(rule: Mapping[str, Any]) -> dict[str, Any]:
    mfa = "Enabled" if truth(rule.get("mfa_delete")) else "Disabled"
    return {"status": "Enabled" if truth(rule.get("enabled")) else "Suspended", "mfa_delete": mfa}


def _unchanged(rule: Mapping[str, Any]) -> dict[str, Any]:
    return dict(rule)


# By type, where its rules are, where an older stack has them in the bucket, and how to read those.
_PARTS: Mapping[str, tuple[str, str, Callable[[Mapping[str, Any]], dict[str, Any]]]] = {
    "aws_s3_bucket_cors_configuration": ("cors_rule", "cors_rule", _unchanged),
    "aws_s3_bucket_lifecycle_configuration": ("rule", "lifecycle_rule", _old_lifecycle),
    "aws_s3_bucket_logging": ("", "logging", _unchanged),
    "aws_s3_bucket_object_lock_configuration": ("rule", "object_lock_configuration.rule", _unchanged),
    "aws_s3_bucket_replication_configuration": ("rule", "replication_configuration.rules", _unchanged),
    "aws_s3_bucket_server_side_encryption_configuration": (
        "rule",
        "server_side_encryption_configuration.rule",
        _unchanged,
    ),
    "aws_s3_bucket_versioning": ("versioning_configuration", "versioning", _old_versioning),
    "aws_s3_bucket_website_configuration": ("", "website", _unchanged),
}


def parts(side: Side, type_: str) -> Iterator[tuple[SynthesisedBlock, SynthesisedBlock, list[dict[str, Any]]]]:
    """Each bucket that has a part of this type, with the block that says so and the part's rules."""
    path, inline, read = _PARTS[type_]
    for block in side.of_type(type_):
        for bucket in side.owners(block.attributes.get("bucket"), _BUCKET):
            yield bucket, block, blocks_in(side.get(block, path) if path else side.resolved(dict(block.attributes)))
    for bucket in side.of_type(_BUCKET):
        if rules := blocks_in(side.get(bucket, inline)):
            yield bucket, bucket, [read(rule) for rule in rules]


def part(side: Side, type_: str) -> Iterator[tuple[SynthesisedBlock, SynthesisedBlock, dict[str, Any]]]:
    """Each bucket, with the block that makes its part of this type and the part's first rule; both may be missing."""
    found = {bucket.address: (block, rules) for bucket, block, rules in parts(side, type_)}
    for bucket in side.of_type(_BUCKET):
        block, rules = found.get(bucket.address, (bucket, []))
        yield bucket, block, rules[0] if rules else {}


def receives_logs(side: Side, bucket: SynthesisedBlock) -> bool:
    """Whether a service of AWS writes logs into a bucket of this stack."""
    return any(
        bucket in side.owners(value, _BUCKET)
        for type_, attribute in _LOGGING.items()
        for block in side.of_type(type_)
        for value in values_in(block.attributes.get(attribute))
    )
