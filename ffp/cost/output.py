"""Bills, changes and capacities for people: tables of at most a hundred columns, and sentences."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ffp.cost.bill import Bill, gross_of, net_of
from ffp.cost.book import Book
from ffp.cost.capacity import Capacity
from ffp.cost.changes import Change
from ffp.cost.limits.limit import Limit, Step
from ffp.cost.limits.words import figure
from ffp.cost.month import CASES, NOTHING, Month, Spread
from ffp.cost.refresh import Renewal
from settings import Environment, UsageSettings

_CENT = Decimal("0.01")
_MOST_CHANGES = 40


def money(amount: Decimal) -> str:
    """Two decimals, and no minus before a zero."""
    rounded = amount.quantize(_CENT) + 0
    return f"{rounded:,.2f}" if rounded else "0.00"


def signed(amount: Decimal) -> str:
    text = money(amount)
    return text if text.startswith("-") or text == "0.00" else f"+{text}"


def profile(usage: UsageSettings, scale: Decimal) -> str:
    """The profile in words."""
    users = [f"{Month(usage, case, scale).users:,.0f}" for case in CASES]
    tenants = Month(usage, scale=scale).tenants
    return f"{tenants:,.0f} tenant{'' if tenants == 1 else 's'} with {' / '.join(users)} users"


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left", no_wrap=not number)
    return table


def show_bill(console: Console, name: str, bill: Bill, usage: UsageSettings, scale: Decimal) -> None:
    """Prints an environment's bill by service, its sums, and how sure they are."""
    console.print(
        f"[bold]{escape(name)}[/], dollars a month before VAT; {profile(usage, scale)} (low / expected / high)"
    )
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


def sentences(bill: Bill) -> list[str]:
    """What a reader must know to judge the sums."""
    saved = bill.without_allowances.expected - bill.total.expected
    weak: dict[str, Decimal] = {}
    for line in bill.lines:
        if line.price.is_weak:
            weak[line.service] = weak.get(line.service, Decimal(0)) + line.net.expected
    named = [f"{name} {money(each)}" for name, each in sorted(weak.items(), key=lambda each: -each[1]) if each >= _CENT]
    total = bill.total.expected
    part = f" ({bill.weak.expected / total:.0%})" if total else ""
    return [
        f"Free allowances save {money(saved)} dollars. All accounts of an AWS organisation share them.",
        f"{money(bill.weak.expected)} of {money(total)}{part} rest on prices without a source for London"
        + (f": {', '.join(named)}." if named else "."),
        f"The pound's rate is {bill.book.rate_source}.",
    ]


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
    table = _table("resource", "what", "low", "expected", "high", "nothing free")
    table.columns[0].no_wrap = False
    table.columns[0].overflow = "fold"
    table.columns[1].justify = "left"
    for change in changes[:_MOST_CHANGES]:
        what = ", ".join(change.what) + (" (no London source)" if change.is_weak else "")
        table.add_row(escape(change.address), escape(what), *map(signed, (*change.net, change.gross.expected)))
    if others := changes[_MOST_CHANGES:]:
        rest = sum((change.net for change in others), NOTHING)
        rest_gross = sum((change.gross for change in others), NOTHING)
        table.add_row(f"{len(others)} more", "", *map(signed, (*rest, rest_gross.expected)))
    table.add_section()
    table.add_row("sum", "", *map(signed, (*total, gross.expected)), style="bold")
    console.print(table)
    console.print(
        f"{money(before.total.expected)} dollars before, {money(after.total.expected)} after:"
        f" {signed(after.book.pounds(total.expected))} pounds a month, both with the usage that the settings have now",
        markup=False,
        soft_wrap=True,
    )


