"""An alarm as a model: what it watches, when it fires, and whom it tells, whatever its name and address are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

ABOVE, BELOW, OUTSIDE = "above", "below", "outside"
_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
_COUNTING = frozenset({"Sum", "SampleCount"})


@dataclass(frozen=True)
class Source:
    """A metric filter that makes a metric of log lines."""

    log_group: str
    pattern: str
    value: str


@dataclass(frozen=True)
class Metric:
    """What a metric counts. A dimension that names a resource of the stack has its address as value."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    sources: frozenset[Source]  # empty unless the stack makes the metric of log lines
    statistic: str
    period: int
    unit: str = ""  # in which values must come to count at all

    @property
    def identity(self) -> tuple[object, ...]:
        """What is counted. The name of a metric that the stack makes itself does not matter."""
        return ("made of lines",) if self.sources else (self.namespace, self.name, *self.dimensions)

    @property
    def words(self) -> str:
        """The metric in words."""
        of = ", ".join(value for _, value in self.dimensions) or ("" if self.sources else f"all of {self.namespace}")
        return f"{self.name} of {of}" if of else self.name


@dataclass(frozen=True)
class Alarm:
    """One alarm, of metrics or of other alarms.

    `expression` is over the metrics m0, m1, …; in a composite alarm it is the rule over other alarms' addresses.
    `watched` are the addresses of the resources that it watches, `tells` those whom it tells.
    """

    address: str
    name: str
    metrics: tuple[Metric, ...] = ()
    expression: str = "m0"
    direction: str = ABOVE
    is_inclusive: bool = False
    threshold: float | str | None = None
    band: str = ""  # the expression of an expected range, without its width, which is the threshold
    datapoints: int = 1
    periods: int = 1
    missing: str = "missing"
    ignores_few_samples: bool = False
    is_enabled: bool = True
    tells: frozenset[str] = frozenset()
    tells_end: frozenset[str] = frozenset()
    tells_silence: frozenset[str] = frozenset()
    suppressor: str = ""
    is_composite: bool = False
    watched: frozenset[str] = frozenset()
    capacity: Mapping[str, float | str] = field(default_factory=dict, hash=False)  # what the threshold is a share of

    @cached_property
    def key(self) -> tuple[object, ...]:
        """What two alarms on the same thing have in common."""
        return (self.is_composite, self.direction, *(metric.identity for metric in self.metrics))

    @property
    def is_simple(self) -> bool:
        """Whether it watches one metric as it is."""
        return len(self.metrics) == 1 and self.expression == "m0"

    @property
    def period(self) -> int:
        """The seconds between two data points."""
        return max((metric.period for metric in self.metrics), default=60)

    @cached_property
    def limit(self) -> tuple[float, bool] | None:
        """The threshold, and whether reaching it is enough; whole numbers of things as the first that fires."""
        if not isinstance(self.threshold, int | float):
            return None
        counts = self.is_simple and self.metrics[0].statistic in _COUNTING
        if counts and not self.is_inclusive and float(self.threshold).is_integer():
            return self.threshold + (1 if self.direction == ABOVE else -1), True
        return float(self.threshold), self.is_inclusive

    def is_met(self, value: float) -> bool:
        """Whether one value breaches the threshold."""
        limit = float(self.threshold) if isinstance(self.threshold, int | float) else 0.0
        if self.is_inclusive and value == limit:
            return True
        return value > limit if self.direction == ABOVE else value < limit

    @property
    def subject(self) -> str:
        """What it watches, in words."""
        if self.is_composite:
            return self.expression
        if self.is_simple:
            return self.metrics[0].words
        text = self.expression
        for place, metric in reversed(list(enumerate(self.metrics))):
            text = re.sub(rf"\bm{place}\b", metric.name.replace("\\", ""), text)
        of = sorted({value for metric in self.metrics for _, value in metric.dimensions})
        return f"{text} of {', '.join(of)}" if of else text

    @property
    def condition(self) -> str:
        """When it fires, in words."""
        if self.is_composite:
            return "when its rule holds"
        statistic = f"{self.metrics[0].statistic} " if self.is_simple else ""
        limit = f"{self.threshold:g}" if isinstance(self.threshold, int | float) else str(self.threshold)
        edge = "at or " if self.is_inclusive else ""
        expected = "the expected range, width " if self.band else ""
        times = f"in {self.datapoints} of {self.periods}" if self.datapoints != self.periods else f"in {self.periods}"
        return f"{statistic}{edge}{self.direction} {expected}{limit} {times} × {duration(self.period)}"


def duration(seconds: int) -> str:
    """A time in words, such as `5 minutes`."""
    size, unit = next((each for each in _UNITS if seconds >= each[0] and seconds % each[0] == 0), (1, "second"))
    number = seconds // size
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
