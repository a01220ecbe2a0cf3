"""`ffp emulator`: the local platform from the command line."""

import json
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from itertools import groupby
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from ffp.emulator import data, signing
from ffp.emulator.account import ADMINISTRATOR, Account
from ffp.emulator.home import Home
from ffp.emulator.launch import Launch, stop
from ffp.emulator.platform import Platform, stack_folders
from ffp.emulator.smoke import cases
from ffp.emulator.smoke.kit import TENANTS, Case
from ffp.emulator.smoke.routes import closed, public, simplest, with_most_scopes
from ffp.emulator.smoke.walk import Walk
from ffp.keys import PlaybackKeys
from ffp.progress import messages, progress
from ffp.project import OUTPUT, BadInputError
from settings import environments
from settings.base import InvalidSettings
from settings.environment import EMULATED


class Format(StrEnum):
    """How the walk is written."""

    TABLE = "table"
    JSON = "json"


app = typer.Typer(no_args_is_help=True, help="The local platform: an AWS emulator, a PostgreSQL, and `local` on them.")
answers = Console(highlight=False, soft_wrap=True, emoji=False)


def _launch(report: Callable[[str], object]) -> Launch:
    return Launch(Platform(Account(Home(), environments.load()[EMULATED]), report))


def playback_keys() -> PlaybackKeys:
    """The running platform's; BadInputError where none runs."""
    return signing.keys(_launch(print).running_platform().account)


@app.command()
def up() -> None:
    """Start the emulator and deploy `local` to it; what is there already stays."""
    with progress() as report:
        launch = _launch(report)
        launch.up(stays=True)
    _show(launch)


@app.command()
def status() -> None:
    """Show what runs, where it answers, who can sign in, and the calls to try."""
    _show(_launch(print))


@app.command("smoke")
def smoke_command(
    format: Annotated[Format, typer.Option(help="How to write what was seen.")] = Format.TABLE,  # noqa: A002
) -> None:
    """Try the running platform as users and attackers would; exit code 1 where something unexpected is seen."""
    with progress() as report:
        launch = _launch(report)
        walk = Walk.on(launch.running_platform())
        tried = cases.cases_of(launch.platform.account.settings.application)
        seen = []
        for pair in cases.run(walk, tried):
            seen.append(pair)
            report(f"trying: {len(seen)} of {len(tried)} cases")
    # Not before: what tells the progress takes hold of the terminal.
    well = _as_json(seen) if format == Format.JSON else _as_tables(seen)
    if not well:
        raise typer.Exit(1)


@app.command()
def token(user: Annotated[str, typer.Argument(help="Whose, as `ffp emulator status` names them.")]) -> None:
    """Sign a user in and print the access token, for calls by hand."""
    platform = _launch(print).running_platform()
    walk = Walk.on(platform)
    known = {each.name: each for each in walk.users}
    if user not in known:
        raise BadInputError(f"user: {user} is unknown; there are {', '.join(known)}")
    print(walk.sign_in(known[user]).access)


@app.command()
def down() -> None:
    """Destroy `local` and stop everything, also what a killed run left behind."""
    with progress() as report:
        try:
            launch = _launch(report)
        except InvalidSettings as mistake:
            # Stopping needs no settings, and destroying first matters only where somebody looks on.
            stop(Home(), stack_folders(OUTPUT, EMULATED))
            messages.print(f"{mistake}\nlocal: not destroyed, since its settings cannot be read; stopped", markup=False)
        else:
            launch.down()
    messages.print("nothing of the emulator is left")


def _as_tables(seen: Sequence[tuple[Case, str]]) -> bool:
    """A table for each area, and the sum; whether all is as expected."""
    wrong = sum(saw != case.expected for case, saw in seen)
    for area, tried in groupby(seen, key=lambda pair: pair[0].area):
        columns = (Column(name, overflow="fold") for name in ("what", "expected", "seen"))
        shown = Table(*columns, title=area, title_justify="left")
        for case, saw in tried:
            style = None if saw == case.expected else "bold red"
            shown.add_row(escape(case.what), escape(case.expected), escape(saw), style=style)
        answers.print(shown)
    answers.print(f"{len(seen)} tried, {wrong or 'none'} otherwise than expected")
    return not wrong


def _as_json(seen: Sequence[tuple[Case, str]]) -> bool:
    rows = [{"area": each.area, "what": each.what, "expected": each.expected, "seen": saw} for each, saw in seen]
    print(json.dumps(rows, indent=2))
    return all(each["expected"] == each["seen"] for each in rows)


def _show(launch: Launch) -> None:
    home, account = launch.home, launch.platform.account
    outputs = launch.running_platform().outputs()
    api = account.api_address(outputs)
    places = _plain_table("what", "where")
    for what, where in (
        ("AWS", account.address),
        ("PostgreSQL", f"localhost:{home.ports.database}"),
        ("API", api),
        *sorted(outputs.items()),
    ):
        places.add_row(what, where)
    users = _plain_table("user", "password", "role", "tenant")
    for user in data.read_users(account):
        users.add_row(user.name, user.password, user.role, str(TENANTS.index(user.tenant_id) + 1))
    trusted = home.certificate_authority
    answers.print(
        places,
        "",
        users,
        "",
        "Try:",
        *calls_to_try(account, api),
        f"  AWS_CA_BUNDLE={trusted} AWS_CONFIG_FILE={home.aws_config} AWS_PROFILE={ADMINISTRATOR} aws s3 ls",
        "  .venv/bin/ffp emulator smoke",
        "  make local-down",
        sep="\n",
    )


def calls_to_try(account: Account, api: str) -> Iterator[str]:
    """A call without a token and one with it, as far as the application has routes that read."""
    application, curl = account.settings.application, f"  curl --cacert {account.home.certificate_authority}"
    without = simplest(route for route in public(application) if route.reads_a_collection)
    if without:
        yield f"{curl} {api}{without.path}"
    with_token = simplest(route for route in closed(application) if route.reads_a_collection)
    if with_token:
        role = with_most_scopes(application, with_token).name
        user = next(each.name for each in data.read_users(account) if each.role == role)
        yield f'{curl} -H "Authorization: Bearer $(.venv/bin/ffp emulator token {user})" {api}{with_token.path}'


def _plain_table(*names: str) -> Table:
    """Whole words to copy: no borders, and nothing cut off."""
    return Table(*(Column(name, overflow="fold") for name in names), box=None, header_style="bold", pad_edge=False)
