"""The `ffp` command and its subcommands."""

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from ffp import calls, compare, machines, picture, plans, provider_locks, stacks, synth, terraform, unchanged
from ffp import scan as scanner
from ffp.cost import commands as cost
from ffp.develop import commands as develop
from ffp.late import late
from ffp.limits.commands import limits_command
from ffp.model import model_of
from ffp.progress import messages, progress
from ffp.project import OUTPUT, ROOT, BadInputError, ToolError
from ffp.review.commands import review_command
from ffp.scan import formats, pool, table
from ffp.smoke.commands import smoke_command
from ffp.versions import commands as versions
from settings import environments
from settings.base import InvalidSettings

FAILURE, BAD_INPUT = 1, 2

# What only some commands need is loaded by them: boto3 and a client of PostgreSQL take longer than many a command.
app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
answers = Console(highlight=False, emoji=False)
app.add_typer(cost.app, name="cost")
app.command("limits")(limits_command)
app.command("review")(review_command)
app.command("release-versions")(versions.release_versions_command)
app.command("rollback")(versions.rollback_command)
app.command("smoke")(smoke_command)
develop.add_to(app)
emulator_app = typer.Typer(
    cls=late("ffp.emulator.commands"),
    no_args_is_help=True,
    help="The local platform: an AWS emulator and a PostgreSQL server with `local` deployed to them.",
)
app.add_typer(emulator_app, name="emulator")
deliver_app = typer.Typer(
    cls=late("ffp.deliver.commands"),
    no_args_is_help=True,
    help="Plans, applies the plan that was reviewed and approved, and comments on pull requests.",
)
app.add_typer(deliver_app, name="deliver")
recover_app = typer.Typer(
    cls=late("ffp.recover.commands"),
    no_args_is_help=True,
    help="Recovers what AWS makes no backup of: the users of the pool, from an export.",
)
app.add_typer(recover_app, name="recover")
keys_app = typer.Typer(
    cls=late("ffp.keys_commands"), no_args_is_help=True, help="The key pairs that sign playback URLs."
)
app.add_typer(keys_app, name="keys")
clients_app = typer.Typer(
    cls=late("ffp.clients.commands"), no_args_is_help=True, help="The app clients of machines that call the API."
)
app.add_typer(clients_app, name="clients")
providers_app = typer.Typer(no_args_is_help=True, help="The provider packages that Terraform may run.")
app.add_typer(providers_app, name="providers")

Stacks = Annotated[list[str] | None, typer.Option("--stack", help="Only this stack; repeat for several.")]
Out = Annotated[Path, typer.Option("--out", help="The folder with the synthesised stacks.")]


class Format(StrEnum):
    """The output format of a scan."""

    TABLE = "table"
    SARIF = "sarif"
    JUNIT = "junit"
    JSON = "json"


def main() -> None:
    """Runs the command: exit code 0 if all is well, 1 on findings or failures, 2 on bad input."""
    try:
        app()
    except (BadInputError, InvalidSettings) as error:
        messages.print(str(error), style="red", markup=False)
        sys.exit(BAD_INPUT)
    except ToolError as error:
        messages.print(str(error), style="red", markup=False)
        sys.exit(FAILURE)


@app.command("synth")
def synth_command(
    stack: Stacks = None,
    provider_release: Annotated[str | None, typer.Option(help="The AWS provider's release, such as 5.100.")] = None,
    out: Out = OUTPUT,
    scan: Annotated[bool, typer.Option("--scan", help="Scan the synthesised stacks.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Do it again, even if nothing has changed.")] = False,
) -> None:
    """Synthesise all stacks, or those given, as Terraform JSON."""
    today = _today()
    request = repr((stack, provider_release, scan, scan and today.isoformat()))
    if not force and (answer := unchanged.recall(out, request)):
        answers.print(Text.from_ansi(answer.text), end="", soft_wrap=True)
        messages.print(f"nothing has changed since {answer.at}, and this was its result; --force does it again")
        raise typer.Exit(answer.code)
    read = unchanged.inputs()
    with progress() as report:
        known = environments.load()  # reports all mistakes of the settings before anything starts
        report("synthesising")
        running = synth.start(stack or (), release=provider_release, out=out)
        if scan:
            pool.prepare()  # loads Checkov, which takes seconds, while the other process works
        called = calls.read(each.deployed for each in known.values())
        code, seconds = running.finish()
        if code:
            raise typer.Exit(code)
        lacking = calls.missing(called, out, [name for name in known if not stack or name in stack])
        results = pool.scan_all(stacks.load(out, stack or ()), today=today, report=report) if scan else []
    with answers.capture() as shown:
        if scan:
            table.show(answers, results, synthesised_seconds=seconds)
        calls.show(answers, lacking)
        machines.show(answers, [each for name, each in known.items() if not stack or name in stack])
    said = "" if scan else f"synthesised into {out} in {seconds:.1f} s\n"
    messages.print(said, end="")
    print(shown.get(), end="")
    unchanged.keep(out, request, read, f"{said}{shown.get()}", int(_failed(results)))
    _end(results)


