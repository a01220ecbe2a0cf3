"""The command `ffp deliver`: plans, applies a plan that was reviewed, finds drift, and comments on pull requests."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from ffp import synth
from ffp.deliver import applying, comments, drift, expiring, files, github, issues, nightly, planning, spending, ticket
from ffp.deliver.place import Place, on_aws
from ffp.known import settings_with
from ffp.progress import messages, progress
from ffp.project import BadInputError
from ffp.review import commands as review
from ffp.review.report import Review
from ffp.smoke.running import ADDRESSES
from settings import Environment, state
from settings.names import prefix

FAILURE = 1


class Role(StrEnum):
    """A role of CI."""

    PLAN = state.PLAN
    DEPLOY = state.DEPLOY
    SMOKE = state.SMOKE


app = typer.Typer(no_args_is_help=True)
answers = Console(highlight=False, soft_wrap=True, emoji=False)
Name = Annotated[str, typer.Argument(help="An environment, such as prod.", metavar="ENV")]
Issues = Annotated[bool, typer.Option("--issues", help="Open an issue of GitHub for each, and close old ones.")]


@app.command("plan")
def plan_command(
    environment: Name,
    store: Annotated[
        bool, typer.Option("--store", help="Store the plan, so that `ffp deliver apply` can apply it.")
    ] = False,
    against: Annotated[
        str | None, typer.Option(help="A branch, tag or commit to compare with; if omitted, what is deployed.")
    ] = None,
    source_url: Annotated[str, typer.Option(help="The address of the sources at a code host.")] = "",
) -> None:
    """Synthesise, plan and review an environment; exit code 1 if something is red."""
    settings = settings_with(environment)
    folder = files.emptied(environment)
    with progress() as report:
        _synthesise(report)
        place = _place(settings[environment], "plan")
        made = planning.plan(place, settings, against=against, keep=store, report=report)
    files.write(folder, made, source_url)
    review.show(answers, made.review, scanned=True)
    if made.ticket:
        answers.print(f"approve this plan and its review with the code {made.ticket.code}", markup=False)
    messages.print(f"{folder}: the review as a page, as Markdown and as JSON", markup=False)
    problems = planning.refused(made.review, made.results)
    for problem in problems:
        messages.print(problem, style="red", markup=False)
    if problems:
        raise typer.Exit(FAILURE)


@app.command("apply")
def apply_command(
    environment: Name,
    ticket_file: Annotated[
        Path | None, typer.Option("--ticket", help="The ticket of `ffp deliver plan`; if omitted, the last one's.")
    ] = None,
    ask: Annotated[bool, typer.Option("--ask", help="Show the verdict, and ask for the code of the approval.")] = False,
    run: Annotated[
        str | None, typer.Option(help="The run of GitHub Actions whose approvals count.", envvar="GITHUB_RUN_ID")
    ] = None,
) -> None:
    """Apply a stored plan, if it is the one that was reviewed and approved."""
    settings = settings_with(environment)
    file = ticket_file or files.folder_of(environment) / files.TICKET
    try:
        given = ticket.read(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(f"ticket: {file} cannot be read ({type(error).__name__}); {ticket.AGAIN}") from None

    def approved(made: Review) -> str | None:
        if ask:
            review.show(answers, made, scanned=True)
            return str(
                typer.prompt(
                    f"The code {given.code} deploys this plan to {environment}", default="", show_default=False
                )
            )
        return github.approval_of_run(github.of_job(), run, environment) if run else None

    place = _place(settings[environment], "deploy")
    is_asked = ask or settings[environment].state.approval
    applying.apply(place, settings, given, approved=approved if is_asked else None, report=_line)
    addresses = json.dumps(place.outputs())
    (files.folder_of(environment) / ADDRESSES).write_text(addresses, encoding="utf-8")
    files.tell_job("GITHUB_OUTPUT", f"addresses={addresses}")
    answers.print(f"{environment}: {given.commit[:9]} is deployed", markup=False)


@app.command("drift")
def drift_command(
    environment: Name,
    issue: Issues = False,
) -> None:
    """Show what somebody changed by hand, what AWS changed, and what is not applied yet; exit code 1 if by hand."""
    settings = settings_with(environment)
    with progress() as report:
        _synthesise(report)
        found = drift.find(_place(settings[environment], "plan"), _today(), report)
    table = Table("cause", Column("resource", overflow="fold"), Column("what", overflow="fold"), box=box.SIMPLE_HEAD)
    for each in found.differences:
        colour = "red" if each.cause is drift.Cause.HAND else "default"
        says = f"{each.says}: {each.because}" if each.because else each.says
        table.add_row(f"[{colour}]{each.cause}[/]", escape(each.address), escape(says))
    if found.differences:
        answers.print(table)
    for remark in found.remarks:
        answers.print(remark, markup=False)
    answers.print(f"{environment}: {len(found.by_hand)} changed by hand", markup=False)
    if issue:
        findings = {
            each.address: issues.Finding(f"{environment}: {each.address} was changed by hand", _about(each))
            for each in found.by_hand
        }
        kept = issues.keep(github.of_job(), f"drift of {environment}", findings)
        messages.print(f"issues: {len(kept.opened)} opened, {len(kept.changed)} changed, {len(kept.closed)} closed")
    if found.by_hand:
        raise typer.Exit(FAILURE)


@app.command("expiring")
def expiring_command(
    environment: Name,
    issue: Issues = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Only what the settings and the code say, without an account.")
    ] = False,
) -> None:
    """Show the waivers, secrets, certificates and versions that end within 60 days; exit code 1 if any does."""
    settings = settings_with(environment)[environment]
    today = _today()
    with progress() as report:
        _synthesise(report)
        seen = expiring.find(settings, None if offline else _place(settings, "plan"), today, report)
    nightly.show(answers, seen, today)
    _end(environment, "expiring", seen, issue=issue)


@app.command("spending")
def spending_command(
    environment: Name,
    issue: Issues = False,
) -> None:
    """Show a month's costs beside `ffp cost`; exit code 1 if they differ. Asking AWS costs 0.01 dollars."""
    settings = settings_with(environment)[environment]
    spending.require_billed(settings)
    today = _today()
    with progress() as report:
        _synthesise(report)
        found = spending.find(_place(settings, "plan"), today, report)
    spending.show(answers, found)
    seen = [nightly.Seen("months", found.findings)]
    nightly.show(answers, seen, today)
    _end(environment, "spending", seen, issue=issue)


