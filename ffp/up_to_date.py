"""Refuses stacks that are older than their sources: whoever reads them would be calmed, or alarmed, without reason."""

import os
from collections.abc import Iterable
from pathlib import Path

from ffp.project import OUTPUT, ROOT, BadInputError
from ffp.stacks import SynthesisedStack

SOURCES = ("application", "catalogue", "environments", "library", "modules", "settings", "main.py")
"""What synthesis reads of the project, by paths from its root."""


def require_current(loaded: Iterable[SynthesisedStack], out: Path) -> None:
    """Raises BadInputError if a source was changed after the stacks of the usual folder were written.

    Stacks in another folder may be of other sources, and pass.
    """
    if out.resolve() != OUTPUT:
        return
    written = min((each.path.stat().st_mtime for each in loaded), default=float("inf"))
    newer = [path for each in SOURCES for path in files_in(ROOT / each) if path.stat().st_mtime > written]
    if newer:
        first = min(path.relative_to(ROOT).as_posix() for path in newer)
        raise BadInputError(f"{out.name}: is older than {first}; run `ffp synth`")


def files_in(path: Path) -> list[Path]:
    """The files in a folder and all below it, without compiled Python; or the file itself."""
    if path.is_file():
        return [path]
    return [
        Path(folder) / name
        for folder, _, names in os.walk(path)
        if "__pycache__" not in folder
        for name in names
        if not name.endswith(".pyc")
    ]
