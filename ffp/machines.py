"""The machines that call the API, as `ffp synth` reports them."""

from collections.abc import Iterable

from rich.console import Console

from settings import Environment


def without_client(settings: Environment) -> list[str]:
    """A line for each machine of an environment whose app client was not made yet, with the command that makes it."""
    return [
        f"{settings.name}: the machine {machine.name} has no app client yet, and gets no token:"
        f" `ffp clients new {settings.name} {machine.name}` makes one once its secret is deployed"
        for machine in settings.identity.machines
        if not machine.client_ids
    ]


def show(answers: Console, environments: Iterable[Environment]) -> None:
    """Prints these lines for several environments."""
    for settings in environments:
        for line in without_client(settings):
            answers.print(line, markup=False, soft_wrap=True)
