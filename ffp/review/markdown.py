"""The review as Markdown for a pull request or a CI summary: never too long, and with every red line."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from ffp.review.concern import Concern, Grade
from ffp.review.markdown_text import code, words
from ffp.review.report import Mark, Review, Row, Section, Silenced, Table
from ffp.review.shown import counted

MOST_CHARACTERS = 60_000  # code hosts take some more
_RED_ROOM = 46_000  # of these, for the red lines
_QUIET_ROOM = 3_000  # for each list of what is not red
_FRAME = 200  # characters around the lines of a section
_SIGNS = {Grade.RED: "🔴", Grade.AMBER: "🟠"}
_CELL, _NAME, _SHORT_NAME = 240, 160, 24  # characters of a cell, and of an address or a name
_BETWEEN = " · "

# How much of a red line is shown: characters of title, values and consequence.
_LINE_LENGTHS = ((2_000, 2_000, 2_000), (600, 600, 600), (300, 150, 150), (200, 60, 0), (120, 0, 0))


def marker(environment: str) -> str:
    """The invisible first line, by which CI finds the comment of an environment to replace it."""
    return f"<!-- ffp review {re.sub(r'[^A-Za-z0-9_.]|-(?=-)', '', environment)} -->"


def as_markdown(review: Review, page: str = "") -> str:
    """The review in at most 60,000 characters with all red lines. `page` is the full page's address or file name."""
    red, amber = list(review.red), [each for each in review.concerns if each.grade != Grade.RED]
    end = _end(page)
    parts = [_head(review, len(amber)), _red_lines(red, review)]
    parts += [
        _folded(title, lines, min(_QUIET_ROOM, _room(parts, end)))
        for title, lines in (
            (f"🟠 {len(amber)} amber", [_line(each, review, _LINE_LENGTHS[1]) for each in amber]),
            (f"{len(review.silenced)} silenced in the settings", [_silenced(each, review) for each in review.silenced]),
            (
                f"{counted(len(review.unknowns), 'note')} on unknown values and other limits of this review",
                [f"- {words(each, _CELL)}" for each in review.unknowns],
            ),
        )
        if lines
    ]
    parts.append("\n\n".join(_sections(review, _room(parts, end))))
    return "\n\n".join([*filter(None, parts), end])


def _room(parts: Iterable[str], end: str) -> int:
    return MOST_CHARACTERS - sum(len(part) + 2 for part in parts) - len(end)


def _head(review: Review, amber: int) -> str:
    red, name = len(review.red), words(review.environment, _NAME)
    title = (
        f"🔴 {name}: {counted(red, 'change')} must be looked at"
        if red
        else f"🟠 {name}: nothing red, {amber} amber"
        if amber
        else f"✅ {name}: nothing needs a second look"
    )
    numbers = f"{red} red, {amber} amber, {len(review.silenced)} silenced, {counted(len(review.unknowns), 'note')}"
    changed = counted(sum(section.changed_rows for section in review.sections), "changed row")
    between = f"{words(review.before, _CELL)} → {words(review.after, _CELL)}"
    return f"{marker(review.environment)}\n## {title}\n\n{between}  \n{numbers}, {changed}."


def _end(page: str) -> str:
    where = (
        f"[The full page]({page})"
        if re.fullmatch(r"https?://[\w./~%:@?&=+,;#-]+", page)
        else f"The full page is {code(page, _NAME)}"
        if page
        else "`ffp review` writes the full page"
    )
    return f"---\n{where}: every row, search, pictures, and the line of Python behind each resource."


def _red_lines(red: Sequence[Concern], review: Review) -> str:
    """A line for each red concern, or at least for each address with a red one, as long as there is room for them."""
    for lines in _ways(red, review):
        if len(lines) <= _RED_ROOM:
            return lines
    # So many names fit into no comment. It says how many there are.
    shown = _first(_by_type(red, _SHORT_NAME).split(_BETWEEN), _RED_ROOM - 100, _BETWEEN)
    return f"{_BETWEEN.join(shown)}\n\n**And more: {counted(len(red), 'red line')} in all, each on the full page.**"


def _ways(red: Sequence[Concern], review: Review) -> Iterator[str]:
    """The red lines, shorter each time."""
    for lengths in _LINE_LENGTHS:
        yield "\n".join(_line(each, review, lengths) for each in red)
    numbers = Counter(each.address for each in red)
    yield "\n".join(f"- 🔴 {code(address, _NAME)}: {number} red" for address, number in numbers.items())
    yield _by_type(red, _NAME)
    yield _by_type(red, _SHORT_NAME)


