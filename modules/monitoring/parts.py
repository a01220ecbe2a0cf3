"""Divides what AWS limits: the first part keeps the name, and the second is called `name-2`."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def parts(name: str, items: Sequence[Item], most: int) -> Iterator[tuple[str, Sequence[Item]]]:
    """The items in parts of at most so many, each part with its name; one part if there are no items."""
    for first in range(0, max(len(items), 1), most):
        number = first // most + 1
        yield name if number == 1 else f"{name}-{number}", items[first : first + most]
