"""Orders of values that only the front door has: lists of patterns, floors of TLS, content security policies."""

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from ffp.review.facts.fact import in_words
from ffp.review.side import at, values_in

_TLS = re.compile(r"TLSv1(?:\.(\d))?(?:_(\d{4}))?$")
_OTHER_TLS = re.compile(r"TLS(?:[_-]?1[_-]?3(?=[_-]1[_-]))?[_-]1[_-](\d)")
_LOAD_BALANCER_OF_OLD = "ELBSecurityPolicy-"  # without a version in its name, it allows TLS 1.0
_NONE = "'none'"
# The ends of the names of directives that take the value of `default-src` where they are left out.
_FETCHING = ("-src", "-src-attr", "-src-elem")
_REPORTING = frozenset({"report-uri", "report-to"})
_SWITCHES = frozenset({"upgrade-insecure-requests", "block-all-mixed-content"})


@dataclass(frozen=True)
class Kept:
    """A value that must stay as it is. Setting it first needs a look only if `first`, removing it only if `removal`.

    If it is `demanded`, a new resource needs a value.
    """

    demanded: bool = False
    first: bool = False
    removal: bool = True

    def is_worse(self, before: Any, after: Any) -> bool:
        old, new = _comparable(before), _comparable(after)
        if old == new:
            return False
        return self.first if old is None else self.removal if new is None else True

    def is_unfit(self, value: Any) -> bool:
        return self.demanded and _comparable(value) is None

    def shown(self, value: Any) -> str:
        return in_words(value)


@dataclass(frozen=True)
class Letting:
    """A list of what is let in, which must not grow. A member that an old pattern contains is no growth.

    `harmless` are members whose addition never matters. `refused` tells which member a new resource must not have.
    """

    harmless: frozenset[str] = frozenset()
    refused: Callable[[str], bool] = lambda _: False
    fold: bool = False  # whether upper and lower case are the same

    def of(self, value: Any) -> frozenset[str]:
        """The members."""
        return frozenset(str(each).lower() if self.fold else str(each) for each in values_in(value))

    def is_worse(self, before: Any, after: Any) -> bool:
        old = self.of(before)
        return any(
            not any(each == known or fnmatchcase(each, known) for known in old)
            for each in self.of(after) - self.harmless
        )

    def is_unfit(self, value: Any) -> bool:
        return any(map(self.refused, self.of(value)))

    def shown(self, value: Any) -> str:
        return in_words(self.of(value))


def tls_of(policy: Any) -> tuple[int, int]:
    """The oldest version of TLS that a policy accepts, and the year of its ciphers; (-1, 0) if it says neither."""
    text = str(policy)
    if found := _TLS.match(text):
        return int(found[1] or 0), int(found[2] or 0)
    if found := _OTHER_TLS.search(text):
        years = re.findall(r"20\d\d", text)
        return int(found[1]), int(years[0]) if years else 0
    return (0, 0) if text.startswith(_LOAD_BALANCER_OF_OLD) else (-1, 0)


@dataclass(frozen=True)
class TlsFloor:
    """The oldest version of TLS that is accepted. A new resource needs at least 1.2, unless it has no choice."""

    demanded: bool = True

    def is_worse(self, before: Any, after: Any) -> bool:
        return before != after and tls_of(after) < tls_of(before)

    def is_unfit(self, value: Any) -> bool:
        return self.demanded and value is not None and tls_of(value) < (2, 0)

    def shown(self, value: Any) -> str:
        return in_words(value)


@dataclass(frozen=True)
class ContentPolicy:
    """What a page may load, by its content security policy: no directive may allow more than before."""

    def is_worse(self, before: Any, after: Any) -> bool:
        old, new = _directives(before), _directives(after)
        if old is None or old == new:
            return False
        if new is None:
            return True
        for name in {*old, *new} - _REPORTING:
            if name in _SWITCHES:
                if name in old and name not in new:
                    return True
            elif (now := _sources(new, name)) is None:
                if _sources(old, name) is not None:
                    return True
            elif (was := _sources(old, name)) is not None and not (now <= was or "*" in was):
                return True
        return False

    def is_unfit(self, value: Any) -> bool:
        return False

    def shown(self, value: Any) -> str:
        return in_words(value)


