"""How time and memory grow with functions and with environments."""

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bench import applications
from bench.buckets import OURS
from bench.measuring import Command, Cost, measure
from bench.running import Report
from bench.stacks import PROJECT, change_every_environment
from ffp.project import ToolError

FUNCTIONS = (10, 100, 500, 1000)
ENVIRONMENTS = (3, 10, 50)
_SYNTHESIS, _REVIEW = "synthesis", "review"
_PYTHON, _FFP = PROJECT / ".venv/bin/python", PROJECT / ".venv/bin/ffp"
_VERIFY = "import sys; from ffp import verify; from ffp.project import OUTPUT; sys.exit(bool(verify.problems(OUTPUT)))"
_NONE = "–"


@dataclass
class Growth:
    """The costs of each kind of work by size, and what was refused."""

    title: str
    costs: dict[str, dict[int, Cost]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    sizes: Sequence[int] = ()

    @property
    def columns(self) -> Sequence[str]:
        return "", *(f"{size:,}" for size in self.sizes), "~ nˣ", "at the end"

    @property
    def rows(self) -> list[list[str]]:
        """For each kind of work, seconds and memory at each size, and the exponents with which they grow."""
        found = []
        for name, costs in self.costs.items():
            seconds = {size: cost.processor_seconds for size, cost in costs.items()}
            memory = {size: cost.peak_bytes / 1e6 for size, cost in costs.items()}
            found += [[f"{name}, s", *self._cells(seconds, 1)], [f"{name}, MB", *self._cells(memory, 0)]]
        return found

    def _cells(self, values: Mapping[int, float], decimals: int) -> list[str]:
        shown = [f"{values[size]:.{decimals}f}" if size in values else _NONE for size in self.sizes]
        return [*shown, _power(values), _power(dict(sorted(values.items())[-2:]))]


def exponent(values: Mapping[int, float]) -> float:
    """The x of size to the power of x that fits the values best, by least squares of their logarithms.

    1 is linear, 2 quadratic. Raises statistics.StatisticsError for fewer than two sizes.
    """
    sizes, found = zip(*sorted(values.items()), strict=True) if values else ((), ())
    return statistics.linear_regression([math.log(each) for each in sizes], [math.log(each) for each in found]).slope


def _power(values: Mapping[int, float]) -> str:
    return f"{exponent(values):.2f}" if len(values) > 1 and all(values.values()) else _NONE


@dataclass(frozen=True, kw_only=True)
class _Subject:
    """What grows: how the copy gets one of a size, how that is changed for a review, and of what the review is."""

    noun: str
    put: Callable[[int], None]
    change: Callable[[int], None]
    environment: str


def of_functions(sizes: Sequence[int], runs: int, report: Report, *, plan: bool) -> Growth:
    """Measures one environment with so many functions; its review is of a change of each one's memory."""
    subject = _Subject(
        noun="functions in one environment",
        put=applications.put_functions,
        change=lambda size: applications.put_functions(size, memory_mb=512),
        environment=applications.ENVIRONMENT,
    )
    return _measure(subject, sizes, runs, report, plan=plan)


def of_environments(sizes: Sequence[int], runs: int, report: Report, *, plan: bool) -> Growth:
    """Measures so many environments of the application that ships; a review is of one of them."""
    subject = _Subject(
        noun="environments",
        put=applications.put_environments,
        change=change_every_environment,
        environment=applications.FIRST_ENVIRONMENT,
    )
    return _measure(subject, sizes, runs, report, plan=plan)


def _measure(subject: _Subject, sizes: Sequence[int], runs: int, report: Report, *, plan: bool) -> Growth:
    growth = Growth(f"{subject.noun}: processor seconds, and peak memory in MB", sizes=sorted(sizes))
    shipped = applications.commit()
    for size in growth.sizes:
        applications.restore(shipped)
        subject.put(size)
        before = applications.commit()
        subject.change(size)
        for name, command in _work(subject.environment, before, plan=plan).items():
            report(f"{size:,} {subject.noun}: {name}")
            try:
                growth.costs.setdefault(name, {})[size] = _median(command, runs, warms_up=name == _REVIEW)
            except ToolError as error:
                growth.refused.append(f"{size:,} {subject.noun}: {name}: {error}")
                if name == _SYNTHESIS:
                    break  # there is nothing for the others to work on
    applications.restore(shipped)
    return growth


def _work(environment: str, before: str, *, plan: bool) -> Mapping[str, Command]:
    """The commands to measure, by what they do; the first makes what the others read."""
    return {
        _SYNTHESIS: (_PYTHON, "main.py"),
        "verification": (_PYTHON, "-c", _VERIFY),
        "scan of the JSON": (_FFP, "scan"),
        **({"scan of JSON and plans": (_FFP, "scan", "--plan")} if plan else {}),
        _REVIEW: (_FFP, "review", environment, "--against", before),
        "cost": (_FFP, "cost", environment),
    }


def _median(command: Command, runs: int, *, warms_up: bool) -> Cost:
    """The median of each quantity. A review has a first run, which synthesises the earlier commit and keeps it."""
    environment = OURS.row().environment
    costs = [measure(command, folder=PROJECT, environment=environment) for _ in range(runs + warms_up)][warms_up:]
    return Cost(
        statistics.median(each.wall_seconds for each in costs),
        statistics.median(each.processor_seconds for each in costs),
        round(statistics.median(each.peak_bytes for each in costs)),
    )
