"""The command `ffp smoke`: tries a deployed environment as the users of two test tenants."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ffp import git
from ffp.known import settings_with
from ffp.progress import messages, progress

FAILURE = 1
answers = Console(highlight=False, soft_wrap=True, emoji=False)


class Format(StrEnum):
    """The output format."""

    TABLE = "table"
    JSON = "json"


def smoke_command(
    environment: Annotated[str, typer.Argument(help="dev, staging, prod, or local, which must be running.")],
    addresses: Annotated[
        Path | None, typer.Option(help="The outputs of the deployed stack; if omitted, those of the last deploy here.")
    ] = None,
    prepare: Annotated[
        bool, typer.Option("--prepare", help="As an administrator: create the test tenants' users, or renew them.")
    ] = False,
    format: Annotated[Format, typer.Option(help="The output format.")] = Format.TABLE,  # noqa: A002
) -> None:
    """Try a deployed environment as its users and as attackers would; exit code 1 if a result is not the expected."""
    settings = settings_with(environment)[environment]
    if settings.smoke is None:
        messages.print(f"{environment}: nothing was tried, because its settings have no `smoke`", markup=False)
        return
    from ffp.smoke import output, running  # boto3 takes longer to load than most commands
    from ffp.smoke.case import see

    if prepare:
        with progress() as report:
            made = running.prepare(settings, report)
        messages.print(f"{environment}: {made} users are ready, and their passwords stored", markup=False)
        return
    with progress() as report:
        report("reading the test tenants' users")
        visited = running.site_of(settings, addresses)
        cases = [*running.cases_of(settings)]
        results = []
        for case in cases:
            results.append((case, see(case, visited)))
            report(f"trying: {len(results)} of {len(cases)} cases")
    show = output.show_json if format == Format.JSON else lambda all_: output.show_tables(answers, all_)
    as_expected = show(results)
    for line in output.advice(environment, git.head(), results):
        messages.print(line, style="red", markup=False)
    if not as_expected:
        raise typer.Exit(FAILURE)
