"""The review as one HTML page that needs nothing else: it opens offline, in light and dark, on a phone, by keyboard.

Every value is escaped, and the page's content security policy admits only its own style and script, by their hashes.
"""

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import jinja2
from markupsafe import Markup, escape

from ffp.review.concern import Concern, Grade
from ffp.review.inline_svg import Drawings
from ffp.review.report import Mark, Review, Row, Section, Table
from ffp.review.shown import clipped, counted, shown, source_link

_NARROWEST, _WIDEST, _SAMPLE = 10, 40, 200  # characters of a column that gets room, and the rows that decide it
MOST_BYTES = 1_500_000  # of a page, whatever is in the review


class Limits(NamedTuple):
    """How much a page shows of each thing."""

    cell: int  # characters
    details: int
    rows: int  # of a table
    unchanged: bool = True  # whether rows that did not change are on the page


# From everything to little; a page takes the first with which it is small enough.
_LIMITS = (
    Limits(4_000, 20_000, 10_000),
    Limits(1_000, 2_000, 10_000),
    Limits(400, 500, 5_000),
    Limits(300, 0, 2_000, unchanged=False),
    Limits(200, 0, 500, unchanged=False),
    Limits(160, 0, 50, unchanged=False),
    Limits(100, 0, 5, unchanged=False),
)
_FIGURE = re.compile(r"[+\-−]?[\d,]*\.?\d+%?")
_TEMPLATES = jinja2.PackageLoader("ffp.review")


def as_page(review: Review, base_url: str = "", most_bytes: int = MOST_BYTES) -> str:
    """The page. `base_url` is where a code host shows the files of this commit; it makes sources into links."""
    drawings = Drawings()
    pictures = {
        (section.id, place): Markup(drawings.inline(picture))  # noqa: S704 - it contains what is escaped and harmless
        for section in review.sections
        for place, picture in enumerate(section.pictures)
    }
    page = ""
    for limits in _LIMITS:
        page = _rendered(_View(review, limits, base_url), pictures, drawings.style)
        if len(page.encode()) <= most_bytes:
            break
    return page


