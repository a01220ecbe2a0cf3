"""Silences: what somebody accepts of a review until a day. It stays visible, but no longer fails the command."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from settings.base import Settings, matching, must

SHORTEST_REASON = 20  # characters; a shorter text explains nothing

Address = Annotated[
    str,
    matching(
        r"[a-z][a-z0-9_]*\.[A-Za-z_][\w-]*",
        "must be the address of a resource",
        "copy it from the review, like aws_db_instance.database_instance",
    ),
]


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


@dataclass(frozen=True, kw_only=True)
class Silence(Settings):
    """Accepts what a review says of one resource. Remove it once the change is deployed."""

    address: Address
    """The resource's address, as the review shows it."""

    because: Annotated[
        str,
        must(
            lambda text: len(text.strip()) >= SHORTEST_REASON,
            f"must explain the decision in {SHORTEST_REASON} characters or more",
            "say who decided, and why the danger is accepted",
        ),
    ]
    """Why the danger is accepted. The review shows it."""

    until: Annotated[str, must(_is_day, "must be a day", "write it like 2027-01-31")]
    """The last day on which it counts, at most 90 days ahead, such as `2027-01-31`."""