def _end(environment: str, topic: str, seen: Sequence[nightly.Seen], *, issue: bool) -> None:
    """Keeps the issues, if they are wanted, and ends with exit code 1 if somebody must look at something."""
    unseen = sum(bool(each.failure) for each in seen)
    blind = f", {unseen} kinds not looked at" if unseen else ""
    answers.print(f"{environment}: {sum(len(each.findings) for each in seen)} findings{blind}", markup=False)
    if issue:
        kept = nightly.keep_issues(github.of_job(), environment, topic, seen)
        messages.print(f"issues: {len(kept.opened)} opened, {len(kept.changed)} changed, {len(kept.closed)} closed")
    if not nightly.is_clean(seen):
        raise typer.Exit(FAILURE)


def _about(difference: drift.Difference) -> str:
    return (
        f"`{difference.address}`: {difference.says}. The next deploy sets what the code says again. Take it into the"
        " code, let a deploy undo it, or name it in `allowed_drift` of the environment with a reason and a last day."
    )


@app.command("role")
def role_command(
    environment: Name,
    role: Annotated[Role, typer.Argument(help="Whose credentials a job wants.")],
) -> None:
    """Print the role that a job of GitHub Actions takes on; in a job, tell the next steps what signing in needs."""
    settings = settings_with(environment)[environment]
    if role is Role.SMOKE and settings.smoke is None:
        messages.print(f"{environment}: its settings have no `smoke`, so there is no role to try it", markup=False)
        return
    arn = f"arn:aws:iam::{settings.account_id}:role/{prefix(settings.name)}{role.value}"
    told = {
        "role": arn,
        "region": settings.region,
        "account": settings.account_id,
        "seconds": state.SESSION_SECONDS[role.value],
    }
    for name, value in told.items():
        files.tell_job("GITHUB_OUTPUT", f"{name}={value}")
    print(arn)


@app.command("comment")
def comment_command(
    environment: Name,
    pull_request: Annotated[int, typer.Option(help="The number of the pull request.")],
) -> None:
    """Write the review of `ffp deliver plan` on a pull request, in place of the one before; or that there is none."""
    settings_with(environment)
    done = comments.keep_one(github.of_job(), pull_request, environment, files.comment(environment))
    messages.print(f"comment on {environment}: {done}", markup=False)


def _today() -> date:
    return datetime.now(UTC).date()


def _synthesise(report: Callable[[str], object]) -> None:
    """Synthesises every stack, since a review compares the environments."""
    report("synthesising")
    code, _ = synth.start(()).finish()
    if code:
        raise typer.Exit(code)


def _place(settings: Environment, role: str) -> Place:
    if not settings.emulated:
        return on_aws(settings)
    from ffp.emulator import commands as emulator

    return emulator.delivered(role)


def _line(text: str) -> None:
    """Shows progress as lines, since a question may stand between them."""
    messages.print(text, markup=False)
