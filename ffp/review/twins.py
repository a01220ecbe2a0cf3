"""Synthesises an environment's twin: the same settings under another name, which shows what depends on the name."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from ffp import stacks, synth
from ffp.project import BUILD, ToolError
from ffp.stacks import SynthesisedStack


def of(stack: SynthesisedStack, report: Callable[[str], object]) -> SynthesisedStack:
    """The twin of an environment's platform, from today's sources and with the stack's own provider release.

    Raises ToolError if it does not synthesise.
    """
    report(f"synthesising {stack.name} under another name")
    BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BUILD, prefix="twin-") as folder:
        out = Path(folder) / "out"
        release = stack.others["terraform"]["required_providers"]["aws"]["version"]
        code, _ = synth.start([stack.name], release=release, out=out, renamed=True).finish()
        if code:
            raise ToolError(f"{stack.name} does not synthesise under another name, only under its own")
        (twin,) = stacks.load(out, with_assets=False)
    return twin
