"""The price book: tiers, and files that are not one."""

from decimal import Decimal

import pytest

from ffp.cost import load_book
from ffp.cost.book import FILE, Price, Tier, parse
from ffp.project import BadInputError


def _price(*tiers: tuple[str | None, str]) -> Price:
    made = tuple(Tier(None if end is None else Decimal(end), Decimal(price)) for end, price in tiers)
    return Price("a", "A", "GB", made, "eu-west-2", "A", "a source", "2026-10")


@pytest.mark.parametrize(
    ("quantity", "dollars"), [("0", "0"), ("5", "10"), ("10", "20"), ("15", "25"), ("30", "40"), ("40", "45")]
)
def test_each_tier_applies_to_what_lies_in_it(quantity: str, dollars: str) -> None:
    price = _price(("10", "2"), ("30", "1"), (None, "0.5"))
    assert price.dollars(Decimal(quantity)) == Decimal(dollars)


@pytest.mark.parametrize(
    ("found", "written", "said"),
    [
        ('"prices"', '"costs"', "the whole file cannot be read"),
        ('"price": "0.1"', '"price": "cheap"', "alarm.month cannot be read"),
        ('"price": "0.1"', '"price": "-0.1"', "no price is negative"),
        ('"up_to": null', '"up_to": "5"', "the last tier, and only that, has no end"),
        ('"confidence": "B"', '"confidence": "D"', "the confidence is A, B or C"),
        ('"dollars": "1.32"', '"dollars": "none"', "cannot be read"),
        ("{", "[", "the whole file cannot be read"),
    ],
)
def test_a_book_that_cannot_be_read_is_refused_with_the_entry(found: str, written: str, said: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert found in text
    with pytest.raises(BadInputError, match=said):
        parse(text.replace(found, written, 1), "prices.json")


def test_an_item_that_the_book_lacks_is_refused_with_the_place_to_add_it() -> None:
    with pytest.raises(BadInputError, match=r"the queue: sqs.request.odd has no price; add it to ffp/cost/prices.json"):
        load_book().price("sqs.request.odd", "the queue")
