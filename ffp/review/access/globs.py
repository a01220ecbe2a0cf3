"""Compares patterns with `*` and `?`, and sets of patterns, by what they match."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

_WILD = re.compile(r"[*?]")
_LITERALS = str.maketrans({"*": "\ue000", "?": "\ue001"})
_WILDCARDS = str.maketrans({"\ue000": "*", "\ue001": "?"})


def literal(text: str) -> str:
    """A pattern that matches this text only, whatever characters it contains."""
    return text.translate(_LITERALS)


def shown(pattern: str) -> str:
    """A pattern as people write it."""
    return pattern.translate(_WILDCARDS)


def is_wild(pattern: str) -> bool:
    """Whether a pattern can match several texts."""
    return "*" in pattern or "?" in pattern


@lru_cache(maxsize=200_000)
def contains(outer: str, inner: str) -> bool:
    """Whether each text that `inner` matches is matched by `outer`, too."""
    if outer in ("*", inner):
        return True
    if not is_wild(outer):
        return False
    at = there = 0
    star, resumed = -1, 0  # the last `*` of the outer pattern, and what of the inner one it has taken
    while there < len(inner):
        if at < len(outer) and outer[at] == "*":
            star, resumed, at = at, there, at + 1
        elif at < len(outer) and inner[there] != "*" and outer[at] in ("?", inner[there]):
            at, there = at + 1, there + 1
        elif star >= 0:
            at, resumed = star + 1, resumed + 1
            there = resumed
        else:
            return False
    return all(each == "*" for each in outer[at:])


@lru_cache(maxsize=200_000)
def overlap(one: str, other: str) -> bool:
    """Whether there is a text that both patterns match."""
    if not is_wild(one):
        return contains(other, one)
    if not is_wild(other):
        return contains(one, other)
    reached = {(0, 0)}
    unseen = [(0, 0)]
    while unseen:
        at, there = unseen.pop()
        if at == len(one) and there == len(other):
            return True
        for step in _steps(one[at : at + 1], other[there : there + 1]):
            place = (at + step[0], there + step[1])
            if place not in reached:
                reached.add(place)
                unseen.append(place)
    return False


def _steps(one: str, other: str) -> list[tuple[int, int]]:
    """How far two patterns can advance together, by their next characters."""
    if one == "*" and other == "*":
        return [(1, 0), (0, 1)]
    if one == "*":
        return [(1, 0), (0, 1)] if other else [(1, 0)]
    if other == "*":
        return [(0, 1), (1, 0)] if one else [(0, 1)]
    return [(1, 1)] if one and other and (one == other or "?" in (one, other)) else []


@dataclass(frozen=True)
class Names:
    """What one of these patterns matches or, if negated, what none of them matches."""

    patterns: frozenset[str]
    negated: bool = False

    @property
    def parts(self) -> "list[Names]":
        """Sets of one pattern each that make up this one; a negated set has one part."""
        return [self] if self.negated else [Names(frozenset({each})) for each in self.ordered]

    @cached_property
    def ordered(self) -> tuple[str, ...]:
        return tuple(sorted(self.patterns))

    @cached_property
    def _wild(self) -> tuple[tuple[str, str], ...]:
        """The patterns that can match several texts, each after what all of these texts begin with."""
        return tuple((_WILD.split(each, maxsplit=1)[0], each) for each in self.ordered if is_wild(each))

    def _contains(self, pattern: str) -> bool:
        """Whether one pattern of this set matches all that another one does, leaving `negated` aside."""
        return pattern in self.patterns or any(
            pattern.startswith(start) and contains(own, pattern) for start, own in self._wild
        )

    def _overlaps(self, other: "Names") -> bool:
        """Whether a pattern of this set and one of the other may match the same text, leaving `negated` aside."""
        if not self.patterns.isdisjoint(other.patterns):
            return True
        return any(
            overlap(own, each)
            for some, others in ((self, other), (other, self))
            for start, own in some._wild
            for each in others.patterns
            if each.startswith(start) or is_wild(each)
        )

    def covers(self, other: "Names") -> bool:
        """Whether this set contains the other one. A set that is covered by several patterns together counts as not."""
        if self.negated and other.negated:
            return all(map(other._contains, self.patterns))
        if self.negated:
            return not self._overlaps(other)
        if other.negated or not self.patterns:
            return "*" in self.patterns
        return all(map(self._contains, other.patterns))

    def meets(self, other: "Names") -> bool:
        """Whether the two sets may have a member in common."""
        if self.negated and other.negated:
            return True
        if self.negated or other.negated:
            excluded, given = (self, other) if self.negated else (other, self)
            return not all(map(excluded._contains, given.patterns))
        return self._overlaps(other)


EVERYTHING = Names(frozenset({"*"}))
