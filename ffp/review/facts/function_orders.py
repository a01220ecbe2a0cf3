"""Orders of values that only functions have: reserved executions, runtimes, levels of log lines."""

import re
from dataclasses import dataclass
from typing import Any

from ffp.review.facts.fact import in_words

_RUNTIME = re.compile(r"(?P<family>[a-z]+)(?P<major>\d+)?(?:\.(?P<minor>\d+))?")
# The oldest version by family that AWS had not deprecated at the end of 2025, from the page "Lambda runtimes".
_OLDEST = {"python": (3, 10), "nodejs": (20, 0), "ruby": (3, 2), "java": (8, 0), "dotnet": (8, 0)}
_DEPRECATED = frozenset({"go1.x", "java8", "provided", "dotnetcore3.1", "dotnetcore2.1", "nodejs"})


def level(value: Any) -> str:
    """The least important level that is logged; more than INFO is as good as INFO."""
    text = str(value).upper()
    return (
        "INFO"
        if text in ("DEBUG", "TRACE", "NOTSET", "ALL")
        else {"WARNING": "WARN", "CRITICAL": "FATAL"}.get(text, text)
    )


@dataclass(frozen=True)
class Concurrency:
    """How many executions of a function may run. None and -1 mean: as many as the account has; 0 stops it."""

    def is_worse(self, before: Any, after: Any) -> bool:
        old, new = self._of(before), self._of(after)
        return (new == 0 and old != 0) or (old is not None and new is None)

    def _of(self, value: Any) -> int | None:
        try:
            return None if value is None or int(value) < 0 else int(value)
        except (TypeError, ValueError):
            return 1

    def is_unfit(self, value: Any) -> bool:
        return self._of(value) == 0

    def shown(self, value: Any) -> str:
        return {None: "without a limit of its own", 0: "none, which stops it"}.get(self._of(value)) or str(value)


@dataclass(frozen=True)
class Runtime:
    """The runtime of a function, which must not become an older one of its family, nor one that AWS deprecated."""

    def is_worse(self, before: Any, after: Any) -> bool:
        old, new = self._of(before), self._of(after)
        return before != after and (self.is_unfit(after) or (old[0] == new[0] and new[1] < old[1]))

    def _of(self, value: Any) -> tuple[str, tuple[int, int]]:
        found = _RUNTIME.match(str(value or ""))
        return (found["family"], (int(found["major"] or 0), int(found["minor"] or 0))) if found else ("", (0, 0))

    def is_unfit(self, value: Any) -> bool:
        family, version = self._of(value)
        return str(value) in _DEPRECATED or version < _OLDEST.get(family, (0, 0))

    def shown(self, value: Any) -> str:
        return in_words(value)
