"""The command `ffp clients`, for the app clients of machines."""

from collections.abc import Mapping
from typing import Annotated

import typer
from rich.console import Console

from ffp.clients.machine import Machine
from ffp.develop.naming import Problems, unknown
from ffp.develop.reach import reach
from settings import Environment, MachineClient, environments
from settings.machine_clients import FOLDER

app = typer.Typer(no_args_is_help=True, help="The app clients of machines that call the API.")
answers = Console(highlight=False, soft_wrap=True, emoji=False)
Where = Annotated[str, typer.Argument(metavar="ENV", help="dev, staging, prod, or local, which must be running.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="A machine, by its name in identity.machines.")]


@app.command("new")
def new_command(environment: Where, name: Name) -> None:
    """Create a machine's client: its secret goes to Secrets Manager alone, its id into a file to review and deploy."""
    machine = _machine(environment, name)
    made = machine.new()
    what = "is new" if made.is_new else "of an earlier run is complete now"
    _say(f"{made.client_id}: this client {what}; its credentials are in the secret {machine.box}")
    _say(f"{made.file}: review it, commit it, deploy it; until then the API refuses the client's tokens")


@app.command("retire")
def retire_command(
    environment: Where, name: Name, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False
) -> None:
    """Delete the first of a machine's two clients, when nobody uses it any more."""
    machine = _machine(environment, name)
    if not (yes or typer.confirm(f"Delete the older client of {machine.name}? Whoever still uses it is refused.")):
        raise typer.Exit(1)
    _say(f"{machine.retire()}: deleted")
    _say(f"{machine.file}: review it, commit it, deploy it")


@app.command("update")
def update_command(environment: Where, name: Name) -> None:
    """Give a machine's clients the scopes and the times that the settings have now."""
    machine = _machine(environment, name)
    changed = machine.update()
    for client_id in changed:
        _say(f"{client_id}: changed")
    if not changed:
        _say(f"{machine.name}: nothing to change")


def _machine(environment: str, name: str) -> Machine:
    """A machine of an environment. Raises BadInputError with all names that are unknown."""
    problems, all_settings = Problems(), environments.load()
    settings = all_settings.get(environment)
    if settings is None:
        problems.add(unknown("environment", environment, all_settings))
        problems.stop()
    assert settings is not None  # noqa: S101 - otherwise there was a problem
    machines = _machines(settings)
    if name not in machines:
        problems.add(unknown("machine", name, machines))
    problems.stop()
    return Machine(settings, machines[name], FOLDER, reach(settings).client, _sign_in_address(settings))


def _machines(settings: Environment) -> Mapping[str, MachineClient]:
    return {each.name: each for each in settings.identity.machines}


def _sign_in_address(settings: Environment) -> str:
    """The emulator's, or nothing for AWS."""
    if not settings.emulated:
        return ""
    from ffp.emulator import commands as emulator

    return emulator.running_account().address


def _say(text: str) -> None:
    answers.print(text, markup=False)
