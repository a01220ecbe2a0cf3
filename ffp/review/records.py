"""What a stack keeps and renews: how long logs are kept, how often secrets and keys are renewed, what is recorded."""

from dataclasses import dataclass

from ffp.review.shown import counted
from ffp.review.side import Side, at, blocks_in
from ffp.stacks import SynthesisedBlock

_NEVER, _ENDLESS = "never", "without end"
_TRAILS = ("aws_flow_log", "aws_cloudtrail", "aws_config_configuration_recorder", "aws_guardduty_detector")
_YEAR = 365  # days; how often AWS renews a key unless told otherwise
_SUBJECTS = ("vpc_id", "subnet_id", "eni_id", "transit_gateway_id")
_PLACES = ("log_destination", "log_group_name", "s3_bucket_name", "cloud_watch_logs_group_arn")


@dataclass(frozen=True)
class Line:
    """One row of one side. `amount` is what must not become less; None cannot be compared."""

    cells: tuple[str, ...]
    address: str
    amount: float | None = None

    def is_less_than(self, other: "Line") -> bool:
        """Whether less is kept, or renewed less often, than in another row."""
        return self.amount is not None and other.amount is not None and self.amount < other.amount


def retention(side: Side) -> dict[str, Line]:
    """How long each log group and each bucket with access logs keeps what it gets."""
    found = {}
    for block in side.of_type("aws_cloudwatch_log_group"):
        days = _days(side.get(block, "retention_in_days"))
        key = "a key of its own" if block.attributes.get("kms_key_id") else "Amazon's"
        name = str(side.get(block, "name") or side.address(block))
        found[side.address(block)] = Line((name, _in_days(days), key), side.address(block), days or float("inf"))
    for block in _log_buckets(side):
        days = min((each for each in _expirations(side, block) if each), default=0)
        name = str(side.get(block, "bucket") or side.address(block))
        found[side.address(block)] = Line(
            (name, _in_days(days), "the bucket's"), side.address(block), days or float("inf")
        )
    return found


def _log_buckets(side: Side) -> list[SynthesisedBlock]:
    """The buckets to which something writes logs."""
    writers = (
        ("aws_s3_bucket_logging", "target_bucket"),
        ("aws_cloudwatch_log_delivery_destination", "delivery_destination_configuration.destination_resource_arn"),
        ("aws_cloudfront_distribution", "logging_config.bucket"),
        ("aws_flow_log", "log_destination"),
        ("aws_cloudtrail", "s3_bucket_name"),
        ("aws_lb", "access_logs.bucket"),
    )
    found = {
        bucket.address: bucket
        for type_, path in writers
        for block in side.of_type(type_)
        for bucket in side.owners(at(block.attributes, path), "aws_s3_bucket")
    }
    return list(found.values())


def _expirations(side: Side, bucket: SynthesisedBlock) -> list[int]:
    return [
        _days(at(rule, "expiration.days"))
        for block in side.of_type("aws_s3_bucket_lifecycle_configuration")
        if bucket in side.owners(block.attributes.get("bucket"), "aws_s3_bucket")
        for rule in blocks_in(side.get(block, "rule"))
        if rule.get("status", "Enabled") == "Enabled"
    ]


def rotation(side: Side) -> dict[str, Line]:
    """How often each secret and each key is renewed."""
    found = {}
    rotations = side.of_type("aws_secretsmanager_secret_rotation")
    for block in side.of_type("aws_secretsmanager_secret"):
        own = [each for each in rotations if block in side.blocks_of(each.attributes.get("secret_id"))]
        name = str(side.get(block, "name") or side.address(block))
        found[side.address(block)] = _renewed(side, name, block, own)
    for each in rotations:
        others = [
            block
            for block in side.blocks_of(each.attributes.get("secret_id"))
            if block.type != "aws_secretsmanager_secret"
        ]
        if others:
            name = f"{side.get(others[0], 'identifier') or side.address(others[0])}, of its master user"
            found[f"{side.address(others[0])} master"] = _renewed(side, name, each, [each])
    for block in side.of_type("aws_kms_key"):
        is_on = str(side.get(block, "enable_key_rotation")).lower() == "true"
        days = _days(side.get(block, "rotation_period_in_days")) or _YEAR
        name = str(side.get(block, "description") or side.address(block))
        cells = (name, f"every {counted(days, 'day')}" if is_on else _NEVER)
        found[side.address(block)] = Line(cells, side.address(block), -float(days) if is_on else float("-inf"))
    return found


def _renewed(side: Side, name: str, block: SynthesisedBlock, rotations: list[SynthesisedBlock]) -> Line:
    for each in rotations:
        days = _days(side.get(each, "rotation_rules.automatically_after_days"))
        expression = side.get(each, "rotation_rules.schedule_expression")
        words = f"every {counted(days, 'day')}" if days else str(expression or "as set")
        return Line((name, words), side.address(each), -float(days) if days else None)
    return Line((name, "not by a rotation"), side.address(block), float("-inf"))


def records(side: Side) -> dict[str, Line]:
    """What is recorded of traffic, of calls and of configurations."""
    found = {}
    for block in side.of_type(*_TRAILS):
        subject = next((side.named(value) for key in _SUBJECTS if (value := block.attributes.get(key))), None)
        places = [block.attributes.get(key) for key in _PLACES if block.attributes.get(key)]
        named = [side.named(place) for place in places]
        where = ", ".join(
            side.address(each) if each else str(side.resolved(place)) for each, place in zip(named, places, strict=True)
        )
        what = {
            "aws_flow_log": str(side.get(block, "traffic_type") or "ALL").lower(),
            "aws_cloudtrail": "all regions" if side.get(block, "is_multi_region_trail") else "one region",
        }.get(block.type, "as set")
        kind = block.type.removeprefix("aws_").replace("_", " ")
        of = side.address(subject) if subject else "the account"
        cells = (kind, of, f"{what} traffic" if "flow" in kind else what, where or "its own place")
        found[side.address(block)] = Line(cells, side.address(block))
    return found


def _days(value: object) -> int:
    try:
        return int(float(str(value)))
    except ValueError:
        return 0


def _in_days(days: int) -> str:
    return counted(days, "day") if days else _ENDLESS
