"""What budgets promise: to tell the same people, as early as before."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from ffp.review.concern import Topic
from ffp.review.facts.common import promise
from ffp.review.facts.fact import Amount, Fact, Finder, Protection, Ranked, Truth, in_words
from ffp.review.facts.orders import Kept
from ffp.review.side import Side, at, blocks_in, values_in

_budget = partial(Protection, type="aws_budgets_budget", topic=Topic.WATCHING, why="Nobody is told of costs that grow.")
_COUNTED = (
    "include_credit",
    "include_discount",
    "include_other_subscription",
    "include_recurring",
    "include_refund",
    "include_subscription",
    "include_support",
    "include_tax",
    "include_upfront",
)

PROTECTIONS: tuple[Protection, ...] = (
    _budget(path="limit_amount", says="The limit", order=Amount(more_is_worse=True)),
    _budget(path="limit_unit", says="The unit of the limit", order=Kept()),
    _budget(path="budget_type", says="What the budget counts", order=Kept()),
    _budget(
        path="time_unit",
        says="The time to which the limit applies",
        order=Ranked(("CUSTOM", "ANNUALLY", "QUARTERLY", "MONTHLY", "DAILY")),
    ),
    _budget(path="cost_filter", says="The costs that count", order=Kept(first=True, removal=False)),
    _budget(path="cost_filters", says="The costs that count", order=Kept(first=True, removal=False)),
    *(
        _budget(path=f"cost_types.{each}", says=f"Costs by {each}", order=Truth(demanded=False), absent=True)
        for each in _COUNTED
    ),
    Protection(
        type="aws_ce_anomaly_subscription",
        path="subscriber",
        says="Who is told of unusual costs",
        topic=Topic.WATCHING,
        order=Kept(),
        why="They are told no longer.",
    ),
    Protection(
        type="aws_ce_anomaly_subscription",
        path="threshold_expression",
        says="The unusual costs of which somebody is told",
        topic=Topic.WATCHING,
        order=Kept(first=True, removal=False),
        why="Smaller ones are not told.",
    ),
    Protection(
        type="aws_ce_anomaly_subscription",
        path="frequency",
        says="How often somebody is told",
        topic=Topic.WATCHING,
        order=Ranked(("WEEKLY", "DAILY", "IMMEDIATE")),
        why="They are told later.",
    ),
)


@dataclass(frozen=True)
class Notice:
    """One notification: when it is sent, and to whom."""

    kind: str
    unit: str
    operator: str
    threshold: float
    readers: frozenset[str]

    def replaces(self, other: "Notice") -> bool:
        """Whether it tells everybody whom the other one told, as early; a forecast is earlier than what was spent."""
        is_same = (self.unit, self.operator) == (other.unit, other.operator)
        is_above = "GREATER" in self.operator
        is_early = self.threshold <= other.threshold if is_above else self.threshold >= other.threshold
        return is_same and self.kind == other.kind and is_early and self.readers >= other.readers

    def __str__(self) -> str:
        unit = "%" if self.unit == "PERCENTAGE" else ""
        return f"{self.kind.lower()} at {self.threshold:g}{unit} to {in_words(self.readers)}"


@dataclass(frozen=True)
class Notices:
    """The notifications of a budget, of which each must be replaced by one that is as good."""

    def is_worse(self, before: Any, after: Any) -> bool:
        return not all(any(new.replaces(old) for new in values_in(after)) for old in values_in(before))

    def is_unfit(self, value: Any) -> bool:
        return not value

    def shown(self, value: Any) -> str:
        return "; ".join(sorted(map(str, values_in(value)))) or "nobody is told"


def _notices(side: Side) -> Iterator[Fact]:
    for block in side.of_type("aws_budgets_budget"):
        notices = [_notice(each) for each in blocks_in(side.get(block, "notification"))]
        why = "They are told no longer, or later."
        yield promise(side, block, "notices", "Who is told", Topic.WATCHING, Notices(), notices, why, absent=())


def _notice(given: dict[str, Any]) -> Notice:
    readers = [*values_in(at(given, "subscriber_email_addresses")), *values_in(at(given, "subscriber_sns_topic_arns"))]
    try:
        threshold = float(given.get("threshold") or 0)
    except (TypeError, ValueError):
        threshold = 0.0
    return Notice(
        str(given.get("notification_type")),
        str(given.get("threshold_type")),
        str(given.get("comparison_operator")),
        threshold,
        frozenset(map(str, readers)),
    )


FINDERS: tuple[Finder, ...] = (_notices,)
