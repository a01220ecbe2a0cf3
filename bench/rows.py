"""What is measured: rows that do the same work, in groups, and what the group's targets are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from bench.measuring import Command
from ffp.project import ROOT


class Quantity(StrEnum):
    """A quantity that has targets; the name is that of its column."""

    WALL = "seconds"
    PROCESSOR = "processor seconds"
    MEMORY = "peak memory"


def _nothing(_round: int) -> None:
    pass


@dataclass(frozen=True, kw_only=True)
class Row:
    """One command. `before` prepares its run of a round, and is not measured."""

    name: str
    command: Command
    folder: Path = ROOT
    environment: Mapping[str, str] = field(default_factory=dict)
    before: Callable[[int], None] = _nothing
    has_kernel: bool = False  # whether it is a Python program that sends messages to jsii's kernel


@dataclass(frozen=True, kw_only=True)
class Target:
    """The median of a row's quantity, as a multiple of another row's, and the most that it may be."""

    row: str
    other: str
    quantity: Quantity
    at_most: float


@dataclass(frozen=True, kw_only=True)
class Group:
    """Rows that do the same work. The table gives each as a multiple of the first."""

    name: str
    title: str
    rows: tuple[Row, ...]
    targets: tuple[Target, ...] = ()
    warms_up: bool = True  # whether each row has a first run that is not measured
    require_same: Callable[[], None] = lambda: None
    """Raises ToolError if, after a run of each, two rows did not produce the same."""
