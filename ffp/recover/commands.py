"""The command `ffp recover users`."""

from typing import Annotated

import typer
from rich.console import Console

from ffp.aws import clients_of
from ffp.known import settings_with
from ffp.progress import progress
from ffp.recover import exports, moved
from ffp.recover.users import RETRYING, Recovery, pool_of

FAILURE = 1
app = typer.Typer(no_args_is_help=True, help="Recovers what AWS makes no backup of.")
answers = Console(highlight=False, emoji=False, soft_wrap=True)


@app.callback()
def recover() -> None:
    """Recovers what AWS makes no backup of."""


@app.command("users")
def users_command(
    environment: Annotated[
        str, typer.Argument(help="dev, staging, prod, or local with the variables that `ffp emulator status` prints.")
    ],
    source: Annotated[
        str | None, typer.Option("--from", help="An export: a key of the bucket, or a file; by default the newest.")
    ] = None,
    pool: Annotated[str | None, typer.Option(help="The id of the pool, if two have the environment's name.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check the export, and change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Create the users and groups of an export in the pool, without mail; each then needs a new password.

    It can be repeated after an interruption. Who exists is compared and not changed.
    """
    settings = settings_with(environment)[environment]
    client = clients_of(settings)
    cognito = client("cognito-idp", config=RETRYING)
    with exports.fetched(settings, source, client("s3")) as export:
        found = ", ".join(f"{count} {kind}" for kind, count in export.counts.items())
        answers.print(f"{export.source}, begun {export.begun}: complete, {found}", markup=False)
        target = pool or pool_of(settings, cognito)
        if dry_run:
            answers.print(f"pool {target}: nothing was changed", markup=False)
            return
        if not (yes or typer.confirm(f"Create them in {target}?")):
            raise typer.Exit(FAILURE)
        tenancy = settings.application.tenancy
        with progress() as report:
            outcome = Recovery(cognito, target, f"custom:{tenancy.tenant}", report).run(export)
    for what, count in outcome.counts.items():
        answers.print(f"{what}: {count}", markup=False)
    table, sql = moved.write(environment, outcome.moved, tenancy)
    answers.print(f"{len(outcome.moved)} users have a new sub: {table}; the rows follow by {sql}", markup=False)
    for problem in outcome.problems:
        answers.print(problem, style="red", markup=False)
    if outcome.problems:
        raise typer.Exit(FAILURE)
