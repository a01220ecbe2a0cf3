"""What a synthesised environment costs in a month, computed from its JSON, its usage profile, and a book of prices.

`estimate` and `difference` are pure: they read nothing but the stacks, the profile and the book that they are given.
"""

from ffp.cost.bill import Bill as Bill
from ffp.cost.bill import Line as Line
from ffp.cost.bill import estimate as estimate
from ffp.cost.book import Book as Book
from ffp.cost.book import Price as Price
from ffp.cost.book import load as load_book
from ffp.cost.changes import Change as Change
from ffp.cost.changes import difference as difference
from ffp.cost.month import Spread as Spread

__all__ = ["Bill", "Book", "Change", "Line", "Price", "Spread", "difference", "estimate", "load_book"]
