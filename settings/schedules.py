"""When functions run and provisioned concurrency exists: expressions of EventBridge Scheduler and Auto Scaling."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

# The zones that the lock file pins, not those of the machine.
from dateutil.zoneinfo import get_zonefile_instance  # type: ignore[import-untyped]

from settings.base import Problem, Settings, between, must

_RATE = r"rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))\)"
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
# Each field's smallest and largest value, names for values, and what may only be the whole field.
_CRON_FIELDS = (
    (0, 59, (), r""),
    (0, 23, (), r""),
    (1, 31, (), r"\?|L|LW|([1-9]|[12]\d|3[01])W"),
    (1, 12, _MONTHS, r""),
    (1, 7, _WEEKDAYS, r"\?|L|[1-7]L|[1-7]#[1-5]"),
    (1970, 2199, (), r""),
)


def _is_cron(expression: str) -> bool:
    found = re.fullmatch(r"cron\((\S+(?: \S+){5})\)", expression)
    if found is None:
        return False
    values = found[1].split()
    fits = all(_fits(value, *field) for value, field in zip(values, _CRON_FIELDS, strict=True))
    return fits and (values[2] == "?") != (values[4] == "?")  # the day is that of a month or of a week


def _fits(value: str, low: int, high: int, names: tuple[str, ...], whole: str) -> bool:
    return re.fullmatch(whole, value) is not None or all(_is_part(part, low, high, names) for part in value.split(","))


def _is_part(part: str, low: int, high: int, names: tuple[str, ...]) -> bool:
    """Whether it is a part of a list: `*`, a value or a range, with or without a step."""
    name = "|".join((r"\d+", *names))
    found = re.fullmatch(rf"(?:\*|({name})(?:-({name}))?)(?:/(\d+))?", part)
    if found is None or found[3] == "0":
        return False
    ends = [names.index(end) + low if end in names else int(end) for end in found.groups()[:2] if end is not None]
    return all(low <= end <= high for end in ends) and ends == sorted(ends)


def _is_schedule(expression: str) -> bool:
    return re.fullmatch(_RATE, expression) is not None or _is_cron(expression)


@dataclass(frozen=True, kw_only=True)
class Schedule(Settings):
    """When a background job runs. It gets no input of its own: what it needs to know stands in `environment`."""

    expression: Annotated[
        str,
        must(
            _is_schedule,
            "must be rate(…) or cron(…) of six fields as EventBridge Scheduler reads them",
            "write it like rate(1 hour), rate(15 minutes) or cron(0 7 ? * MON-FRI *)",
        ),
    ]
    """When it runs: `rate(…)`, or `cron(…)` of six fields."""

    timezone: Annotated[
        str,
        must(
            lambda zone: zone in get_zonefile_instance().zones,
            "must be a time zone of the IANA database",
            "write it like Europe/London or UTC",
        ),
    ] = "Europe/London"
    """The time zone in which a cron expression is read, daylight saving included."""


CronExpression = Annotated[
    str,
    must(
        _is_cron,
        "must be cron(…) of six fields as AWS reads them",
        "write it like cron(0 7 ? * MON-FRI *), with ? for one of the two days",
    ),
]


@dataclass(frozen=True, kw_only=True)
class ProvisionedConcurrencySettings(Settings):
    """Execution environments that are kept warm, paid by the hour. With hours given, they exist only in those."""

    environments: Annotated[int, between(1, 1000)]
    """Environments kept warm; one of 256 MB costs about 2.50 dollars a month when it exists day and night. At most
    `reserved_concurrency`."""

    scale_up: CronExpression | None = None
    """When they start to exist, in UTC. None, the default, keeps them all day; give it together with `scale_down`."""

    scale_down: CronExpression | None = None
    """When they cease to exist, in UTC. If it never comes, they are paid day and night."""

    def rules(self) -> Iterator[Problem]:
        if (self.scale_up is None) != (self.scale_down is None):
            yield Problem("scale_down", self.scale_down, "a schedule needs both ends", "give scale_up and scale_down")
