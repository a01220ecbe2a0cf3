"""Bills and limits in words, for the terminal and for docs/cost.md."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ffp.cost.bill import Bill
from ffp.cost.book import Book
from ffp.cost.capacity import Capacity
from ffp.cost.limits.limit import Limit, Step
from ffp.cost.limits.words import SETTINGS, figure
from ffp.cost.month import CASES, Month
from settings import UsageSettings

_CENT = Decimal("0.01")


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
    return f"{tenants:,.0f} tenant{'' if tenants == 1 else 's'} with {' / '.join(users)} users (low / expected / high)"


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


def times(value: Decimal) -> str:
    return f"{value:,.1f}" if value < 10 else f"{value:,.0f}"


def capacity_sentences(capacity: Capacity, scale: Decimal, book: Book, cell: Bill | None = None) -> Iterator[str]:
    """What is met first, where the environment ends, and what the scale needs, with the arithmetic.

    `cell` is the bill of one cell, where the scale needs several.
    """
    if (first := capacity.first) is None:
        yield "The profile has no load, so no limit is met."
        return
    yield (
        f"First met: {first.name}, at {times(first.met_at)} times the profile"
        f" ({capacity.tenants_at(first.met_at):,} tenants). {first.arithmetic} = {figure(first.load)} {first.unit}"
        f" of {figure(first.limit)}. {first.setting} moves it{_next(first)}."
    )
    yield _end(capacity)
    cells = capacity.cells(scale)
    each = scale / cells
    if cells > 1:
        yield f"{scale:,f} times the profile are {cells:,} cells of {capacity.tenants_at(each):,} tenants each."
    yield from _needs(capacity, each, "Each of them" if cells > 1 else f"{scale:,f} times the profile", book, cell)


def _end(capacity: Capacity) -> str:
    last = capacity.last
    if last is None:
        return "No limit ends this environment."
    end = last.steps[-1].to if last.steps else f"{figure(last.limit)} {last.unit}"
    return (
        f"One environment ends at {times(last.ends_at)} times the profile ({capacity.tenants_at(last.ends_at):,}"
        f" tenants): {last.name}, at {end}, which nothing in one account moves. More tenants need cells: another"
        " environment for each group of tenants, with an account and a database of its own."
    )


def _needs(capacity: Capacity, scale: Decimal, who: str, book: Book, cell: Bill | None) -> Iterator[str]:
    needed = [(limit, step) for limit in capacity.limits if (step := limit.needed(scale))]
    dollars = sum(_taken(needed, scale).values(), Decimal(0))
    if needed:
        yield f"{who} needs:"
        yield from (f"- {limit.setting}: {step.to}{_price(limit.price_of(step, scale))}" for limit, step in needed)
        yield f"Together {money(dollars)} dollars ({money(book.pounds(dollars))} pounds) a month above the bill."
    asked = [each for each in capacity.limits if each.is_beyond(scale) and not each.is_hard and each.source != SETTINGS]
    if asked:
        raised = (f"{each.name} from {figure(each.limit)} to {figure(each.load * scale)} {each.unit}" for each in asked)
        yield f"AWS must raise {'; '.join(raised)}."
    if cell:
        total = cell.total.expected + dollars
        yield f"A cell costs {money(total)} dollars ({money(book.pounds(total))} pounds) a month, with these sizes."


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
