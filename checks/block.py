"""A Terraform block as both of Checkov's lenses show it, read by dotted path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

# Checkov wraps values in lists, nests lists in lists, and adds fields of its own between the block's.
_CHECKOV_FIELDS = {"//", "start_line", "end_line", "references_"}

# In the JSON lens a reference reads ${aws_kms_key.x.arn}; in the plan lens an unknown value is its bare reference.
REFERENCE = re.compile(r"(?:data\.)?aws_\w+\.[\w-]+")


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif value is not None:
        yield value


def _placed(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for item in value:
            yield from _placed(item, path)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key not in _CHECKOV_FIELDS and not str(key).startswith("__"):
                yield from _placed(item, f"{path}.{key}" if path else str(key))


class Block:
    """One resource, data source, provider or nested block; an unknown value reads as its reference or as absent."""

    def __init__(self, conf: Mapping[str, Any], kind: str = "", address: str = "") -> None:
        self._conf = conf
        self.kind = kind
        self.address = address

    @property
    def planned(self) -> bool:
        """Whether the block comes from a plan rather than from synthesised JSON.

        A stack check asks the Stack instead: Checkov's graph gives every block an address.
        """
        return "__address__" in self._conf

    def values(self, path: str) -> list[Any]:
        """Every known value at the dotted path, through all repetitions of the blocks on the way."""
        found: list[Any] = [self._conf]
        for part in path.split("."):
            found = [leaf for item in found if isinstance(item, Mapping) for leaf in _leaves(item.get(part))]
        return found

    def value(self, path: str) -> Any:
        """The first known value at the path, or None."""
        return next(iter(self.values(path)), None)

    def shows(self, attribute: str) -> bool:
        """Whether the block has the attribute at all, be it empty; a plan leaves out what is not yet known."""
        return attribute in self._conf

    def strings(self, path: str) -> list[str]:
        """The texts at the path."""
        return [value for value in self.values(path) if isinstance(value, str)]

    def number(self, path: str) -> float:
        """The number at the path; 0 where there is none."""
        value = self.value(path)
        return float(value) if isinstance(value, int | float) else 0

    def blocks(self, path: str) -> list[Block]:
        """The nested blocks at the path."""
        return [Block(value, self.kind, self.address) for value in self.values(path) if isinstance(value, Mapping)]

    def entries(self, path: str) -> dict[str, Any]:
        """The map at the path; empty where there is none or where it is not yet known."""
        mapping = next((value for value in self.values(path) if isinstance(value, Mapping)), {})
        return {
            key: next(_leaves(value), None)
            for key, value in mapping.items()
            if key not in _CHECKOV_FIELDS and not key.startswith("__")
        }

    def texts(self) -> Iterator[str]:
        """Every text of the block, at any depth, but for its comments."""
        yield from (text for _, text in self.placed_texts())

    def placed_texts(self) -> Iterator[tuple[str, str]]:
        """Every text of the block with its dotted path."""
        yield from _placed(self._conf)

    def lacks(self, expected: Mapping[str, Any]) -> Iterator[str]:
        """A sentence for each path whose value is not the expected one, or is none of the expected set."""
        for path, wanted in expected.items():
            allowed = wanted if isinstance(wanted, frozenset) else {wanted}
            got = self.value(path)
            if got not in allowed:
                yield f"{path} is {got!r}, must be {_either(allowed)}"


def _either(allowed: Iterable[Any]) -> str:
    return " or ".join(sorted(repr(value) for value in allowed))
