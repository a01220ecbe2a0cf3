"""A Terraform block, read by dotted path in the same way in both of Checkov's lenses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

# Checkov wraps values in lists, nests lists in lists, and adds these fields to those of the block.
_CHECKOV_FIELDS = {"//", "start_line", "end_line", "references_"}

# A reference is ${aws_kms_key.x.arn} in the JSON lens; in the plan lens an unknown value is aws_kms_key.x.arn.
REFERENCE = re.compile(r"(?:data\.)?aws_\w+\.[\w-]+")


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif value is not None:
        yield value


def _texts_with_paths(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for item in value:
            yield from _texts_with_paths(item, path)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key not in _CHECKOV_FIELDS and not str(key).startswith("__"):
                yield from _texts_with_paths(item, f"{path}.{key}" if path else str(key))


class Block:
    """A resource, data source, provider or nested block. An unknown value is its reference, or it is absent."""

    def __init__(self, conf: Mapping[str, Any], kind: str = "", address: str = "") -> None:
        self._conf = conf
        self.kind = kind
        self.address = address

    @property
    def planned(self) -> bool:
        """Whether the block comes from a plan instead of synthesised JSON.

        Stack checks must use ScannedStack.planned, because every block in Checkov's graph has an address.
        """
        return "__address__" in self._conf

    def values(self, path: str) -> list[Any]:
        """All known values at the dotted path, in all repetitions of nested blocks."""
        values: list[Any] = [self._conf]
        for part in path.split("."):
            values = [leaf for item in values if isinstance(item, Mapping) for leaf in _leaves(item.get(part))]
        return values

    def value(self, path: str) -> Any:
        """The first known value at the path, or None."""
        return next(iter(self.values(path)), None)

    def has(self, attribute: str) -> bool:
        """Whether the block has the attribute, also if it is empty. A plan leaves out values that are not known yet."""
        return attribute in self._conf

    def strings(self, path: str) -> list[str]:
        """The texts at the path."""
        return [value for value in self.values(path) if isinstance(value, str)]

    def number(self, path: str) -> float:
        """The number at the path, or 0."""
        value = self.value(path)
        return float(value) if isinstance(value, int | float) else 0

    def blocks(self, path: str) -> list[Block]:
        """The nested blocks at the path."""
        return [Block(value, self.kind, self.address) for value in self.values(path) if isinstance(value, Mapping)]

    def entries(self, path: str) -> dict[str, Any]:
        """The map at the path; empty if it is missing or not known yet."""
        mapping = next((value for value in self.values(path) if isinstance(value, Mapping)), {})
        return {
            key: next(_leaves(value), None)
            for key, value in mapping.items()
            if key not in _CHECKOV_FIELDS and not key.startswith("__")
        }

    def texts(self) -> Iterator[str]:
        """All texts of the block at any depth, except for comments."""
        yield from (text for _, text in self.texts_with_paths())

    def texts_with_paths(self) -> Iterator[tuple[str, str]]:
        """All texts of the block with their dotted paths."""
        yield from _texts_with_paths(self._conf)

    def mismatches(self, expected: Mapping[str, Any]) -> Iterator[str]:
        """A message for each path whose value is not the expected one, or not in the expected set."""
        for path, value_or_set in expected.items():
            allowed = value_or_set if isinstance(value_or_set, frozenset) else {value_or_set}
            value = self.value(path)
            if value not in allowed:
                yield f"{path} is {value!r}, must be {_either(allowed)}"


def _either(allowed: Iterable[Any]) -> str:
    return " or ".join(sorted(repr(value) for value in allowed))
