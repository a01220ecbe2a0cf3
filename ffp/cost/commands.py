"""The command `ffp cost`: what environments cost, what a change costs, what a multiple of the users needs."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from ffp import compare, stacks
from ffp.cost import changes, machine, offers, output
from ffp.cost import refresh as renewing
from ffp.cost.bill import estimate
from ffp.cost.book import load
from ffp.cost.capacity import capacity
from ffp.known import settings_with
from ffp.progress import progress
from ffp.project import OUTPUT, BadInputError
from ffp.stacks import SynthesisedStack
from ffp.up_to_date import require_current
from settings import Environment, environments

_LARGEST_SCALE = Decimal(1_000_000)
answers = Console(highlight=False, emoji=False)


class _ShowByDefault(TyperGroup):
    """`ffp cost prod` is `ffp cost show prod`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = ["show", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_ShowByDefault,
    help="What an environment costs in a month. `ffp cost prod` is `ffp cost show prod`.",
    pretty_exceptions_enable=False,
)


@app.command("show")
def show(
    environment: Annotated[
        str | None, typer.Argument(help="An environment; without one, all that run on AWS.", metavar="[ENV]")
    ] = None,
    against: Annotated[
        str | None, typer.Option(help="A branch, tag or commit: show what each resource changes.")
    ] = None,
    scale: Annotated[
        str | None, typer.Option(help="Multiply the users, and show which limits that meets.", metavar="N")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Write JSON for machines.")] = False,
    out: Annotated[Path, typer.Option("--out", help="The folder with the synthesised stacks.")] = OUTPUT,
) -> None:
    """Show the bill of one environment or of all, from the synthesised JSON and the usage in the settings."""
    chosen, times = _chosen(environment), _scale(scale)
    if against is not None:
        with progress() as report:
            before, after = compare.both_sides(against, report)
        _show_changes(chosen, against, before, after, times or Decimal(1), json=json)
        return
    loaded = {stack.name: stack for stack in stacks.load(out, [name for each in chosen for name in _stacks(each)])}
    require_current(loaded.values(), out)
    _show_bills(chosen, loaded, times, json=json)


@app.command("refresh")
def refresh(
    base: Annotated[
        str, typer.Option("--from", help="The address of the price list.", envvar="FFP_PRICE_LIST")
    ] = offers.PRICE_LIST,
    accept: Annotated[
        list[str] | None,
        typer.Option(help="Take this item's price although its unit or its magnitude changed; repeat for several."),
    ] = None,
) -> None:
    """Renew the price book from AWS's public price list, and show which prices moved."""
    with progress() as report:
        renewal = renewing.refresh(base, report, accept=accept or ())
    output.show_renewal(answers, renewal)


def _chosen(environment: str | None) -> dict[str, Environment]:
    if environment is None:
        return {name: each for name, each in environments.load().items() if not each.emulated}
    settings = settings_with(environment)
    if settings[environment].emulated:
        raise BadInputError(f"environment: {environment} runs on this machine and costs nothing; choose another one")
    return {environment: settings[environment]}


def _stacks(environment: str) -> tuple[str, str]:
    """An environment's stacks: its platform, and what its state and CI need."""
    return environment, f"bootstrap-{environment}"


def _scale(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        times = Decimal(text)
    except InvalidOperation:
        times = Decimal("NaN")
    if not times.is_finite() or not 0 < times <= _LARGEST_SCALE:
        raise BadInputError(
            f"scale: {text} is no number above 0 and up to {_LARGEST_SCALE:,}; write how many times the users are"
        )
    return times


def _show_bills(
    chosen: Mapping[str, Environment],
    loaded: Mapping[str, SynthesisedStack],
    times: Decimal | None,
    *,
    json: bool,
) -> None:
    book, scale = load(), times or Decimal(1)
    of = {name: [loaded[each] for each in _stacks(name)] for name in chosen}
    bills = {name: estimate(of[name], each.usage, book, scale=scale) for name, each in chosen.items()}
    capacities = {name: capacity(of[name], each.usage, each.limits, book) for name, each in chosen.items()}
    if json:
        answer: dict[str, Any] = {name: machine.of_bill(bill) for name, bill in bills.items()}
        if times is not None:
            for name, each in capacities.items():
                answer[name]["capacity"] = machine.of_capacity(each, scale)
        print(machine.as_json(answer))
        return
    if len(bills) > 1 and times is None:
        output.show_all(answers, bills, chosen)
        return
    for name, bill in bills.items():
        output.show_bill(answers, name, bill, chosen[name].usage, scale)
        if times is not None:
            cells = capacities[name].cells(scale)
            cell = estimate(of[name], chosen[name].usage, book, scale=scale / cells) if cells > 1 else None
            output.show_capacity(answers, name, capacities[name], scale, book, cell)


def _show_changes(
    chosen: Mapping[str, Environment],
    against: str,
    before: Mapping[str, SynthesisedStack],
    after: Mapping[str, SynthesisedStack],
    scale: Decimal,
    *,
    json: bool,
) -> None:
    book = load()
    answer: dict[str, Any] = {}

    def found(side: Mapping[str, SynthesisedStack], name: str) -> Sequence[SynthesisedStack]:
        return [side[each] for each in _stacks(name) if each in side]

    for name, each in chosen.items():
        old, new = (estimate(found(side, name), each.usage, book, scale=scale) for side in (before, after))
        moved = changes.difference(old, new)
        if json:
            answer[name] = machine.of_changes(old, new, moved)
        else:
            output.show_changes(answers, name, against, old, new, moved)
    if json:
        print(machine.as_json(answer))
