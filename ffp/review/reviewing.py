"""Puts a review of one environment together: its verdict, and a section for each question that a reviewer asks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from ffp.cost import Bill
from ffp.cost.bill import net_of
from ffp.project import BadInputError
from ffp.review import access, changes, costs, environments, front_door, network, pictures, scanning, silences, watching
from ffp.review.concern import Concern, ordered
from ffp.review.plan import Plan
from ffp.review.report import Mark, Review, Section
from ffp.review.secrets import without_secrets
from ffp.review.side import Side
from ffp.review.sources import read as read_sources
from ffp.review.verdict import concerns
from ffp.scan import Result
from ffp.stacks import SynthesisedStack
from settings import Environment

Stacks = Mapping[str, SynthesisedStack]  # by name


@dataclass(frozen=True)
class Compared:
    """One stack before and after the change. A stack that only one side has is empty on the other."""

    name: str
    before: SynthesisedStack
    after: SynthesisedStack

    @cached_property
    def renamed(self) -> Mapping[str, str]:
        """Today's address of each resource that the change only renamed."""
        return changes.renames(self.before, self.after)

    @cached_property
    def sides(self) -> tuple[Side, Side]:
        """The same side twice if nothing differs, so that nothing is asked of it twice."""
        after = Side(self.after)
        return (Side(self.before, self.renamed), after) if self.is_changed else (after, after)

    @cached_property
    def is_changed(self) -> bool:
        """Whether anything differs that could matter. Comments do, since they may hold a secret; lines do not."""
        sides = (self.before, self.after)
        old, new = ({each.address: (each.attributes, each.comment) for each in side.blocks} for side in sides)
        return old != new or self.before.others != self.after.others

    @cached_property
    def concerns(self) -> list[Concern]:
        """The verdict from the JSON alone."""
        return concerns(*self.sides) if self.is_changed else []


def review(
    environment: str,
    settings: Mapping[str, Environment],
    sides: tuple[Stacks, Stacks],
    *,
    against: str,
    today: date,
    plan: Plan | None = None,
    results: Sequence[Result] | None = None,
    of_platform_alone: bool = False,
    twin: SynthesisedStack | None = None,
    report: Callable[[str], object] = lambda _: None,
) -> Review:
    """The review of a change to one environment.

    `sides` are all stacks before and after the change. A `plan` of the environment's platform adds what Terraform knows
    of the deployed resources. `results` are those of a scan of the environment's stacks. A verdict `of_platform_alone`
    leaves out the bootstrap stack, which a plan of the platform does not change. A `twin` of the environment's platform
    shows what no setting explains. Raises BadInputError for a plan that does not belong to the stack.
    """
    report("comparing the environments")
    compared = {name: [_compared(each, sides) for each in (name, f"bootstrap-{name}")] for name in settings}
    found = {name: ordered([each for one in several for each in one.concerns]) for name, several in compared.items()}
    own = compared[environment]
    report(f"judging {environment}")
    unknowns: tuple[str, ...] = ()
    if plan is not None:
        platform = own[0]
        of_bootstrap = () if of_platform_alone else own[1].concerns
        found[environment] = ordered([*plan.concerns(platform.before, platform.concerns), *of_bootstrap])
        unknowns = tuple(plan.unknowns)
    heard = silences.apply(environment, found[environment], settings[environment].silenced, today)
    old, new = ([getattr(each, side) for each in own] for side in ("before", "after"))
    bills = costs.bills(old, new, settings[environment].usage)
    shown = [plan.sides(own[0].before) if plan else own[0].sides, own[1].sides]
    report("drawing")
    sections = (
        _joined(own, shown, access.section),
        _joined(own, shown, network.section),
        _joined(own, shown, front_door.section),
        _joined(own, shown, watching.section),
        costs.section(bills, old, new),
        _joined(own, shown, changes.section, plan),
        environments.section(environment, settings, sides, found, twin),
        scanning.section(old, new, results, today),
    )
    drawn, undrawn = _pictures(shown[0], bills)
    made = Review(
        environment=environment,
        before=against,
        after=f"the plan {plan.name}" if plan else "the synthesised stacks",
        concerns=heard.concerns,
        silenced=heard.silenced,
        unknowns=(*unknowns, *heard.remarks, *undrawn),
        sections=(*sections, drawn),
        sources={address: line for each in own for address, line in read_sources(each.after).items()},
    )
    return without_secrets(made, [side for pair in shown for side in pair], plan.sensitive if plan else ())


def _pictures(sides: tuple[Side, Side], bills: tuple[Bill, Bill] | BadInputError) -> tuple[Section, tuple[str, ...]]:
    found, undrawn = pictures.drawn(*sides)
    drawn = list(found.values())
    if not isinstance(bills, BadInputError):
        dollars = ({name: float(net_of(lines).expected) for name, lines in bill.services.items()} for bill in bills)
        drawn += filter(None, [pictures.cost(next(dollars), next(dollars))])
    summary = "What the change adds, changes and removes is coloured." if found else "Only the cost could be drawn."
    return Section(pictures.SECTION, "Pictures", summary, pictures=tuple(drawn)), undrawn


def _compared(name: str, sides: tuple[Stacks, Stacks]) -> Compared:
    return Compared(name, *(side.get(name) or SynthesisedStack(name, Path(), ()) for side in sides))


def _joined(
    compared: Sequence[Compared], sides: Sequence[tuple[Side, Side]], make: Callable[..., Section], *of_platform: Any
) -> Section:
    """The section of an environment's platform, with the tables of its bootstrap stack that the change touches."""
    platform, bootstrap = make(*sides[0], *of_platform), make(*sides[1])
    touched = [
        replace(table, title=f"{table.title} ({compared[1].name})")
        for table in bootstrap.tables
        if any(row.mark != Mark.SAME for row in table.rows)
    ]
    return replace(platform, tables=(*platform.tables, *touched))
