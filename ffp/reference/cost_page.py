"""Generates `docs/cost.md` and its charts: production's bill, the choices with their break-even points, and growth."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ffp.cost import Bill, Book, Price, estimate, load_book
from ffp.cost import assumptions as assumed
from ffp.cost.alternatives import alternatives
from ffp.cost.bill import gross_of, net_of
from ffp.cost.capacity import Capacity, capacity
from ffp.cost.limits.words import figure
from ffp.cost.month import Month
from ffp.cost.words import capacity_sentences, money, profile, sentences, signed
from ffp.reference import cost_charts
from ffp.reference.cost_charts import SCALES, Choices
from ffp.reference.markdown import NOTICE, code, table
from ffp.stacks import SynthesisedStack
from settings import Environment

PAGE = "cost.md"
STACK = "prod"
TARGET_POUNDS = (54, 87)  # COST-1: production in its first phase, its state included
_INTRODUCTION = """\
What production costs in a month, in dollars as AWS bills and before VAT. `ffp cost` computes it from the synthesised
JSON, from the usage that `environments/prod.py` gives ([settings](settings.md#usage)), and from a book of London's
prices in `ffp/cost/prices.json`. `ffp cost prod --against main` shows what a change costs, `--scale 100` what a hundred
times the users need, and `--json` every resource's line. `ffp cost refresh` renews the book from AWS's price list."""
_CONTENTS = """\
- [The bill](#the-bill)
- [Choices](#choices)
- [What grows first](#what-grows-first)
- [Assumptions](#assumptions)
- [Prices](#prices)
- [What is not in the bill](#what-is-not-in-the-bill)"""
_NOT_IN_IT = """\
- Support plans, taxes, and the account's own baseline: CloudTrail, GuardDuty, Config.
- Processor credits of the database above what its class earns: at 0.075 dollars an hour, when it works all day.
- Traffic from AWS to the internet other than through CloudFront: nothing here sends any.
- Domains and hosted zones, which the stacks do not create.
- The web application, which is hosted elsewhere."""


@dataclass(frozen=True)
class _Subject:
    """What the page is about: one environment, its stacks, its bill and its limits."""

    settings: Environment
    stacks: Sequence[SynthesisedStack]
    book: Book
    bill: Bill
    limits: Capacity


def files(stacks: Mapping[str, SynthesisedStack], settings: Mapping[str, Environment]) -> dict[str, str]:
    """The page and its charts, each by its name in `docs/`."""
    book = load_book()
    of = [stacks[STACK], stacks[f"bootstrap-{STACK}"]]
    own = settings[STACK]
    subject = _Subject(own, of, book, estimate(of, own.usage, book), capacity(of, own.usage, own.limits, book))
    at = {scale: estimate(of, own.usage, book, scale=Decimal(scale)) for scale in SCALES}
    choices = Choices.from_book(book)
    return {
        PAGE: "\n\n".join((NOTICE, "# Costs", _INTRODUCTION, _CONTENTS, *_sections(subject, at, choices))) + "\n",
        "cost-bill.svg": cost_charts.bill(subject.bill),
        "cost-egress.svg": cost_charts.egress(choices),
        "cost-warm.svg": cost_charts.warm(choices),
        "cost-users.svg": cost_charts.users(choices),
        "cost-growth.svg": cost_charts.growth(at),
    }


def _sections(subject: _Subject, at: Mapping[int, Bill], choices: Choices) -> Iterator[str]:
    yield "## The bill"
    yield f"![Production's bill by service](cost-bill.svg)\n\n{profile(subject.settings.usage, Decimal(1))}."
    yield from _bill(subject)
    yield "## Choices"
    yield from _choices(subject, choices)
    yield "## What grows first"
    yield from _growth(subject, at)
    yield "## Assumptions"
    yield (
        "Beside the usage in the settings, the bill assumes the figures of `ffp/cost/assumptions.py`. A month has 730"
        f" hours. A pound is {subject.book.dollars_a_pound} dollars, which is {subject.book.rate_source}."
    )
    rows = ((name, f"{each.value:f} {each.unit}", each.reason) for name, each in assumed.all_of_them().items())
    yield table(("name", "value", "what for"), rows)
    yield "## Prices"
    yield from _prices(subject.bill)
    yield "## What is not in the bill"
    yield _NOT_IN_IT


def _bill(subject: _Subject) -> Iterator[str]:
    bill = subject.bill
    rows: list[tuple[str, ...]] = []
    for service, lines in bill.services.items():
        fixed, by_use = (net_of(each for each in lines if each.by_use is kind) for kind in (False, True))
        figures = (fixed.expected, *by_use, net_of(lines).expected, gross_of(lines).expected)
        rows.append((service, *map(money, figures)))
    by_use = bill.total - bill.fixed
    gross = bill.without_allowances
    sums = (bill.fixed.expected, *by_use, bill.total.expected, gross.expected)
    rows.append(("**dollars**", *(f"**{money(each)}**" for each in sums)))
    rows.append(("**pounds**", *(f"**{money(bill.book.pounds(each))}**" for each in sums)))
    yield table(("service", "fixed", "by use: low", "expected", "high", "sum, expected", "if nothing were free"), rows)
    yield " ".join(sentences(bill))
    low, expected, high = (money(bill.book.pounds(each)) for each in bill.total)
    least, most = TARGET_POUNDS
    inside = least <= bill.book.pounds(bill.total.expected) <= most
    budget = subject.settings.budget
    yield (
        f"The target of COST-1 for the first phase is {least} to {most} pounds. The expected month costs {expected},"
        f" which is {'inside' if inside else 'OUTSIDE'} it; a quiet one costs {low}, and a busy one {high}. The budget"
        f" of {budget.monthly_usd} dollars warns at {budget.actual_alert_percent}% of it."
    )
    yield "The dearest lines:"
    dearest = sorted(bill.lines, key=lambda each: (-each.net.expected, each.stack, each.address, each.what))[:15]
    yield table(
        ("resource", "what", "quantity", "dollars"),
        (
            (
                code(line.address),
                line.what,
                f"{figure(line.quantity.expected)} x {line.price.unit}",
                money(line.net.expected),
            )
            for line in dearest
        ),
    )


def _choices(subject: _Subject, choices: Choices) -> Iterator[str]:
    yield "What other choices would change production's bill by, everything else being equal:"
    found = alternatives(subject.stacks, subject.settings.usage, subject.book, subject.bill)
    yield table(
        ("choice", "setting", "low", "expected", "high"),
        ((each.name, code(each.setting), *map(signed, each.change)) for each in found),
    )
    yield "![Ways out of the VPC by number of endpoints](cost-egress.svg)"
    yield (
        f"**Ways out of the VPC.** The NAT instance costs {money(choices.instance)} dollars a month and a gateway"
        f" {money(choices.gateway)}. An interface endpoint costs {money(choices.endpoint)} in each zone, so"
        f" the instance costs as much as {choices.instance / choices.endpoint:.1f} of them, and the gateway as much as"
        f" {choices.gateway / choices.endpoint:.1f}; in two zones, half as many."
    )
    yield "![A function's environment, warm and on demand](cost-warm.svg)"
    yield (
        "**Provisioned concurrency.** A warm environment costs less than one on demand when it works for more than"
        f" {choices.warm_break_even:.0%} of the time that it exists. Below that, its price buys latency."
    )
    yield "![Sign-in by number of users](cost-users.svg)"
    yield (
        f"**Cognito.** Essentials is free up to {choices.free_users:,.0f} users in a month. At"
        f" {choices.users_that_cost(subject.bill.total.expected):,.0f} users it costs as much as the whole bill above."
        " Plus has no free users."
    )


def _growth(subject: _Subject, at: Mapping[int, Bill]) -> Iterator[str]:
    yield "![The bill by multiples of the users](cost-growth.svg)"
    rows = []
    for scale in (each for each in at if each in (1, 10, 100, 1000)):
        times = Decimal(scale)
        needed = [limit for limit in subject.limits.limits if limit.load * times > limit.limit]
        total = at[scale].total.expected
        users = Month(subject.settings.usage, scale=times).users
        (dearest, *_) = at[scale].services
        rows.append(
            (
                f"{scale:,}",
                f"{subject.limits.tenants_at(times):,}",
                money(total),
                f"{total / users:.4f}" if users else "",
                dearest,
                "; ".join(limit.setting for limit in needed) or "nothing",
            )
        )
    yield table(("times", "tenants", "dollars", "dollars a user", "dearest service", "settings that must move"), rows)
    yield "The bill above is that of today's sizes. What larger ones add to it, `ffp cost prod --scale N` shows."
    yield from capacity_sentences(subject.limits, Decimal(1), subject.book)
    yield table(
        ("limit", "load of the profile", "limit", "met at", "arithmetic", "what moves it"),
        (
            (
                limit.name,
                f"{figure(limit.load)} {limit.unit}",
                figure(limit.limit),
                f"{limit.met_at:,.0f} times" if limit.met_at.is_finite() else "never",
                limit.arithmetic,
                f"{limit.setting} ([source]({limit.source}))" if limit.source.startswith("https") else limit.setting,
            )
            for limit in subject.limits.limits
        ),
    )


def _prices(bill: Bill) -> Iterator[str]:
    yield (
        "Those of the bill above; `ffp/cost/prices.json` has more. Confidence: A is a row of AWS's price list, B a"
        " document that quotes one, and C a figure for which no row of London was found."
    )
    used: dict[str, Price] = {line.price.item: line.price for line in bill.lines}
    yield table(
        ("service", "unit", "dollars", "free", "confidence", "source"),
        (
            (each.service, f"{each.unit} ({code(item)})", _tiers(each), _free(each), each.confidence, _source(each))
            for item, each in sorted(used.items(), key=lambda pair: (pair[1].service, pair[0]))
        ),
    )


def _tiers(price: Price) -> str:
    ends = [f" to {tier.up_to:,f}" if tier.up_to is not None else "" for tier in price.tiers]
    return ", then ".join(f"{tier.price:f}{end}" for tier, end in zip(price.tiers, ends, strict=True))


def _free(price: Price) -> str:
    return f"{price.free.quantity:,f}" if price.free else ""


def _source(price: Price) -> str:
    note = f"; {price.note}" if price.note else ""
    return f"{price.source} ({price.date}){note}"
