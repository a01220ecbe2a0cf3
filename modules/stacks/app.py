"""Synthesises all stacks in one process: loading the bindings takes seconds, a stack less than one."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from modules.framework import App
from modules.stacks.arguments import recorded
from modules.stacks.bootstrap import BootstrapStack
from modules.stacks.platform import PlatformStack
from modules.stacks.stack import EnvironmentStack
from settings import Environment


def synthesise(
    settings: Mapping[str, Environment], stacks: Collection[str], folder: Path
) -> Sequence[EnvironmentStack]:
    """Writes the named stacks into a folder; the same settings produce the same bytes on every machine.

    Returns their constructs, which `replace_with_hcl` needs.

    `sources.json` next to each stack names the line of Python that makes each block. Raises InvalidSettings if an
    argument that a construct received is missing from its stack's JSON.
    """
    with recorded() as record:
        app = App(outdir=str(folder))
        created: list[EnvironmentStack] = []
        for name, each in settings.items():
            if name in stacks:
                created.append(PlatformStack(app, settings=each))
            if f"bootstrap-{name}" in stacks:
                created.append(BootstrapStack(app, settings=each))
        for stack in created:
            stack.destroy_after_use()
        app.synth()
    record.require_all_in(folder)
    record.write_sources(folder)
    return created
