"""What logs, metrics and traces promise: kept for long enough, encrypted, read by filters, and sent to nobody else."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from ffp.review.concern import Topic
from ffp.review.facts import budgets, trails
from ffp.review.facts.common import Receivers, keyed, name_of, named, promise
from ffp.review.facts.fact import STACK, Amount, Fact, Finder, Protection, Ranked, Truth
from ffp.review.facts.orders import Kept, Unwanted
from ffp.review.facts.patterns import covers
from ffp.review.side import Side, blocks_in, values_in
from ffp.stacks import SynthesisedBlock

_GROUP = "aws_cloudwatch_log_group"
_group = partial(Protection, type=_GROUP)
_FEWER_TRACES = "Fewer calls are traced, so that rare failures leave no trace."

PROTECTIONS: tuple[Protection, ...] = (
    _group(
        path="retention_in_days",
        says="Keeping log lines",
        topic=Topic.WATCHING,
        order=Amount("days", endless=(None, 0, "0")),
        why="Older lines are deleted, and with them the traces of what somebody did.",
    ),
    _group(
        path="log_group_class",
        says="The class of the log group",
        topic=Topic.WATCHING,
        order=Ranked(("DELIVERY", "INFREQUENT_ACCESS", "STANDARD")),
        absent="STANDARD",
        why="Metric filters, alarms on them and subscriptions work with the class STANDARD only.",
    ),
    _group(
        path="skip_destroy",
        says="Keeping the lines of a log group that is removed",
        topic=Topic.RECOVERY,
        order=Truth(demanded=False),
        absent=False,
        why="The lines are deleted together with the resource.",
    ),
    Protection(
        type="aws_xray_encryption_config",
        path="type",
        says="The encryption of traces",
        topic=Topic.EXPOSURE,
        order=Ranked(("NONE", "KMS")),
        absent="NONE",
        why="Whoever may read traces can then read them without a key.",
    ),
    *(
        Protection(
            type="aws_xray_sampling_rule",
            path=path,
            says=says,
            topic=Topic.WATCHING,
            order=Amount(),
            absent=0,
            why=_FEWER_TRACES,
        )
        for path, says in (("fixed_rate", "The share of traced calls"), ("reservoir_size", "Calls traced each second"))
    ),
    Protection(
        type="aws_cloudwatch_log_anomaly_detector",
        path="enabled",
        says="The search for unusual lines",
        topic=Topic.WATCHING,
        order=Truth(demanded=False),
        absent=False,
        why="Nobody is told of lines that were never seen before.",
    ),
    Protection(
        type="aws_synthetics_canary",
        path="start_canary",
        says="The canary",
        topic=Topic.WATCHING,
        order=Truth(demanded=False),
        absent=False,
        why="Nobody notices from outside that the service does not answer.",
    ),
    Protection(
        type="aws_cloudwatch_metric_stream",
        path="firehose_arn",
        says="The stream of metrics",
        topic=Topic.EXPOSURE,
        order=Unwanted(),
        why="Whoever owns the stream reads all metrics.",
    ),
    Protection(
        type="aws_oam_link",
        path="sink_identifier",
        says="The link that shows logs and metrics to another account",
        topic=Topic.EXPOSURE,
        order=Unwanted(),
        why="Whoever owns the other account reads them.",
    ),
)


@dataclass(frozen=True)
class _Counted:
    """What a metric filter counts: the lines that match a pattern, with a value for each."""

    pattern: str
    value: str

    def __str__(self) -> str:
        return f"{self.pattern or 'every line'} as {self.value}"


@dataclass(frozen=True)
class _Counting:
    """What is counted of a log group's lines. Nothing that was counted must be missing."""

    def is_worse(self, before: Any, after: Any) -> bool:
        return not all(
            any(each.value == old.value and covers(each.pattern, old.pattern) for each in values_in(after))
            for old in values_in(before)
        )

    def is_unfit(self, value: Any) -> bool:
        return False

    def shown(self, value: Any) -> str:
        return ", ".join(sorted(map(str, values_in(value)))) or "nothing"


