"""What a price rule answers: how much of which item one resource uses in a month."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from ffp.cost.month import Month
from ffp.cost.view import Block, View


@dataclass(frozen=True)
class Use:
    """A quantity of one item of the price book. `what` says what it is for; `by_use` whether it follows the usage."""

    item: str
    quantity: Decimal
    what: str
    by_use: bool = True


def fixed(item: str, quantity: Decimal | int, what: str) -> Use:
    """What is paid whether anybody uses the platform or not."""
    return Use(item, Decimal(quantity), what, by_use=False)


Rule = Callable[[Block, View, Month], Iterable[Use]]
