"""Renews the price book from AWS's public price list: all of it, or nothing."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from ffp.cost import book, offers
from ffp.cost.book import Offer, Price, Tier
from ffp.cost.offers import OfferFile, Row, UnreachableListError, UnreadableOfferError
from ffp.files import put_in_place
from ffp.project import BadInputError, ToolError

_CURRENCY = "USD"
_LARGEST_FACTOR = 10  # a larger change is more likely one of the unit
_WITHOUT_END = "Inf"


@dataclass(frozen=True)
class Moved:
    """One price that the price list has: that of its first unit before and now, in dollars."""

    item: str
    unit: str
    old: Decimal
    new: Decimal

    @property
    def percent(self) -> Decimal | None:
        """The change in per cent; None from a price of zero."""
        return (self.new / self.old - 1) * 100 if self.old else None


@dataclass(frozen=True)
class Renewal:
    """What a refresh did: prices that moved, the number of those confirmed, and those that the list does not have."""

    moved: tuple[Moved, ...]
    confirmed: int
    kept: tuple[str, ...]


class _Refused(Exception):  # noqa: N818 - the name is a sentence
    """A row that must not become a price."""


class _Unsettled(_Refused):
    """No row, or several: the rows do not say what the price is."""


def refresh(
    base: str, report: Callable[[str], object], *, accept: Collection[str] = (), file: Path = book.FILE
) -> Renewal:
    """Renews the book in `file` from the price list at `base`.

    Raises BadInputError for an address that is none, or an item to `accept` that is none, and ToolError with every
    problem of the price list; then the book stays as it is.
    """
    text = file.read_text(encoding="utf-8")
    prices = book.parse(text, str(file)).prices
    _require_input(base, accept, prices)
    problems: list[str] = []
    read: dict[str, tuple[OfferFile, list[Row]]] = {}
    for (service, region), items in _by_file(prices.values()).items():
        wanted = {price.offer.usage_type for price in items if price.offer}
        try:
            offer_file = offers.read(base.rstrip("/"), service, region, wanted, report)
        except UnreachableListError as error:
            raise ToolError(f"{error}; {file.name} is unchanged") from None
        except UnreadableOfferError as error:
            problems.append(f"{service}, {region}: {error}")
            continue
        for price in items:
            read[price.item] = (offer_file, offer_file.rows)
    data, renewed = json.loads(text), dict[str, Price]()
    kept = [name for name, price in prices.items() if price.offer is None]
    for name, (offer_file, rows) in sorted(read.items()):
        try:
            if new := _found(prices[name], rows, accepted=name in accept):
                _write(data["prices"][name], prices[name], offer_file, new)
                renewed[name] = prices[name]
            else:
                kept.append(name)
        except _Refused as error:
            problems.append(f"{name}: {error}")
    if problems:
        raise ToolError("\n".join([*problems, f"{file.name} is unchanged"]))
    written = f"{json.dumps(data, indent=1, ensure_ascii=False)}\n"
    now = book.parse(written, str(file)).prices
    with put_in_place(file, written):
        pass
    book.load.cache_clear()
    moved = [Moved(name, now[name].unit, old.first, now[name].first) for name, old in renewed.items()]
    changed = tuple(each for each in moved if prices[each.item].tiers != now[each.item].tiers)
    return Renewal(changed, len(moved) - len(changed), tuple(sorted(kept)))


def _require_input(base: str, accept: Collection[str], prices: Mapping[str, Price]) -> None:
    problems = [f"accept: {name} is no item of the price book" for name in accept if name not in prices]
    if not base.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
        problems.append(f"from: {base} is no https address; leave it out to read {offers.PRICE_LIST}")
    if problems:
        raise BadInputError(*problems)


def _by_file(prices: Iterable[Price]) -> dict[tuple[str, str], list[Price]]:
    found: dict[tuple[str, str], list[Price]] = {}
    for price in prices:
        if price.offer:
            found.setdefault((price.offer.service, price.offer.region), []).append(price)
    return dict(sorted(found.items()))


@dataclass(frozen=True)
class _Found:
    """What rows say of an item. A first tier at no price is a free allowance, and the others begin after it."""

    unit: str
    tiers: tuple[Tier, ...]
    free: Decimal | None

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "_Found":
        (first, *rest) = tiers = _tiers_of(rows)
        if first.price or first.up_to is None:
            return cls(rows[0]["Unit"], tuple(tiers), None)
        free = first.up_to
        shifted = (Tier(None if tier.up_to is None else tier.up_to - free, tier.price) for tier in rest)
        return cls(rows[0]["Unit"], tuple(shifted), free)


def _found(price: Price, rows: Sequence[Row], *, accepted: bool) -> _Found | None:
    """What the rows say of an item; None where they do not settle it and nobody has ever seen its row."""
    offer = price.offer
    if offer is None:
        return None
    try:
        found = _of_matching(offer, rows)
    except _Unsettled:
        if offer.is_seen:
            raise
        return None
    if not accepted:
        if offer.unit is not None and found.unit != offer.unit:
            raise _Refused(f"its unit was {offer.unit} and is {found.unit} now; if that is right, use --accept")
        _require_plausible(price.first, found.tiers[0].price)
    return found


def _of_matching(offer: Offer, rows: Sequence[Row]) -> _Found:
    by_sku: dict[str, list[Row]] = {}
    for row in (each for each in rows if _matches(each, offer)):
        by_sku.setdefault(row["SKU"], []).append(row)
    different = set(map(_Found.of, by_sku.values()))
    if not different:
        raise _Unsettled(f"the price list has no row {offer.usage_type}")
    if len(different) > 1:
        skus = ", ".join(sorted(by_sku))
        raise _Unsettled(f"{len(different)} rows {offer.usage_type} with different prices match: {skus}")
    return different.pop()


def _matches(row: Row, offer: Offer) -> bool:
    if row["usageType"] != offer.usage_type:
        return False
    if missing := [name for name in offer.match if name not in row]:
        raise _Unsettled(f"the price list has no column {', '.join(missing)}")
    return all(row[name] == value for name, value in offer.match.items())


def _tiers_of(rows: Sequence[Row]) -> list[Tier]:
    try:
        ordered = sorted(rows, key=lambda row: Decimal(row["StartingRange"]))
        prices = [Decimal(row["PricePerUnit"]) for row in ordered]
    except InvalidOperation as error:
        raise _Refused("a row's price or range is no number") from error
    if currencies := {row["Currency"] for row in rows} - {_CURRENCY}:
        raise _Refused(f"its price is in {', '.join(sorted(currencies))}, and the book is in {_CURRENCY}")
    if any(not price.is_finite() or price < 0 for price in prices):
        raise _Refused("a row's price is below zero or no number")
    begins = [Decimal(row["StartingRange"]) for row in ordered]
    ends = [None if row["EndingRange"] == _WITHOUT_END else Decimal(row["EndingRange"]) for row in ordered]
    if begins[0] != 0 or ends[-1] is not None or ends[:-1] != begins[1:]:
        raise _Refused("its tiers have gaps: some rows are missing")
    return [Tier(end, price) for end, price in zip(ends, prices, strict=True)]


def _require_plausible(old: Decimal, new: Decimal) -> None:
    if old == new:
        return
    if not old or not new or not 1 / Decimal(_LARGEST_FACTOR) <= new / old <= _LARGEST_FACTOR:
        raise _Refused(
            f"its price was {old:f} and is {new:f} now, more than {_LARGEST_FACTOR} times another: its unit may have"
            " changed; if the price is right, use --accept"
        )


def _write(entry: dict[str, Any], price: Price, file: OfferFile, new: _Found) -> None:
    if price.offer is None:
        return
    source = f"AWS's price list, {price.offer.service} {file.version}, {price.offer.usage_type}"
    entry["tiers"] = [
        {"up_to": None if tier.up_to is None else _shortest(tier.up_to), "price": _shortest(tier.price)}
        for tier in new.tiers
    ]
    entry |= {"confidence": "A", "source": source, "date": file.date}
    if price.offer.region != offers.GLOBAL:
        entry["location"] = price.offer.region
    if new.free is not None:
        allowance = price.free.name if price.free else price.item
        entry["free"] = {"allowance": allowance, "quantity": _shortest(new.free), "source": source}
    entry["offer"] |= {"unit": new.unit, "seen": True}
    entry.pop("note", None)


def _shortest(figure: Decimal) -> str:
    return f"{figure.normalize():f}"
