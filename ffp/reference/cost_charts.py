"""The charts of `docs/cost.md`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from ffp.cost import Bill, Book
from ffp.cost.bill import net_of
from ffp.cost.book import HOURS
from ffp.reference import charts

SCALES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_SHOWN = 6  # lines beside the sum
_CENT = Decimal("0.01")
_NAT_VOLUME_GB = 8
_MEMORY_GB = Decimal("0.25")
_SECONDS = HOURS * 3600


@dataclass(frozen=True)
class Choices:
    """The prices, in dollars a month, of choices between which there is a break-even point."""

    instance: Decimal
    gateway: Decimal
    endpoint: Decimal
    standby: Decimal  # of an environment of 256 MB
    warm_work: Decimal  # of the same when it works all the time, beside the standby
    on_demand: Decimal
    free_users: Decimal
    essentials: Decimal  # a user
    plus: Decimal

    @classmethod
    def from_book(cls, book: Book) -> "Choices":
        def first(item: str) -> Decimal:
            return book.price(item, "docs/cost.md").first

        user = book.price("cognito.user.ESSENTIALS", "docs/cost.md")
        address = HOURS * first("ipv4.hour")
        return cls(
            instance=HOURS * first("ec2.hour.t4g.nano") + _NAT_VOLUME_GB * first("ebs.gp3_gb") + address,
            gateway=HOURS * first("nat.hour") + address,
            endpoint=HOURS * first("endpoint.hour"),
            standby=_SECONDS * _MEMORY_GB * first("lambda.provisioned_gb_second.arm64"),
            warm_work=_SECONDS * _MEMORY_GB * first("lambda.provisioned_duration.arm64"),
            on_demand=_SECONDS * _MEMORY_GB * first("lambda.gb_second.arm64"),
            free_users=user.free.quantity if user.free else Decimal(0),
            essentials=user.first,
            plus=first("cognito.user.PLUS"),
        )

    @property
    def warm_break_even(self) -> Decimal:
        """The share of its time that a warm environment must work to cost less than one on demand."""
        return self.standby / (self.on_demand - self.warm_work)

    def users_that_cost(self, dollars: Decimal) -> Decimal:
        """The users at which Essentials costs so much."""
        return self.free_users + dollars / self.essentials


def bill(of: Bill) -> str:
    """A bill by service, without those that cost nothing."""
    shown = {name: lines for name, lines in of.services.items() if net_of(lines).expected >= _CENT}

    def part(*, by_use: bool) -> list[float]:
        return [float(net_of(each for each in lines if each.by_use is by_use).expected) for lines in shown.values()]

    parts = {"fixed": part(by_use=False), "by use": part(by_use=True)}
    return charts.bars("Production's bill, expected month", "dollars a month", list(shown), parts)


def egress(choices: Choices) -> str:
    """Ways out of the VPC by the number of AWS services that functions call."""
    ways: dict[str, Callable[[int], Decimal]] = {
        "NAT instance": lambda _: choices.instance,
        "NAT gateway": lambda _: choices.gateway,
        "a gateway in two zones": lambda _: 2 * choices.gateway,
        "endpoints, one zone": lambda count: count * choices.endpoint,
        "endpoints, two zones": lambda count: 2 * count * choices.endpoint,
    }
    series = {name: [(float(count), float(cost(count))) for count in range(9)] for name, cost in ways.items()}
    return charts.lines("Ways out of the VPC", "AWS services with an endpoint", "dollars a month", series)


def warm(choices: Choices) -> str:
    """An environment of 256 MB, warm and on demand, by how much of the time it works."""
    shares = [Decimal(percent) / 100 for percent in range(0, 101, 5)]
    series = {
        "warm": [(float(each * 100), float(choices.standby + each * choices.warm_work)) for each in shares],
        "on demand": [(float(each * 100), float(each * choices.on_demand)) for each in shares],
    }
    title = "One environment of 256 MB, day and night"
    return charts.lines(title, "share of the time that it works, in per cent", "dollars a month", series)


def users(choices: Choices) -> str:
    """Sign-in by the number of users."""
    counts = [Decimal(thousands * 1000) for thousands in range(0, 51, 5)]
    series = {
        "Essentials": [
            (float(each / 1000), float(max(Decimal(0), each - choices.free_users) * choices.essentials))
            for each in counts
        ],
        "Plus": [(float(each / 1000), float(each * choices.plus)) for each in counts],
    }
    return charts.lines("Sign-in by Cognito", "thousands of users who sign in", "dollars a month", series)


def growth(at: Mapping[int, Bill]) -> str:
    """The bill by multiples of the users: the sum, and the services that cost most at the end."""
    last = at[max(at)]
    series = {"sum": [(float(scale), float(each.total.expected)) for scale, each in at.items()]}
    for service in list(last.services)[:_SHOWN]:
        series[service] = [
            (float(scale), float(net_of(each.services.get(service, ())).expected)) for scale, each in at.items()
        ]
    return charts.lines_by_powers("The bill as the users multiply", "times the profile", "dollars a month", series)
