"""A synthesised stack with one thing in its JSON changed."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ffp import stacks
from ffp.stacks import SynthesisedStack

Change = Callable[[dict[str, Any]], object]


def changed_stack(stack: SynthesisedStack, folder: Path, change: Change) -> SynthesisedStack:
    """The stack as it is read once the change was made to a copy in this folder."""
    file = folder / stacks.STACKS / stack.name / stacks.FILE_NAME
    file.parent.mkdir(parents=True)
    shutil.copy(stack.path, file)
    text = json.loads(file.read_text(encoding="utf-8"))
    change(text)
    file.write_text(json.dumps(text, indent=2), encoding="utf-8")
    (changed,) = stacks.load(folder)
    return changed
