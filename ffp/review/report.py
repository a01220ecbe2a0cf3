"""The shape of a review: concerns and sections of tables, which every output shows in the same order."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from ffp.review.concern import Concern, Grade


class Mark(StrEnum):
    """How a row differs from before the change."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    SAME = ""


@dataclass(frozen=True)
class Row:
    """One line of a table. The cells are plain text: each output escapes them."""

    cells: tuple[str, ...]
    mark: Mark = Mark.SAME
    grade: Grade | None = None  # of the concern that this row explains
    address: str = ""  # of the resource, which links to the line of Python that makes it
    details: str = ""  # longer text that an output may fold away


@dataclass(frozen=True)
class Table:
    """Rows below a title. `code` lists the columns whose cells are names or expressions."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    code: tuple[str, ...] = ()
    note: str = ""  # what was not looked at, or how to read it
    if_empty: str = ""  # the sentence in place of a table without rows; empty: the table is left out


@dataclass(frozen=True)
class Picture:
    """A drawing as SVG, with a text for those who cannot see it."""

    title: str
    svg: str
    description: str


@dataclass(frozen=True)
class Section:
    """One section of a review. `id` is its anchor."""

    id: str
    title: str
    summary: str  # one or two sentences
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()

    @property
    def changed_rows(self) -> int:
        """The rows that differ from before the change."""
        return sum(row.mark != Mark.SAME for table in self.tables for row in table.rows)


@dataclass(frozen=True)
class Silenced:
    """A concern that the settings accept until a day: shown, and without effect on the exit code."""

    concern: Concern
    because: str
    until: str


@dataclass(frozen=True)
class Review:
    """What one change does to one environment."""

    environment: str
    before: str  # what the change is compared with, in words
    after: str
    concerns: tuple[Concern, ...]
    silenced: tuple[Silenced, ...]
    unknowns: tuple[str, ...]  # notes on what is unknown, shown from elsewhere, or without effect
    sections: tuple[Section, ...]
    sources: dict[str, str]  # file and line of the Python that makes a resource, by address

    @property
    def red(self) -> tuple[Concern, ...]:
        """The concerns that end the command with exit code 1."""
        return tuple(each for each in self.concerns if each.grade == Grade.RED)

    def rows(self) -> Iterator[Row]:
        """All rows of all tables."""
        yield from (row for section in self.sections for table in section.tables for row in table.rows)
