"""Bills, changes and capacities for people: tables of at most a hundred columns, and sentences."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ffp.cost.bill import Bill, gross_of, net_of
from ffp.cost.book import Book
from ffp.cost.capacity import Capacity
from ffp.cost.changes import Change
from ffp.cost.limits.words import figure
from ffp.cost.month import NOTHING, Spread
from ffp.cost.refresh import Renewal
from ffp.cost.words import capacity_sentences, money, profile, sentences, signed, times
from settings import Environment, UsageSettings

_MOST_CHANGES = 40


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left", no_wrap=not number)
    return table


def show_bill(console: Console, name: str, bill: Bill, usage: UsageSettings, scale: Decimal) -> None:
    """Prints an environment's bill by service, its sums, and how sure they are."""
    console.print(f"[bold]{escape(name)}[/], dollars a month before VAT; {profile(usage, scale)}", soft_wrap=True)
    table = _table("service", "fixed", "low", "expected", "high", "nothing free")
    for service, lines in bill.services.items():
        fixed = net_of(line for line in lines if not line.by_use)
        table.add_row(service, *_figures(fixed.expected, net_of(lines), gross_of(lines)))
    table.add_section()
    table.add_row("dollars", *_figures(bill.fixed.expected, bill.total, bill.without_allowances), style="bold")
    pounds = [bill.book.pounds(each) for each in (bill.fixed.expected, *bill.total, bill.without_allowances.expected)]
    table.add_row(f"pounds, at {bill.book.dollars_a_pound} dollars", *map(money, pounds), style="bold")
    console.print(table)
    for sentence in sentences(bill):
        console.print(sentence, markup=False, soft_wrap=True)


def _figures(fixed: Decimal, net: Spread, gross: Spread) -> list[str]:
    return [money(each) for each in (fixed, *net, gross.expected)]


def show_all(console: Console, bills: Mapping[str, Bill], settings: Mapping[str, Environment]) -> None:
    """Prints one line for each environment, and their sum."""
    console.print(
        "dollars a month before VAT; each account with all free allowances, which an organisation has once",
        soft_wrap=True,
    )
    table = _table("environment", "fixed", "low", "expected", "high", "nothing free", "pounds", "budget")
    for name, bill in bills.items():
        figures = _figures(bill.fixed.expected, bill.total, bill.without_allowances)
        pounds = money(bill.book.pounds(bill.total.expected))
        table.add_row(name, *figures, pounds, f"{settings[name].budget.monthly_usd:,}")
    fixed, total, gross = (
        sum((getattr(bill, kind) for bill in bills.values()), NOTHING)
        for kind in ("fixed", "total", "without_allowances")
    )
    book = next(iter(bills.values())).book
    table.add_section()
    table.add_row("sum", *_figures(fixed.expected, total, gross), money(book.pounds(total.expected)), "", style="bold")
    console.print(table)


def show_changes(
    console: Console, name: str, against: str, before: Bill, after: Bill, changes: Sequence[Change]
) -> None:
    """Prints what each resource changes an environment's bill by, and what the whole bill changes by."""
    total = after.total - before.total
    gross = after.without_allowances - before.without_allowances
    if not changes:
        console.print(f"{name}: costs the same as in {against}", markup=False)
        return
    console.print(f"[bold]{escape(name)}[/], change of dollars a month against {escape(against)}, before VAT")
    table = _table("resource", "low", "expected", "high", "nothing free")
    table.columns[0].no_wrap, table.columns[0].overflow = False, "fold"
    for change in changes[:_MOST_CHANGES]:
        what = ", ".join(change.what) + (" (no London source)" if change.is_weak else "")
        figures = map(signed, (*change.net, change.gross.expected))
        table.add_row(f"{escape(change.address)}\n  [dim]{escape(what)}[/]", *figures)
    if others := changes[_MOST_CHANGES:]:
        rest = sum((change.net for change in others), NOTHING)
        rest_gross = sum((change.gross for change in others), NOTHING)
        table.add_row(f"{len(others)} more", *map(signed, (*rest, rest_gross.expected)))
    table.add_section()
    table.add_row("sum", *map(signed, (*total, gross.expected)), style="bold")
    console.print(table)
    console.print(
        f"{money(before.total.expected)} dollars before, {money(after.total.expected)} after:"
        f" {signed(after.book.pounds(total.expected))} pounds a month, both with the usage that the settings have now",
        markup=False,
        soft_wrap=True,
    )


def show_capacity(
    console: Console, name: str, capacity: Capacity, scale: Decimal, book: Book, cell: Bill | None = None
) -> None:
    """Prints every limit, the one that is met first, what the scale needs, and where the environment ends.

    `cell` is the bill of one cell, where the scale needs several.
    """
    console.print(f"[bold]{escape(name)}[/], limits at {scale:,f} times the profile, in the expected month")
    table = _table("limit", "load", "limit", "met at", "unit")
    table.columns[4].justify = "left"
    for limit in capacity.limits:
        load = figure(limit.load * scale)
        shown = f"[red]{load}[/]" if limit.load * scale > limit.limit else load
        at = f"{times(limit.met_at)}x" if limit.met_at.is_finite() else "never"
        table.add_row(escape(limit.name), shown, figure(limit.limit), at, limit.unit)
    console.print(table)
    for sentence in capacity_sentences(capacity, scale, book, cell):
        console.print(sentence, markup=False, soft_wrap=True)


def show_renewal(console: Console, renewal: Renewal) -> None:
    """Prints the prices that moved, and how many did not."""
    if renewal.moved:
        table = _table("item", "unit", "old", "new", "change")
        table.columns[1].justify = "left"
        for each in renewal.moved:
            change = "new" if each.percent is None else "tiers" if not each.percent else f"{each.percent:+.1f} %"
            table.add_row(escape(each.item), escape(each.unit), f"{each.old:f}", f"{each.new:f}", change)
        console.print(table)
    console.print(
        f"{len(renewal.moved)} prices moved, and {renewal.confirmed} are as AWS's price list has them",
        markup=False,
        soft_wrap=True,
    )
    if renewal.kept:
        names = ", ".join(renewal.kept)
        console.print(
            f"{len(renewal.kept)} stay as they were, because the list has no row that settles them: {names}",
            markup=False,
            soft_wrap=True,
        )
    if renewal.moved or renewal.confirmed:
        console.print("run `make update`: docs/cost.md shows the new prices", markup=False)
