"""Writes `sources.json` next to each stack: the line of Python that makes each resource and data source.

The lines are in a file of their own, because a line that moves must not change the stack.
"""

import json
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import FrameType

from settings.code import ROOT

FILE_NAME = "sources.json"
_NOT_OURS = frozenset({"site-packages", "node_modules"})
_RECORDERS = ("modules/stacks/arguments.py", "modules/stacks/sources.py")
_HELPERS = "modules/common/"  # these make constructs for others, whose line says more


def line_of_caller() -> str:
    """File and line of the project's own code that makes a construct, such as `modules/messaging.py:57`.

    The nearest module counts, before the helpers that it calls. The path is relative to the project. Empty if none of
    the project's code is at work.
    """
    frame: FrameType | None = sys._getframe(1)
    nearest = ""
    while frame:
        if file := _own(frame.f_code.co_filename):
            line = f"{file}:{frame.f_lineno}"
            if not file.startswith(_HELPERS):
                return line
            nearest = nearest or line
        frame = frame.f_back
    return nearest


def write(stack_file: Path, lines: Mapping[str, str]) -> None:
    """Writes the lines next to a synthesised stack. `lines` are by the construct's path, the file's are by address."""
    stack = json.loads(stack_file.read_text(encoding="utf-8"))
    sources = {
        f"{prefix}{type_}.{name}": lines[path]
        for kind, prefix in (("resource", ""), ("data", "data."))
        for type_, named in stack.get(kind, {}).items()
        for name, block in named.items()
        if (path := block["//"]["metadata"]["path"]) in lines
    }
    text = json.dumps(dict(sorted(sources.items())), indent=2)
    stack_file.with_name(FILE_NAME).write_text(f"{text}\n", encoding="utf-8", newline="\n")


@cache
def _own(file: str) -> str:
    """The path of a file of the project, relative to the project; empty for every other file."""
    path = Path(file).resolve()
    if not path.is_relative_to(ROOT):
        return ""
    relative = path.relative_to(ROOT)
    foreign = any(part.startswith(".") or part in _NOT_OURS for part in relative.parts)
    return "" if foreign or relative.as_posix() in _RECORDERS else relative.as_posix()
