"""Compares patterns that choose lines, events or messages: which of two matches all that the other matches."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ffp.review.facts.fact import in_words
from ffp.review.side import values_in


def covers(wide: Any, narrow: Any) -> bool:
    """Whether the first pattern surely matches whatever the second matches. No pattern matches everything."""
    if _is_empty(wide):
        return True
    if _is_empty(narrow):
        return False
    one, other = _read(wide), _read(narrow)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return _covers_fields(one, other)
    if isinstance(one, Mapping) or isinstance(other, Mapping):
        return False
    return _covers_terms(str(one), str(other))


@dataclass(frozen=True)
class Filters:
    """Patterns of which one must match. None lets everything pass. Whatever passed must pass still."""

    def is_worse(self, before: Any, after: Any) -> bool:
        if after is None:
            return False
        new = values_in(after)
        return not all(any(covers(each, old) for each in new) for old in values_in(before) or [None])

    def is_unfit(self, value: Any) -> bool:
        return False

    def shown(self, value: Any) -> str:
        return "everything" if value is None else in_words([str(each) for each in values_in(value)])


def _is_empty(pattern: Any) -> bool:
    return pattern is None or (not isinstance(pattern, bool | int | float) and not pattern)


def _read(pattern: Any) -> Any:
    """A JSON pattern as an object; any other as a text without needless spaces."""
    if isinstance(pattern, Mapping):
        return pattern
    text = str(pattern).strip()
    if text.startswith("{"):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict):
            return found
    return " ".join(text.split())


def _covers_fields(wide: Mapping[str, Any], narrow: Mapping[str, Any]) -> bool:
    """Fields must all match, and of a field's values one."""
    if "$or" in wide or "$or" in narrow:
        return wide == narrow
    for key, values in wide.items():
        if key not in narrow:
            return False
        other = narrow[key]
        if isinstance(values, Mapping) and isinstance(other, Mapping):
            if not _covers_fields(values, other):
                return False
        elif isinstance(values, Mapping) or isinstance(other, Mapping) or not _texts(other) <= _texts(values):
            return False
    return True


def _texts(values: Any) -> frozenset[str]:
    return frozenset(json.dumps(each, sort_keys=True, default=str) for each in values_in(values))


def _covers_terms(wide: str, narrow: str) -> bool:
    """Compares patterns of log lines: `{ a && b || c }`, words that must all occur, or words with `?`: one must."""
    if wide == narrow:
        return True
    if wide.startswith("{") and narrow.startswith("{"):
        return _is_within(_alternatives(narrow), _alternatives(wide))
    words = [text.split() for text in (wide, narrow)]
    if all(word.isidentifier() for each in words for word in each):
        return set(words[0]) <= set(words[1])
    if all(word.startswith("?") for each in words for word in each):
        return set(words[0]) >= set(words[1])
    return False


def _alternatives(pattern: str) -> list[frozenset[str]]:
    """The alternatives of a pattern, each as the conditions that must all hold; with inner brackets it is only one."""
    inner = pattern.strip("{} ")
    if "(" in inner:
        return [frozenset({re.sub(r"\s+", "", inner)})]
    return [frozenset(re.sub(r"\s+", "", each) for each in part.split("&&")) for part in inner.split("||")]


def _is_within(narrow: Iterable[frozenset[str]], wide: list[frozenset[str]]) -> bool:
    return all(any(each <= part for each in wide) for part in narrow)