@app.command("scan")
def scan_command(
    stack: Stacks = None,
    plan: Annotated[bool, typer.Option("--plan", help="Scan the offline plans, too.")] = False,
    format: Annotated[Format, typer.Option(help="The output format.")] = Format.TABLE,  # noqa: A002
    out: Out = OUTPUT,
) -> None:
    """Scan the synthesised stacks with Checkov and our own checks."""
    with progress() as report:
        loaded = stacks.load(out, stack or ())
        made = plans.make(stack or (), report) if plan else None
        results = pool.scan_all(loaded, today=_today(), plans=made, report=report)
    writers: dict[Format, Callable[[Sequence[scanner.Result]], str]] = {
        Format.SARIF: formats.as_sarif,
        Format.JUNIT: formats.as_junit,
        Format.JSON: formats.as_json,
    }
    if format in writers:
        print(writers[format](results))
    else:
        table.show(answers, results)
    _end(results)


@app.command("compare")
def compare_command(
    against: Annotated[str, typer.Option(help="A branch, a tag or a commit.")] = "main",
) -> None:
    """Show which blocks of the synthesised JSON differ from a commit's; a refactoring changes none."""
    with progress() as report:
        differences, compared = compare.with_commit(against, report)
    if not differences:
        messages.print(f"unchanged: all {compared} blocks are the same as in {against}")
        return
    shown = Table("stack", Column("address", overflow="fold"), Column("what differs", overflow="fold"))
    for each in differences:
        shown.add_row(each.stack, each.address, each.description)
    answers.print(shown)
    messages.print(f"{len(differences)} of {compared} blocks differ from {against}")
    raise typer.Exit(FAILURE)


@app.command("draw")
def draw_command(
    stack: Annotated[str, typer.Argument(help="A synthesised stack.")] = picture.STACK,
    out: Annotated[Path, typer.Option("--out", help="The SVG to write.")] = picture.FILE,
    source: Annotated[Path, typer.Option("--from", help="The folder with the synthesised stacks.")] = OUTPUT,
) -> None:
    """Draw a synthesised stack as an SVG: its services, its functions, and the connections between them."""
    if stack != picture.STACK and out == picture.FILE:
        raise BadInputError(
            f"out: {out.name} is the picture of {picture.STACK}; name another file for {stack} with --out"
        )
    (loaded,) = stacks.load(source, [stack])
    model = model_of(loaded)
    out.write_text(picture.draw(model), encoding="utf-8", newline="\n")
    for type_, number in model.unknown.items():
        messages.print(f"{type_}: {number} of a service that the catalogue does not know", markup=False)
    messages.print(f"drew {stack} in {out}", markup=False)


@app.command("bootstrap")
def bootstrap_command(
    environment: Annotated[str, typer.Argument(help="dev, staging or prod.")],
    yes: Annotated[bool, typer.Option("--yes", help="Apply without asking for approval.")] = False,
) -> None:
    """Create or update an environment's state bucket and CI roles; continue after an interruption."""
    from ffp import bootstrap as bootstrapper

    bootstrapper.bootstrap(environment, approved=yes, report=messages.print)


@providers_app.command("lock")
def lock_providers_command(
    platform: Annotated[
        list[str] | None, typer.Option(help="A platform that runs Terraform, such as linux_amd64; repeat for several.")
    ] = None,
    provider_release: Annotated[
        str | None,
        typer.Option(help="The AWS provider's release, such as 6.25; if omitted, all that environments use."),
    ] = None,
    mirror: Annotated[
        str | None, typer.Option(help="The folder or https address of a mirror to trust instead of the registry.")
    ] = None,
) -> None:
    """Pin the hashes of the AWS provider's packages, which the registry signs.

    Each later init requires these packages.
    """
    program, in_use = terraform.require_program(), provider_locks.releases_in_use()
    wanted = [each for each in in_use if provider_release in (None, each, each.removesuffix(".0"))]
    if not wanted:
        raise BadInputError(f"provider-release: no environment uses {provider_release}; in use: {', '.join(in_use)}")
    provider_locks.pin(program, wanted, platform or provider_locks.PLATFORMS, mirror, messages.print)


@app.command("list")
def list_command() -> None:
    """Print the names of all stacks."""
    for name in environments.stacks():
        print(name)


@app.command("docs")
def docs_command(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail if a page is out of date.")] = False,
    folder: Annotated[Path, typer.Option(help="The folder of the pages.")] = ROOT / "docs",
    source: Annotated[Path, typer.Option("--from", help="The folder with the synthesised stacks.")] = OUTPUT,
) -> None:
    """Write docs/settings.md, checks.md, limits.md and cost.md from the code and production's JSON."""
    from ffp import reference

    for file in reference.outdated(folder, source) if check else reference.write(folder, source):
        messages.print(f"{file}: {'out of date; run `ffp docs`' if check else 'written'}", markup=False, soft_wrap=True)
        if check:
            raise typer.Exit(FAILURE)


@app.command("doctor")
def doctor_command() -> None:
    """Show what is installed, what does not work without it, and emulator servers that no run owns any more."""
    from ffp import doctor as machine
    from ffp.emulator import processes

    needs = machine.needs()
    shown = Table("what", Column("found", overflow="fold"), "without it")
    for need in needs:
        shown.add_row(need.what, need.found or "[red]missing[/]", need.without)
    answers.print(shown)
    for server in processes.unowned():
        answers.print(
            f"{server.what} of {server.folder}: no run owns it any more; stop it with `kill {server.pid}`",
            soft_wrap=True,
        )
    if machine.missing(needs):
        raise typer.Exit(FAILURE)


def _end(results: Sequence[scanner.Result]) -> None:
    if _failed(results):
        raise typer.Exit(FAILURE)


def _failed(results: Sequence[scanner.Result]) -> bool:
    return any(result.failed for result in results)


def _today() -> date:
    return datetime.now(UTC).date()


if __name__ == "__main__":
    main()
