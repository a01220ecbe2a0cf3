"""Markdown tables for both generated pages."""

from collections.abc import Iterable, Sequence

NOTICE = "<!-- Written by `ffp docs` from the code. Change the code, not this file. -->"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table with these columns. A cell may contain any text, also of several lines."""
    lines = [columns, ["---"] * len(columns), *([_cell(each) for each in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def code(text: str) -> str:
    return f"`{text}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")