@dataclass(frozen=True)
class _View:
    """What the template asks of a review."""

    review: Review
    limits: Limits
    base_url: str

    @property
    def reduced(self) -> bool:
        """Whether the page shows less than the review contains."""
        lengths = [len(each) for row in self.review.rows() for each in row.cells]
        details = [len(row.details) for row in self.review.rows()]
        return (
            max(lengths, default=0) > self.limits.cell
            or max(details, default=0) > self.limits.details
            or any(self.left_out(table) for section in self.review.sections for table in section.tables)
        )

    def graded(self, grade: str) -> list[tuple[int, Concern]]:
        """The concerns of a grade, each with its place among all."""
        return [(place, each) for place, each in enumerate(self.review.concerns, 1) if each.grade == grade]

    def rows(self, table: Table) -> Sequence[Row]:
        """The rows of a table that the page shows."""
        rows = [row for row in table.rows if self.limits.unchanged or row.mark != Mark.SAME or row.grade]
        return rows[: self.limits.rows]

    def left_out(self, table: Table) -> int:
        """The number of rows that the page does not show."""
        return len(table.rows) - len(self.rows(table))

    @cached_property
    def anchors(self) -> Mapping[int, str]:
        """The anchor of each row that a concern links to, by the row's identity."""
        addresses = {each.address for each in self.review.concerns} | {
            each.concern.address for each in self.review.silenced
        }
        rows = [row for section in self.review.sections for row in self._explaining(section, addresses)]
        return {id(row): f"row-{number}" for number, row in enumerate(rows, 1)}

    def explained(self, concern: Concern) -> list[tuple[str, int, str]]:
        """The sections with rows about a concern's resource: title, number of rows, and the first row's anchor."""
        found = [
            (section.title, list(self._explaining(section, {concern.address}))) for section in self.review.sections
        ]
        return [(title, len(rows), self.anchors[id(rows[0])]) for title, rows in found if rows]

    def concern_of(self, row: Row) -> int:
        """The place of the first concern about a row's resource; 0 if there is none."""
        return self._concerns.get(row.address, 0)

    @cached_property
    def _concerns(self) -> Mapping[str, int]:
        pairs = [(each.address, place) for place, each in enumerate(self.review.concerns, 1)]
        return dict(reversed(pairs))

    def marked(self, table: Table) -> bool:
        """Whether a table needs a column for what changed."""
        return any(row.mark != Mark.SAME or row.grade for row in table.rows)

    @cached_property
    def widths(self) -> Mapping[int, str]:
        """The class that gives columns their room, by the table's identity; like tables of a section share it."""
        return {id(table): name for name, (_, tables) in self._columns.items() for table in tables}

    @property
    def column_rules(self) -> list[str]:
        """The style of these classes."""
        return [f".{name} tr {rule}" for name, (rule, _) in self._columns.items()]

    @cached_property
    def _columns(self) -> Mapping[str, tuple[str, list[Table]]]:
        alike: dict[tuple[str, tuple[str, ...], bool], list[Table]] = {}
        for section in self.review.sections:
            for table in section.tables:
                alike.setdefault((section.id, table.columns, self.marked(table)), []).append(table)
        return {f"columns-{place}": (self._rule(tables), tables) for place, tables in enumerate(alike.values())}

    def _rule(self, tables: Sequence[Table]) -> str:
        longest = [[len(column)] for column in tables[0].columns]
        for row in [row for table in tables for row in self.rows(table)[:_SAMPLE]]:
            for place, cell in enumerate(row.cells[: len(longest)]):
                longest[place].append(max(map(len, cell.split("\n"))))
            if row.address and longest:
                names = longest[min(self.named_in(row), len(longest) - 1)]
                names += [len(row.address), len(self.source(row.address))]
        shares = [min(max(*each, _NARROWEST), _WIDEST) for each in longest]
        columns = " ".join(f"minmax(6rem, {share}fr)" for share in shares)
        return f"{{ grid-template-columns: {'6.2rem ' if self.marked(tables[0]) else ''}{columns}; }}"

    def figures(self, table: Table) -> frozenset[int]:
        """The columns that contain figures and nothing else."""
        rows = self.rows(table)
        return frozenset(
            place
            for place in range(len(table.columns))
            if rows and all(_FIGURE.fullmatch(row.cells[place]) for row in rows if place < len(row.cells))
        )

    def anywhere_changed(self) -> bool:
        """Whether any row changed."""
        return any(row.mark != Mark.SAME for row in self.review.rows())

    def red_rows(self, section: Section) -> bool:
        """Whether a section explains a red concern."""
        return any(row.grade == Grade.RED for table in section.tables for row in table.rows)

    def named_in(self, row: Row) -> int:
        """The column in which a row's address belongs: where it is written anyway, or else the first."""
        return next((place for place, cell in enumerate(row.cells) if cell == row.address), 0)

    def source(self, address: str) -> str:
        """The line of Python that makes a resource; empty if unknown."""
        return self.review.sources.get(address, "")

    def link(self, source: str) -> str:
        """The address of a line of Python at the code host; empty if there is none."""
        return source_link(source, self.base_url)

    def _explaining(self, section: Section, addresses: set[str]) -> Iterator[Row]:
        for table in section.tables:
            yield from (row for row in self.rows(table) if row.address and row.address in addresses)


def _rendered(view: _View, pictures: Mapping[tuple[str, int], Markup], drawn: str) -> str:
    environment = jinja2.Environment(
        loader=_TEMPLATES,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        finalize=lambda value: _finished(value, view.limits.cell),
    )
    environment.filters |= {
        "counted": counted,
        "identity": id,
        "long": lambda text: escape(_cut(text, view.limits.details)),
    }
    style, script = (_source(name) for name in ("page.css", "page.js"))
    style = "\n".join([style, *view.column_rules, drawn])
    return environment.get_template("page.html").render(
        view=view,
        review=view.review,
        pictures=pictures,
        style=Markup(style),  # noqa: S704 - our own file, and rules without `<`
        script=Markup(script),  # noqa: S704 - our own file
        hashes={"style": _hash(style), "script": _hash(script)},
        Mark=Mark,
        Grade=Grade,
    )


def _finished(value: Any, length: int) -> Any:
    return value if isinstance(value, Markup) or not isinstance(value, str) else _cut(str(value), length)


def _cut(text: str, length: int) -> str:
    return shown(clipped(text, length))


def _source(name: str) -> str:
    text, _, _ = _TEMPLATES.get_source(jinja2.Environment(autoescape=True), name)
    return text


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
