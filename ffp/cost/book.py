"""The price book: AWS's prices in London, each with its unit, tiers, free allowance, source, date and confidence.

`prices.json` is data and can be replaced: `ffp cost refresh` writes it again from AWS's public price list.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

from ffp.project import BadInputError

FILE = Path(__file__).with_name("prices.json")
HOURS = Decimal(730)  # in AWS's month

# A: a row of AWS's price list. B: a document that quotes such a row. C: no row of London was found, so that the figure
# is another region's, an old one, or derived.
Confidence = Literal["A", "B", "C"]


@dataclass(frozen=True)
class Tier:
    """The price in dollars of a unit, up to this quantity a month; None is without end."""

    up_to: Decimal | None
    price: Decimal


@dataclass(frozen=True)
class Allowance:
    """What is free each month in an account or organisation. Several prices may share one allowance by its name."""

    name: str
    quantity: Decimal
    source: str


@dataclass(frozen=True)
class Offer:
    """Where AWS's price list has the price: the offer, its region, the usage type, and columns that must match.

    `unit` is the row's unit; it is None until the first refresh. `is_seen` is true if the row is known to exist: then a
    list without it is an error. Otherwise the refresh keeps the old price.
    """

    service: str
    region: str
    usage_type: str
    unit: str | None
    is_seen: bool
    match: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Price:
    """The price of one item. `service` is its name on the bill, `unit` what is counted."""

    item: str
    service: str
    unit: str
    tiers: tuple[Tier, ...]
    location: str
    confidence: Confidence
    source: str
    date: str
    free: Allowance | None = None
    offer: Offer | None = None
    note: str = ""

    @property
    def is_weak(self) -> bool:
        """Whether no source has London's row."""
        return self.confidence == "C"

    @property
    def first(self) -> Decimal:
        """The price of the first unit that is not free, in dollars."""
        return self.tiers[0].price

    def dollars(self, quantity: Decimal) -> Decimal:
        """The price of a quantity in one month, tier by tier, without the free allowance."""
        total, begins = Decimal(0), Decimal(0)
        for tier in self.tiers:
            ends = quantity if tier.up_to is None else min(quantity, tier.up_to)
            total += max(Decimal(0), ends - begins) * tier.price
            begins = max(begins, ends)
        return total


@dataclass(frozen=True)
class Book:
    """All prices of a region, and the dollars in a pound with the origin of that rate."""

    region: str
    prices: Mapping[str, Price]
    dollars_a_pound: Decimal
    rate_source: str

    def price(self, item: str, of: str) -> Price:
        """The price of an item that `of` needs. Raises BadInputError if the book does not have it."""
        if item not in self.prices:
            raise BadInputError(
                f"{of}: {item} has no price; add it to ffp/cost/{FILE.name} with unit, source and date, or run"
                " `ffp cost refresh` if an entry names the rows of AWS's price list"
            )
        return self.prices[item]

    def pounds(self, dollars: Decimal) -> Decimal:
        return dollars / self.dollars_a_pound


@cache
def load(file: Path = FILE) -> Book:
    """Reads the book. Raises BadInputError if it is not what `ffp cost refresh` writes."""
    return parse(file.read_text(encoding="utf-8"), str(file))


def parse(text: str, where: str) -> Book:
    """A book from its JSON. Raises BadInputError with the first entry that cannot be read."""
    item = "the whole file"
    try:
        data = json.loads(text)
        prices = {}
        for item, entry in data["prices"].items():
            prices[item] = _price(item, entry)
        return Book(data["region"], prices, Decimal(data["pound"]["dollars"]), data["pound"]["source"])
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadInputError(
            f"{where}: {item} cannot be read ({type(error).__name__}: {error}); restore the file from git"
        ) from error


def _price(item: str, entry: Mapping[str, Any]) -> Price:
    tiers = tuple(
        Tier(None if each["up_to"] is None else Decimal(each["up_to"]), Decimal(each["price"]))
        for each in entry["tiers"]
    )
    ends = [tier.up_to for tier in tiers[:-1]]
    if not tiers or tiers[-1].up_to is not None or None in ends or any(tier.price < 0 for tier in tiers):
        raise ValueError("the last tier, and only that, has no end, and no price is negative")
    if entry["confidence"] not in ("A", "B", "C"):
        raise ValueError("the confidence is A, B or C")
    free, offer = entry.get("free"), entry.get("offer")
    return Price(
        item=item,
        service=entry["service"],
        unit=entry["unit"],
        tiers=tiers,
        location=entry["location"],
        confidence=entry["confidence"],
        source=entry["source"],
        date=entry["date"],
        free=Allowance(free["allowance"], Decimal(free["quantity"]), free["source"]) if free else None,
        offer=Offer(
            offer["service"],
            offer["region"],
            offer["usage_type"],
            offer["unit"],
            offer["seen"],
            offer.get("match", {}),
        )
        if offer
        else None,
        note=entry.get("note", ""),
    )
