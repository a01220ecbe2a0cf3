"""What somebody accepts of a review or of a drift until a day. It stays visible, but no longer fails the command."""

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


Reason = Annotated[
    str,
    must(
        lambda text: len(text.strip()) >= SHORTEST_REASON,
        f"must explain the decision in {SHORTEST_REASON} characters or more",
        "say who decided, and why it is accepted",
    ),
]
LastDay = Annotated[str, must(_is_day, "must be a day", "write it like 2027-01-31")]


@dataclass(frozen=True, kw_only=True)
class Silence(Settings):
    """Accepts what a review says of one resource. Remove it once the change is deployed."""

    address: Address
    """The resource's address, as the command shows it."""

    because: Reason
    """Why it is accepted. The command shows it."""

    until: LastDay
    """The last day on which it counts, at most 90 days ahead, such as `2027-01-31`."""


@dataclass(frozen=True, kw_only=True)
class AllowedDrift(Settings):
    """Accepts that one attribute of a resource differs from what Terraform set. Remove it once it does no longer."""

    attribute: Annotated[
        str,
        matching(
            r"[a-z][a-z0-9_]*|\*",
            "must be the name of an attribute",
            "copy it from `ffp deliver drift`, like tags; * stands for a resource that is gone",
        ),
    ]
    """The attribute, as `ffp deliver drift` shows it; `*` if the resource is gone."""

    address: Address
    """The resource's address, as the command shows it."""

    because: Reason
    """Why it is accepted. The command shows it."""

    until: LastDay
    """The last day on which it counts, at most 90 days ahead, such as `2027-01-31`."""
