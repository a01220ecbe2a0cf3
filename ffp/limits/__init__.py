"""Measures stacks against AWS's limits (`catalogue/limits/`), before any plan: AWS itself refuses during a deploy."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from catalogue.limits import LIMITS, Limit
from ffp.limits.measures import ACCOUNT, MEASURES, Stack
from ffp.limits.values import Values
from ffp.stacks import SynthesisedStack
from settings.limits import AccountLimits

_BOOTSTRAP = "bootstrap-"
_DEFAULTS = AccountLimits()


class Use(NamedTuple):
    """How much of a limit something in a stack uses."""

    limit: Limit
    stack: str
    where: str
    number: int
    allowed: int

    @property
    def share(self) -> float:
        return self.number / self.allowed

    @property
    def problem(self) -> str:
        """The line that refuses it: place, value, limit, and remedy."""
        limit = self.limit
        return (
            f"{self.stack}: {self.where}: {self.number:,} {limit.unit} exceed AWS's limit of {self.allowed:,} for the "
            f"{limit.name}; {limit.with_request} ({limit.source})"
        )


def uses(stacks: Sequence[SynthesisedStack], accounts: Mapping[str, AccountLimits]) -> list[Use]:
    """All uses of all limits, the fullest first.

    `accounts` are the quotas of an environment's account by its name; without an entry, AWS's defaults apply. What the
    account limits is counted over the environment's stacks together, as far as they are among `stacks`.
    """
    measured = [(stack, Stack(stack, Values(stack))) for stack in stacks]
    found: list[Use] = []
    for limit in LIMITS:
        together: Counter[str] = Counter()
        for stack, measurable in measured:
            environment = stack.name.removeprefix(_BOOTSTRAP)
            allowed = accounts.get(environment, _DEFAULTS).allowed(limit)
            for amount in MEASURES[limit](measurable):
                if amount.where == ACCOUNT:
                    together[environment] += amount.number
                elif amount.number:
                    found.append(Use(limit, stack.name, amount.where, amount.number, allowed))
        found += [
            Use(limit, name, ACCOUNT, number, accounts.get(name, _DEFAULTS).allowed(limit))
            for name, number in together.items()
            if number
        ]
    return sorted(found, key=lambda use: -use.share)


def problems(stacks: Sequence[SynthesisedStack], accounts: Mapping[str, AccountLimits]) -> Iterator[str]:
    """A line for each use that exceeds its limit."""
    return (use.problem for use in uses(stacks, accounts) if use.number > use.allowed)