def _directives(value: Any) -> dict[str, frozenset[str]] | None:
    if not value:
        return None
    words = [each.split() for each in str(value).split(";")]
    return {first.lower(): frozenset(rest) - {_NONE} for first, *rest in filter(None, words)}


def _sources(policy: Mapping[str, frozenset[str]], name: str) -> frozenset[str] | None:
    """The sources that a directive allows, by itself or by `default-src`; None if all are."""
    if name in policy:
        return policy[name]
    if not name.endswith(_FETCHING):
        return None
    parent = "script-src" if name.startswith(("script-src-", "worker-src")) else "style-src"
    if parent in policy and (name.startswith(f"{parent}-") or name == "worker-src"):
        return policy[parent]
    return policy.get("default-src")


@dataclass(frozen=True)
class Countries:
    """From where a distribution answers: a block with `restriction_type` and `locations`."""

    def is_worse(self, before: Any, after: Any) -> bool:
        (old_kind, old), (new_kind, new) = self._of(before), self._of(after)
        match old_kind, new_kind:
            case "whitelist", "whitelist":
                return not new <= old
            case "whitelist", _:
                return True
            case "blacklist", "blacklist":
                return not old <= new
            case "blacklist", "whitelist":
                return bool(new & old)
            case "blacklist", _:
                return True
        return False

    def _of(self, value: Any) -> tuple[str, frozenset[str]]:
        locations = frozenset(map(str, values_in(at(value, "locations"))))
        kind = str(at(value, "restriction_type"))
        return ("none" if kind == "blacklist" and not locations else kind), locations

    def is_unfit(self, value: Any) -> bool:
        return False

    def shown(self, value: Any) -> str:
        kind, locations = self._of(value)
        words = {"whitelist": "only ", "blacklist": "all but "}
        return f"{words[kind]}{in_words(locations)}" if kind in words else "everywhere"


@dataclass(frozen=True)
class Seconds:
    """A time by each of several keys that must not become longer. `default` counts for a key that is missing."""

    default: Mapping[str, int] = field(default_factory=dict)

    def is_worse(self, before: Any, after: Any) -> bool:
        old, new = self._of(before), self._of(after)
        return any(
            new.get(key, self.default.get(key, 0)) > old.get(key, self.default.get(key, 0)) for key in {*old, *new}
        )

    def _of(self, value: Any) -> Mapping[str, int]:
        return value if isinstance(value, Mapping) else {}

    def is_unfit(self, value: Any) -> bool:
        return False

    def shown(self, value: Any) -> str:
        return ", ".join(f"{key}: {seconds} s" for key, seconds in sorted(self._of(value).items())) or "by default"


@dataclass(frozen=True)
class Refused:
    """A value, or members of a list, of which some are never right. `demanded` refuses them for a new resource, too."""

    values: frozenset[Any]
    demanded: bool = True

    def _found(self, value: Any) -> frozenset[Any]:
        return self.values & frozenset(each for each in values_in(value) if isinstance(each, Hashable))

    def is_worse(self, before: Any, after: Any) -> bool:
        return bool(self._found(after) - self._found(before))

    def is_unfit(self, value: Any) -> bool:
        return self.demanded and bool(self._found(value))

    def shown(self, value: Any) -> str:
        return in_words(value)


@dataclass(frozen=True)
class Unwanted:
    """What needs a look wherever it is new: its existence, or a change of what it says."""

    def is_worse(self, before: Any, after: Any) -> bool:
        return after is not None and _comparable(before) != _comparable(after)

    def is_unfit(self, value: Any) -> bool:
        return value is not None

    def shown(self, value: Any) -> str:
        return in_words(value)


def _comparable(value: Any) -> Any:
    """Lists as sets of texts, since Terraform's order of most lists means nothing; empty values as None."""
    if isinstance(value, list | tuple | set | frozenset):
        return frozenset(map(str, value)) or None
    if isinstance(value, Mapping):
        return {key: _comparable(inner) for key, inner in value.items()} or None
    return None if value in (None, "") else str(value)
