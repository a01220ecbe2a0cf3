"""The ticket of a saved plan: what travels from the job that plans to the job that applies, in place of the plan.

A plan file holds the state and its secrets in clear, so it never leaves the environment's account. The ticket says
where it lies there and what it must be: its digest, the commit, and the digest of the review that people read.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from ffp.project import BadInputError
from ffp.review.shown import clipped

LIFETIME = timedelta(hours=24)  # a plan that waits longer describes a platform of yesterday
AGAIN = "plan again: `ffp deliver plan ENV --store`, or run the job that plans once more in GitHub"
_CODE_LENGTH = 10  # hexadecimal characters: short enough to type, and a guess has one chance in a million million
_DIGEST, _COMMIT = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{40}")
_FORMS = {
    "commit": (_COMMIT, "the 40 characters of a commit"),
    "against": (re.compile(rf"({_COMMIT.pattern})?"), "the 40 characters of a commit, or empty"),
    **dict.fromkeys(("stack", "plan", "review"), (_DIGEST, "the 64 characters of a SHA-256")),
}
_LONGEST_SHOWN = 60  # characters


@dataclass(frozen=True)
class Ticket:
    """One saved plan, as the job that made it describes it."""

    environment: str
    commit: str  # the whole id of the commit that was planned
    against: str  # the whole id of the commit with which the review compares; empty for what is deployed
    stack: str  # SHA-256 of the stack's synthesised files
    bucket: str
    key: str
    version: str  # of the object
    plan: str  # SHA-256 of the plan file
    review: str  # SHA-256 of the review as JSON
    made: str  # when, such as 2026-11-29T20:12:10+00:00; the review is of that day

    @property
    def code(self) -> str:
        """What whoever approves must write: it follows from all that the ticket says, and fits no other one."""
        return hashlib.sha256(self.as_json().encode()).hexdigest()[:_CODE_LENGTH]

    def is_approved_by(self, text: str) -> bool:
        """Whether what somebody wrote contains the code, whatever stands around it."""
        return re.search(rf"(?<![0-9a-f]){self.code}(?![0-9a-f])", text) is not None

    @property
    def made_at(self) -> datetime:
        return datetime.fromisoformat(self.made)

    def as_json(self) -> str:
        """One line of JSON, which `read` reads."""
        return json.dumps(asdict(self), separators=(",", ":"))


def now() -> str:
    """The present moment as a ticket writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def read(text: str) -> Ticket:
    """The ticket in a text. Raises BadInputError with every field that is missing, unknown or of another form."""
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        raw = None
    if not isinstance(raw, dict):
        raise BadInputError(f"ticket: {_shown(text)} is no JSON object; give the one that was printed, or {AGAIN}")
    names = [each.name for each in fields(Ticket)]
    problems = [f"ticket: {name} is missing; {AGAIN}" for name in names if name not in raw]
    problems += [f"ticket: {_shown(name)} is unknown; {AGAIN}" for name in raw if name not in names]
    problems += [problem for name in names if name in raw for problem in _problems(name, raw[name])]
    if problems:
        raise BadInputError(*problems)
    return Ticket(**raw)


def _problems(name: str, value: Any) -> Iterator[str]:
    shown = _shown(value)
    pattern, form = _FORMS.get(name, (re.compile(r"[\x21-\x7e]{1,500}"), "a text without spaces"))
    if not isinstance(value, str) or not pattern.fullmatch(value):
        yield f"ticket: {name} is {shown}, and must be {form}; {AGAIN}"
    elif name == "made" and not _is_moment(value):
        yield f"ticket: made is {shown}, and must be a moment with its offset from UTC; {AGAIN}"


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _shown(value: Any) -> str:
    return clipped(repr(value), _LONGEST_SHOWN)
