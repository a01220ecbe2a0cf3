"""All stacks in one process: loading the bindings costs seconds, a stack well under one."""

from collections.abc import Collection, Mapping
from pathlib import Path

from cdktf import App

from modules.stacks.arguments import recorded
from modules.stacks.bootstrap import BootstrapStack
from modules.stacks.platform import PlatformStack
from modules.stacks.stack import EnvironmentStack
from settings import Environment


def synthesise(settings: Mapping[str, Environment], stacks: Collection[str], folder: Path) -> None:
    """Writes the stacks named into the folder; the same settings give the same bytes on every machine.

    Raises InvalidSettings where something that a construct was given is not in its stack.
    """
    with recorded() as given:
        app = App(outdir=str(folder))
        made: list[EnvironmentStack] = []
        for name, each in settings.items():
            if name in stacks:
                made.append(PlatformStack(app, settings=each))
            if f"bootstrap-{name}" in stacks:
                made.append(BootstrapStack(app, settings=each))
        for stack in made:
            stack.destroy_after_use()
        app.synth()
    given.require_all_in(folder)
