"""How a change is kept: what is done to a stack, and what a review should think of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tests.review.corpus.edit import Document

Change = Callable[[Document], object]
Label = Literal["dangerous", "harmless"]


@dataclass(frozen=True)
class Case:
    """One change. It edits the document in place, or raises DoesNotApply.

    `doubt` says why somebody might call it otherwise.
    """

    name: str
    label: Label
    category: str
    stack: str  # platform, bootstrap
    why: str
    doubt: str
    change: Change


CASES: dict[str, Case] = {}


def dangerous(
    name: str, category: str, why: str, *, stack: str = "platform", doubt: str = ""
) -> Callable[[Change], Change]:
    """Keeps a change that a review must stop."""
    return _keep(name, "dangerous", category, stack, why, doubt)


def harmless(
    name: str, category: str, why: str, *, stack: str = "platform", doubt: str = ""
) -> Callable[[Change], Change]:
    """Keeps a change of which a review must not warn."""
    return _keep(name, "harmless", category, stack, why, doubt)


def _keep(name: str, label: Label, category: str, stack: str, why: str, doubt: str) -> Callable[[Change], Change]:
    def keep(change: Change) -> Change:
        assert name not in CASES, f"there are two changes of the name {name}"
        CASES[name] = Case(name, label, category, stack, why, doubt, change)
        return change

    return keep
