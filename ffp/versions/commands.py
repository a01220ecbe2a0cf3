"""The commands `ffp release-versions` and `ffp rollback`."""

from typing import Annotated

import typer
from rich.console import Console

from ffp.known import settings_with

FAILURE = 1
answers = Console(highlight=False, soft_wrap=True, emoji=False)


def release_versions_command(
    environment: Annotated[str, typer.Argument(help="dev, staging or prod.")],
) -> None:
    """Delete old versions of functions that still use a security group or subnet, so that a deploy can remove it."""
    from ffp.aws import clients_of  # boto3 takes longer to load than most commands
    from ffp.versions import releasing

    for version in releasing.release(environment, clients_of(settings_with(environment)[environment])):
        print(version)


def rollback_command(
    environment: Annotated[str, typer.Argument(help="dev, staging, prod, or local, which must be running.")],
    function: Annotated[str, typer.Argument(help="A function, by its name in the settings.")],
    version: Annotated[
        str | None, typer.Option(help="A published version; if omitted, the newest before the present one.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Call an earlier version of a function for the minutes until a revert is deployed; the next deploy undoes it."""
    from ffp.aws import clients_of
    from ffp.versions import rollback

    settings = settings_with(environment)[environment]
    if settings.emulated:
        from ffp.emulator import commands as emulator

        client = emulator.delivered("deploy").client
    else:
        client = clients_of(settings)
    found = rollback.rollback_of(settings, function, version, client)
    answers.print(f"{found.function}: from version {found.now} to {found.then}, published {found.published}")
    if not (yes or typer.confirm("Go back?")):
        raise typer.Exit(FAILURE)
    rollback.roll_back(found, client)
    answers.print(f"{found.function}: {found.then} is called now. Revert the commit: the next deploy undoes this.")