def show_capacity(console: Console, name: str, capacity: Capacity, scale: Decimal, book: Book) -> None:
    """Prints every limit, the one that is met first, what the scale needs, and where the environment ends."""
    console.print(f"[bold]{escape(name)}[/], limits at {scale:,f} times the profile, in the expected month")
    table = _table("limit", "load", "limit", "met at", "unit")
    table.columns[4].justify = "left"
    for limit in capacity.limits:
        load = figure(limit.load * scale)
        shown = f"[red]{load}[/]" if limit.load * scale > limit.limit else load
        at = f"{_times(limit.met_at)}x" if limit.met_at.is_finite() else "never"
        table.add_row(escape(limit.name), shown, figure(limit.limit), at, limit.unit)
    console.print(table)
    for sentence in capacity_sentences(capacity, scale, book):
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
    kept = f"; {len(renewal.kept)} that it does not have stay as they were" if renewal.kept else ""
    console.print(
        f"{len(renewal.moved)} prices moved, {renewal.confirmed} are as AWS's price list has them{kept}",
        markup=False,
        soft_wrap=True,
    )
    if renewal.moved or renewal.confirmed:
        console.print("run `make update`: docs/cost.md shows the new prices", markup=False)


def _times(value: Decimal) -> str:
    return f"{value:,.1f}" if value < 10 else f"{value:,.0f}"


def capacity_sentences(capacity: Capacity, scale: Decimal, book: Book) -> Iterable[str]:
    """What is met first, what the scale needs, and where the environment ends, with the arithmetic."""
    if (first := capacity.first) is None:
        yield "The profile has no load, so no limit is met."
        return
    yield (
        f"First met: {first.name}, at {_times(first.met_at)} times the profile"
        f" ({capacity.tenants_at(first.met_at):,} tenants). {first.arithmetic} = {figure(first.load)} {first.unit}"
        f" of {figure(first.limit)}. {first.setting} moves it{_next(first)}."
    )
    needed = [(limit, step) for limit in capacity.limits if (step := limit.needed(scale))]
    if needed:
        yield f"{scale:,f} times the profile needs:"
        yield from (f"- {limit.setting}: {step.to}{_price(limit.price_of(step, scale))}" for limit, step in needed)
        dollars = sum(_taken(needed, scale).values(), Decimal(0))
        yield f"Together {money(dollars)} dollars ({money(book.pounds(dollars))} pounds) a month above the bill."
    if asked := [limit for limit in capacity.limits if limit.is_beyond(scale) and not limit.is_hard]:
        yield (
            "AWS must raise "
            + "; ".join(
                f"{limit.name} from {figure(limit.limit)} to {figure(limit.load * scale)} {limit.unit}"
                for limit in asked
            )
            + "."
        )
    yield from _end(capacity, scale)


def _end(capacity: Capacity, scale: Decimal) -> Iterable[str]:
    last, cells = capacity.last, capacity.cells(scale)
    if last is None:
        yield "No limit of this environment ends it."
        return
    end = last.steps[-1].to if last.steps else f"{figure(last.limit)} {last.unit}"
    yield (
        f"One environment ends at {_times(last.ends_at)} times the profile ({capacity.tenants_at(last.ends_at):,}"
        f" tenants): {last.name}, at {end}, which nothing in one account moves. More tenants need cells: another"
        " environment for each group of tenants, with an account and a database of its own."
    )
    if cells > 1:
        each = scale / cells
        yield f"{scale:,f} times the profile are {cells:,} cells of {capacity.tenants_at(each):,} tenants each."


def _taken(needed: Sequence[tuple[Limit, Step]], scale: Decimal) -> dict[str, Decimal]:
    """The dollars by setting: where two limits need a larger class, the larger of both serves both."""
    dollars: dict[str, Decimal] = {}
    for limit, step in needed:
        setting = limit.setting.rsplit(" ", 1)[-1]
        dollars[setting] = max(dollars.get(setting, Decimal(0)), limit.price_of(step, scale))
    return dollars


def _next(limit: Limit) -> str:
    larger = [step for step in limit.steps if step.limit > limit.limit]
    if not larger:
        return ""
    (step, *_) = larger
    price = f" ({step.dollars_a_unit:f} dollars a {limit.unit} more)" if step.dollars_a_unit else _price(step.dollars)
    return f"; the next size is {step.to}{price}"


def _price(dollars: Decimal) -> str:
    return f" ({signed(dollars)} dollars a month)" if dollars else ""