def _filters(side: Side) -> Iterator[Fact]:
    """What metric filters count of each log group's lines."""
    for group, blocks in _by_group(side, "aws_cloudwatch_log_metric_filter"):
        counted = [
            _Counted(str(side.get(block, "pattern") or "").strip(), str(each.get("value")))
            for block in blocks
            for each in blocks_in(side.get(block, "metric_transformation"))
        ]
        why = "The metric is written no longer: alarms on it see nothing, and take it for a good sign."
        yield promise(
            side,
            blocks[0],
            "counted lines",
            "What is counted of the lines",
            Topic.WATCHING,
            _Counting(),
            counted,
            why,
            absent=(),
            subject=group,
        )


def _subscriptions(side: Side) -> Iterator[Fact]:
    """Who receives each log group's lines."""
    for group, blocks in _by_group(side, "aws_cloudwatch_log_subscription_filter"):
        receivers = [
            name for each in blocks if (name := name_of(side, each.attributes.get("destination_arn"))) is not None
        ]
        counted = [
            _Counted(str(side.get(each, "pattern") or side.get(each, "filter_pattern") or "").strip(), receiver)
            for each, receiver in zip(blocks, receivers, strict=False)
        ]
        why = "Whoever owns the destination reads the lines."
        strangers = Receivers(may_leave=True)
        yield promise(
            side,
            blocks[0],
            "readers",
            "Who else gets the lines",
            Topic.EXPOSURE,
            strangers,
            receivers,
            why,
            absent=(),
            subject=group,
        )
        yield promise(
            side,
            blocks[0],
            "sent lines",
            "Who gets the lines",
            Topic.WATCHING,
            _Counting(),
            counted,
            "What reads the lines there, such as a search for attacks, gets them no longer.",
            absent=(),
            subject=group,
        )


def _by_group(side: Side, type_: str) -> Iterator[tuple[str, list[SynthesisedBlock]]]:
    """The blocks of a type by the address of their log group, or by its name if the stack does not have it."""
    groups = {str(side.get(each, "name")): side.address(each) for each in side.of_type(_GROUP)}
    found: dict[str, list[SynthesisedBlock]] = {}
    for block in side.of_type(type_):
        own = side.named(block.attributes.get("log_group_name"))
        name = str(side.get(block, "log_group_name"))
        found.setdefault(side.address(own) if own else groups.get(name, STACK), []).append(block)
    yield from found.items()


def _masks(side: Side) -> Iterator[Fact]:
    """Which policies mask personal data, of a log group or of the whole account, and which forward all lines."""
    for group, blocks in _by_group(side, "aws_cloudwatch_log_data_protection_policy"):
        why = "Personal data is readable in the lines."
        policies = [side.get(block, "policy_document") for block in blocks]
        yield promise(
            side, blocks[0], "masks", "Masking personal data", Topic.EXPOSURE, Kept(), policies, why, subject=group
        )
    for block in side.of_type("aws_cloudwatch_log_account_policy"):
        is_mask = side.get(block, "policy_type") == "DATA_PROTECTION_POLICY"
        why = "Personal data is readable in the lines." if is_mask else "The lines of all log groups go there."
        yield promise(
            side,
            block,
            f"account policy {side.address(block)}",
            "The policy for all log groups",
            Topic.EXPOSURE,
            Kept(first=not is_mask),
            re.sub(r"\s+", "", str(side.get(block, "policy_document"))),
            why,
            subject=STACK,
        )


FINDERS: tuple[Finder, ...] = (
    _filters,
    _subscriptions,
    _masks,
    keyed(_GROUP, "kms_key_id"),
    keyed("aws_xray_encryption_config", "key_id"),
    keyed("aws_cloudwatch_log_anomaly_detector", "kms_key_id"),
    named(
        "aws_cloudwatch_log_destination",
        "target_arn",
        "Where lines of other accounts go",
        Topic.EXPOSURE,
        "Whoever owns the target reads them.",
    ),
    *budgets.FINDERS,
    *trails.FINDERS,
)
PROTECTIONS += (*budgets.PROTECTIONS, *trails.PROTECTIONS)
