"""What was measured: pyperf keeps each value with the load and the machine, and gives the medians."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyperf

from bench.measuring import Cost
from bench.rows import Group, Quantity, Target

_UNITS = {Quantity.WALL: "second", Quantity.PROCESSOR: "second", Quantity.MEMORY: "byte"}


def _values(cost: Cost) -> Mapping[Quantity, float]:
    return {
        Quantity.WALL: cost.wall_seconds,
        Quantity.PROCESSOR: cost.processor_seconds,
        Quantity.MEMORY: cost.peak_bytes,
    }


@dataclass(frozen=True)
class Verdict:
    """What became of a target: the row's median as a multiple of the other's."""

    target: Target
    times: float

    @property
    def is_met(self) -> bool:
        return self.times <= self.target.at_most


@dataclass
class Results:
    """The values of all rows, by the group's and the row's name, and how many messages a row sent to jsii's kernel."""

    _benchmarks: dict[tuple[str, str, Quantity], pyperf.Benchmark] = field(default_factory=dict)
    messages: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, group: str, row: str, cost: Cost) -> None:
        """Adds what one run cost, with the load and the machine at this moment."""
        for quantity, value in _values(cost).items():
            metadata = {"name": f"{group}: {row}: {quantity}", "unit": _UNITS[quantity]}
            # pyperf accepts no zero, which is what a program shows that ends before its memory is looked at.
            run = pyperf.Run([value or 1e-9], metadata=metadata)
            key = group, row, quantity
            if key in self._benchmarks:
                self._benchmarks[key].add_run(run)
            else:
                self._benchmarks[key] = pyperf.Benchmark([run])

    def median(self, group: str, row: str, quantity: Quantity) -> float:
        """The median in seconds or bytes. Raises KeyError if nothing was measured."""
        return float(self._benchmarks[group, row, quantity].median())

    def runs(self, group: str, row: str) -> int:
        """How often the row was measured."""
        return int(self._benchmarks[group, row, Quantity.WALL].get_nrun())

    def loads(self, group: str) -> tuple[float, float]:
        """The lowest and the highest load, averaged over a minute, at the end of the group's runs."""
        loads = [
            float(run.get_metadata()["load_avg_1min"])
            for (name, _, _), benchmark in self._benchmarks.items()
            if name == group
            for run in benchmark.get_runs()
        ]
        return min(loads), max(loads)

    def verdicts(self, group: Group) -> list[Verdict]:
        """What became of the group's targets."""

        def median(row: str, target: Target) -> float:
            return self.median(group.name, row, target.quantity)

        return [Verdict(each, median(each.row, each) / median(each.other, each)) for each in group.targets]

    def write(self, file: Path) -> None:
        """Writes every value as JSON that `pyperf stats`, `pyperf check` and `pyperf compare_to` read."""
        pyperf.BenchmarkSuite(list(self._benchmarks.values())).dump(str(file), compact=False, replace=True)
