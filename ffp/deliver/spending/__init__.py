"""What an environment has cost against what `ffp cost` says of it: the last full month, and this one so far."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from botocore.exceptions import ClientError
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from ffp import aws, stacks
from ffp.cost.bill import Bill
from ffp.cost.words import money
from ffp.deliver.nightly import Finding
from ffp.deliver.place import Place
from ffp.deliver.spending.comparing import Model, Row, projected, rows
from ffp.deliver.spending.explorer import Spent, first_of, month_before, spent
from ffp.project import BadInputError
from ffp.stacks import SynthesisedStack
from settings import Environment


@dataclass(frozen=True)
class Spending:
    """The rows of the last full month, what else there is to say, and what somebody must look at."""

    month: date
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    findings: tuple[Finding, ...]


def require_billed(settings: Environment) -> None:
    """Raises BadInputError for an environment that costs nothing."""
    if settings.emulated:
        raise BadInputError(f"environment: {settings.name} runs on this machine and costs nothing; choose another one")


def find(place: Place, today: date, report: Callable[[str], object]) -> Spending:
    """Compares the account's bill with the model, with one request to Cost Explorer.

    The month in which the platform was first deployed is shown and not judged. Raises BadInputError if it is not
    deployed, and ToolError if Cost Explorer has no figures.
    """
    loaded = {each.name: each for each in stacks.load(place.output, with_assets=False)}
    model = Model(place.name, [loaded[place.name], loaded[f"bootstrap-{place.name}"]], place.settings.usage)
    first_day = _deployed_on(place, loaded[place.name])
    report("asking Cost Explorer")
    months, bill, last = spent(place, today), model.bill(), month_before(today)
    before, now = months.get(last, Spent()), months.get(first_of(today), Spent())
    found, forecast = rows(before, bill), projected(now, first_day, today)
    notes = _notes(last, before, now, bill)
    findings: list[Finding] = []
    if first_day <= last:
        findings += model.findings(last, found, is_complete=not before.is_estimate)
        findings += model.of_total(f"all services in {last:%Y-%m}", before.total, bill, "they cost")
    else:
        notes.append(f"{last:%Y-%m}: not judged, since the platform was first deployed on {first_day}")
    if forecast is not None:
        findings += model.of_total(f"all services in {today:%Y-%m}", forecast, bill, "by their course they will cost")
    so_far = "too early to project" if forecast is None else f"{money(forecast)} projected"
    notes.append(f"{today:%Y-%m}: {money(now.total)} dollars so far, {so_far}")
    return Spending(last, tuple(found), tuple(notes), tuple(findings))


def show(console: Console, found: Spending) -> None:
    """Prints the last full month's services beside the model's, and the notes."""
    table = Table(
        f"{found.month:%Y-%m}, dollars",
        *(Column(each, justify="right") for each in ("paid", "quiet", "expected", "busy")),
        "verdict",
        box=box.SIMPLE_HEAD,
    )
    for row in found.rows:
        model = [money(each) for each in row.model] if row.model else ["", "", ""]
        table.add_row(escape(row.service), money(row.actual), *model, row.verdict)
    console.print(table)
    for note in found.notes:
        console.print(note, markup=False)


def _notes(last: date, before: Spent, now: Spent, bill: Bill) -> list[str]:
    notes = [f"{last:%Y-%m}: {money(before.total)} dollars, expected {money(bill.total.expected)}, before VAT"]
    if before.is_estimate:
        notes.append(f"{last:%Y-%m}: AWS may still add to it, so that too little is no finding yet")
    for month, spent_ in ((f"{last:%Y-%m}", before), ("this month", now)):
        if spent_.others:
            listed = ", ".join(f"{name} {money(dollars)}" for name, dollars in sorted(spent_.others.items()))
            notes.append(f"{month}: left out, since no resource causes it: {listed}")
    return notes


def _deployed_on(place: Place, stack: SynthesisedStack) -> date:
    """The day on which the platform was first deployed: that of its oldest role. Hardly ever are all replaced."""
    client = place.client("iam")
    days: list[date] = []
    with aws.as_tool_errors():
        for block in stack.of_type("aws_iam_role"):
            try:
                days.append(client.get_role(RoleName=block.attributes["name"])["Role"]["CreateDate"].date())
            except ClientError as refusal:
                if aws.error_code(refusal) != "NoSuchEntity":  # in the code, and not deployed yet
                    raise
    if not days:
        raise BadInputError(f"{place.name}: none of its roles exists; deploy the platform first")
    return min(days)
