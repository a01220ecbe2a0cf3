"""Capacity: which limit an environment meets first when its users multiply, and where it ends.

Loads follow from the expected month, at its peak, and limits from the JSON and from AWS's quotas. All loads are those
of the profile itself; a limit says how many times the profile meets it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cached_property

from ffp.cost.book import Book, load
from ffp.cost.limits.database import database
from ffp.cost.limits.limit import Limit
from ffp.cost.limits.network import network
from ffp.cost.limits.traffic import api, distribution, functions, identity
from ffp.cost.month import Month
from ffp.cost.view import View
from ffp.stacks import SynthesisedStack
from settings import AccountLimits, UsageSettings


@dataclass(frozen=True)
class Capacity:
    """The limits of an environment, the one that is met first at the front."""

    limits: tuple[Limit, ...]
    month: Month

    @cached_property
    def first(self) -> Limit | None:
        """The limit that is met first."""
        return self.limits[0] if self.limits and self.limits[0].load else None

    @cached_property
    def last(self) -> Limit | None:
        """The limit that ends the environment: the first that no setting and no request can move further."""
        hard = [each for each in self.limits if each.ends_at.is_finite()]
        return min(hard, key=lambda each: each.ends_at, default=None)

    def cells(self, times: Decimal) -> Decimal:
        """How many environments bear the profile so many times, each with a group of its tenants."""
        if self.last is None or times <= self.last.ends_at:
            return Decimal(1)
        return (times / self.last.ends_at).to_integral_value(ROUND_CEILING)

    def tenants_at(self, times: Decimal) -> Decimal:
        """The tenants of the profile so many times, whole ones."""
        return (self.month.tenants * times).to_integral_value(ROUND_FLOOR)


def capacity(
    stacks: Sequence[SynthesisedStack], usage: UsageSettings, account: AccountLimits, book: Book | None = None
) -> Capacity:
    """The limits of an environment's stacks under its profile, for the expected month."""
    month, book = Month(usage), book or load()
    found = [limit for stack in stacks for limit in _limits(View(stack), month, account, book)]
    return Capacity(tuple(sorted(found, key=lambda each: (each.met_at, each.name))), month)


def _limits(view: View, month: Month, account: AccountLimits, book: Book) -> Iterator[Limit]:
    yield from api(view, month)
    yield from functions(view, month, account)
    yield from database(view, month, book)
    yield from identity(view, month)
    yield from network(view, month, book)
    yield from distribution(view, month)
