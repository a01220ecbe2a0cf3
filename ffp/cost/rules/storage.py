"""Prices of buckets."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from ffp.cost import assumptions as assumed
from ffp.cost.month import DAYS, DAYS_OF_ENDLESS_LOGS, Month, gb, number
from ffp.cost.use import Rule, Use, fixed
from ffp.cost.view import Block, View, blocks_in, is_of_exports, share


def _bucket(block: Block, view: View, month: Month) -> Iterator[Use]:
    if not view.functions:
        yield Use("s3.standard_gb", assumed.ADMINISTRATION_GB.value, "state, or its access logs")
    elif is_of_exports(block):
        yield from _exports(block, view, month)
    elif block in view.data_buckets:
        yield from _data(block, view, month)
    else:
        yield from _logs(block, view, month)


def _data(block: Block, view: View, month: Month) -> Iterator[Use]:
    """Objects lie in Standard until the life cycle moves them. Old versions stay where they were."""
    part = share(len(view.data_buckets))
    stored, uploaded = month.stored_gb * part, month.uploaded_gb * part
    days, colder = _transition(block, view)
    moved = max(Decimal(0), stored - uploaded * days / DAYS) if colder else Decimal(0)
    versions = stored * assumed.REPLACED_PERCENT.value / 100 * _version_days(block, view) / DAYS
    yield Use("s3.standard_gb", stored - moved, "objects")
    if colder:
        yield Use(f"s3.{colder}_gb", moved, "objects that the life cycle moved")
    yield Use("s3.standard_gb", versions, "old versions")
    yield Use("s3.put", month.uploads * part, "uploads")
    if colder and uploaded:
        yield Use(f"s3.{colder}_put", month.uploads * part, "moves by the life cycle")
    if block.address in view.media_buckets:
        share_of_media = share(len(view.media_buckets))
        fetched = month.delivered_gb * month.miss * share_of_media
        yield Use("s3.get", month.deliveries * month.miss * share_of_media, "fetches by CloudFront")
        if colder and stored:
            yield Use(f"s3.{colder}_retrieved_gb", fetched * moved / stored, "fetches of objects that were moved")


def _exports(block: Block, view: View, month: Month) -> Iterator[Use]:
    """One export a day, each kept until it expires, and then as an old version."""
    kept = _expiry(block, view) + _version_days(block, view)
    yield Use("s3.standard_gb", gb(month.users * assumed.EXPORT_KB.value) * kept, "exports of the user pool")
    yield fixed("s3.put", 3 * DAYS, "an export a day: begun, written, completed")


def _logs(block: Block, view: View, month: Month) -> Iterator[Use]:
    if block.address in view.edge_buckets:
        api = month.requests if view.forwards_to_api else Decimal(0)
        monthly = gb((month.deliveries + api) * assumed.EDGE_LOG_KB.value) * share(len(view.edge_buckets))
    else:
        requests = month.deliveries * month.miss + month.uploads
        monthly = gb(requests * assumed.BUCKET_LOG_KB.value) * share(len(view.log_buckets - view.edge_buckets))
    yield Use("s3.standard_gb", monthly * _expiry(block, view) / DAYS, "logs until they expire")


def _expiry(block: Block, view: View) -> Decimal:
    """Days for which objects are kept."""
    days = (number(each["days"]) for each in _in_rules(block, view, "expiration") if each.get("days"))
    return next(days, Decimal(DAYS_OF_ENDLESS_LOGS))


def _transition(block: Block, view: View) -> tuple[Decimal, str]:
    """The days after which the life cycle moves objects, and the class in the book's words; no class for none."""
    for each in _in_rules(block, view, "transition"):
        return number(each.get("days", 0)), str(each["storage_class"]).lower()
    return Decimal(0), ""


def _version_days(block: Block, view: View) -> Decimal:
    """Days for which old versions are kept."""
    versioned = view.parts_of(block, "aws_s3_bucket_versioning", "bucket")
    if not any("Enabled" in str(each.attributes.get("versioning_configuration")) for each in versioned):
        return Decimal(0)
    kept = [number(each["noncurrent_days"]) for each in _in_rules(block, view, "noncurrent_version_expiration")]
    return min(kept, default=Decimal(DAYS_OF_ENDLESS_LOGS))


def _in_rules(block: Block, view: View, name: str) -> list[dict[str, Any]]:
    configurations = view.parts_of(block, "aws_s3_bucket_lifecycle_configuration", "bucket")
    rules = [rule for each in configurations for rule in blocks_in(each.attributes.get("rule"))]
    return [inner for rule in rules if rule.get("status") != "Disabled" for inner in blocks_in(rule.get(name))]


def _scan(block: Block, view: View, month: Month) -> Iterator[Use]:
    """Each upload once, and nothing that was there before."""
    part = share(len(view.data_buckets))
    yield Use("guardduty.scanned_gb", month.uploaded_gb * part, "uploads scanned for malware")
    yield Use("guardduty.scanned_object", month.uploads * part, "uploads scanned for malware")


RULES: Mapping[str, Rule] = {"aws_guardduty_malware_protection_plan": _scan, "aws_s3_bucket": _bucket}
