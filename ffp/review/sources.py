"""Reads which line of Python makes each block of a stack, as synthesis wrote it next to the stack."""

import json
import re

from ffp.stack_folder import SOURCES
from ffp.stacks import SynthesisedStack

_LINE = re.compile(r"(?!/)(?!.*\.\./)[\w. /-]+\.py:[1-9]\d*")  # a file of the project, and a line in it


def read(stack: SynthesisedStack) -> dict[str, str]:
    """File and line by address, such as `modules/messaging.py:57`, relative to the project.

    Empty if the stack was synthesised without them, and without an entry that is no such line.
    """
    try:
        found = json.loads(stack.path.with_name(SOURCES).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        address: line
        for address, line in found.items()
        if address in stack.by_address and isinstance(line, str) and _LINE.fullmatch(line)
    }