def _line(concern: Concern, review: Review, lengths: tuple[int, int, int]) -> str:
    title, values, why = lengths
    source = review.sources.get(concern.address, "")
    parts = [f"- {_SIGNS[concern.grade]} **{words(concern.title, title)}** ({concern.topic})"]
    if values and (concern.before or concern.after):
        parts.append(f"{code(concern.before, values) or 'nothing'} → {code(concern.after, values) or 'nothing'}")
    if why and concern.why:
        parts.append(words(concern.why, why))
    parts.append(f"{code(concern.address, _NAME)} {code(source, _NAME)}".strip())
    return "<br>".join(parts)


def _by_type(red: Sequence[Concern], length: int) -> str:
    numbers = Counter(each.address for each in red)
    types: dict[str, list[str]] = {}
    for address, number in numbers.items():
        type_, _, name = address.rpartition(".")
        types.setdefault(type_, []).append(f"{code(name, length)} {number}")
    return "\n".join(f"- 🔴 {code(type_, _NAME)}: {_BETWEEN.join(names)}" for type_, names in types.items())


def _silenced(each: Silenced, review: Review) -> str:
    until = f"until {words(each.until, _CELL)}: {words(each.because, _CELL)}"
    return f"{_line(each.concern, review, _LINE_LENGTHS[2])}<br>{until}"


def _folded(title: str, lines: Sequence[str], room: int) -> str:
    """Lines below a title that folds, as many as there is room for; the others are counted."""
    frame = f"<details><summary>{title}</summary>\n\n", "\n\n</details>"
    shown = _first(lines, room - sum(map(len, frame)) - 60, "\n")
    more = len(lines) - len(shown)
    rest = [f"- and {counted(more, 'more', 'more')} on the full page"] if more else []
    return "\n".join([*shown, *rest]).join(frame)


def _first(lines: Sequence[str], room: int, between: str) -> Sequence[str]:
    """As many of the first lines as there is room for."""
    ends = accumulate(len(line) + len(between) for line in lines)
    return lines[: sum(end <= room for end in ends)]


@dataclass(frozen=True)
class _Body:
    """The lines of a section; those of `rows` are rows of tables."""

    title: str
    lines: Sequence[str]
    rows: frozenset[int]

    @property
    def size(self) -> int:
        return sum(len(line) + 1 for line in self.lines)

    def folded(self, room: int) -> str:
        """The section with as many lines as there is room for; the rows left out are counted."""
        shown = _first(self.lines, room, "\n")
        missing = sum(place >= len(shown) for place in self.rows)
        more = ["", f"{counted(missing, 'more changed row')}: see the full page."] if missing else []
        return "\n".join([f"<details><summary>{self.title}</summary>", "", *shown, *more, "", "</details>"])


def _sections(review: Review, room: int) -> list[str]:
    """Every section with its number of changed rows, and of these rows as many as there is room for."""
    bodies = [_body(section, review) for section in review.sections if section.summary or section.tables]
    share = _share([body.size for body in bodies], room - sum(len(body.title) + _FRAME for body in bodies))
    return [body.folded(share) if body.rows and share > 0 else f"- {body.title}" for body in bodies]


def _share(sizes: Sequence[int], room: int) -> int:
    """The room for each, so that what the small ones leave goes to the large ones."""
    left = sorted(sizes)
    while left and left[0] * len(left) <= room:
        room -= left.pop(0)
    return room // len(left) if left else max(sizes, default=0)


def _body(section: Section, review: Review) -> _Body:
    changed = counted(section.changed_rows, "changed row") if section.changed_rows else "no change"
    summary = f": {words(section.summary, _CELL)}" if section.summary else ""
    lines: list[str] = []
    rows: set[int] = set()
    for table in section.tables:
        if shown := [row for row in table.rows if row.mark != Mark.SAME or row.grade]:
            lines += ["", f"**{words(table.title, _NAME)}**", *_header(table)]
            rows |= set(range(len(lines), len(lines) + len(shown)))
            lines += [_row(row, table, review) for row in shown]
            if same := len(table.rows) - len(shown):
                lines += ["", f"{counted(same, 'unchanged row')}: on the full page."]
    return _Body(f"<b>{words(section.title, _NAME)}</b>, {changed}{summary}", lines[1:], frozenset(n - 1 for n in rows))


def _header(table: Table) -> list[str]:
    columns = ["", *(words(column, _NAME) for column in table.columns)]
    return ["", f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]


def _row(row: Row, table: Table, review: Review) -> str:
    cells = [
        code(cell, _CELL) if column in table.code or cell == row.address else words(cell, _CELL)
        for column, cell in zip(table.columns, row.cells, strict=False)
    ]
    if row.address and cells:
        names = [] if row.address in row.cells else [code(row.address, _NAME)]
        names += [code(source, _NAME)] if (source := review.sources.get(row.address, "")) else []
        cells[0] = "<br>".join([cells[0], *names])
    mark = f"{_SIGNS[row.grade]} " if row.grade else ""
    return f"| {' | '.join([f'{mark}{row.mark}', *cells])} |"
