"""One limit that a growing environment meets, and the steps that move it."""

from dataclasses import dataclass
from decimal import Decimal

WITHOUT_END = Decimal("Infinity")


@dataclass(frozen=True)
class Step:
    """What a setting can be changed to, and the limit that follows.

    It adds `dollars` a month to the bill, or `dollars_a_unit` for each unit by which the load exceeds today's limit.
    """

    to: str
    limit: Decimal
    dollars: Decimal = Decimal(0)
    dollars_a_unit: Decimal = Decimal(0)


@dataclass(frozen=True)
class Limit:
    """A limit with the load that the profile puts on it, in `unit`, with its arithmetic.

    `load` grows with the users. `steps` are in the order of their limits. If `is_hard`, nobody can raise the limit
    beyond the last step: more users than that need another environment.
    """

    name: str
    unit: str
    load: Decimal
    limit: Decimal
    arithmetic: str
    setting: str
    source: str
    steps: tuple[Step, ...] = ()
    is_hard: bool = False

    @property
    def met_at(self) -> Decimal:
        """How many times the profile meets the limit."""
        return self.limit / self.load if self.load else WITHOUT_END

    @property
    def ends_at(self) -> Decimal:
        """How many times the profile meets the largest limit that there is."""
        if not self.is_hard or not self.load:
            return WITHOUT_END
        return max([self.limit, *(step.limit for step in self.steps)]) / self.load

    def needed(self, times: Decimal) -> Step | None:
        """The smallest step that bears the profile so many times; None if none is needed, or none suffices."""
        load = self.load * times
        return next((step for step in self.steps if step.limit >= load), None) if load > self.limit else None

    def price_of(self, step: Step, times: Decimal) -> Decimal:
        """What a step adds to the bill, in dollars a month, at so many times the profile."""
        return step.dollars + step.dollars_a_unit * max(Decimal(0), self.load * times - self.limit)

    def is_beyond(self, times: Decimal) -> bool:
        """Whether no step bears the profile so many times."""
        return self.load * times > self.limit and self.needed(times) is None
