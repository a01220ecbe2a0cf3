"""Refuses stacks that are older than their sources: whoever reads them would be calmed, or alarmed, without reason."""

import os
from collections.abc import Iterable
from pathlib import Path

from ffp.project import OUTPUT, ROOT, BadInputError
from ffp.stacks import SynthesisedStack

# What synthesis reads.
_SOURCES = ("application", "catalogue", "environments", "library", "modules", "settings", "main.py")


def require_current(loaded: Iterable[SynthesisedStack], out: Path) -> None:
    """Raises BadInputError if a source was changed after the stacks of the usual folder were written.

    Stacks in another folder may be of other sources, and pass.
    """
    if out.resolve() != OUTPUT:
        return
    written = min((each.path.stat().st_mtime for each in loaded), default=float("inf"))
    newer = [path for each in _SOURCES for path in _files(ROOT / each) if path.stat().st_mtime > written]
    if newer:
        first = min(path.relative_to(ROOT).as_posix() for path in newer)
        raise BadInputError(f"{out.name}: is older than {first}; run `ffp synth`")


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return [
        Path(folder) / name
        for folder, _, names in os.walk(path)
        if "__pycache__" not in folder
        for name in names
        if not name.endswith(".pyc")
    ]
