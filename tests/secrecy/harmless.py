"""What stands in our own stacks, settings and handlers, and is no secret."""

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Any

from ffp.project import ROOT
from ffp.stacks import SynthesisedStack
from settings import environments

_PACKED = ("application", "library")


def variables(stacks: Iterable[SynthesisedStack]) -> list[tuple[str, str]]:
    """Every environment variable of every function, once."""
    given = (block.attributes.get("environment", {}) for stack in stacks for block in stack.resources)
    return sorted({(name, value) for each in given for name, value in each.get("variables", {}).items()})


def strings(stacks: Iterable[SynthesisedStack]) -> list[str]:
    """Every string that a stack holds, once."""
    return sorted({text for stack in stacks for block in stack.blocks for text in _strings(block.attributes)})


def settings() -> list[str]:
    """Every string of every environment's settings, once."""
    return sorted({*_strings([dataclasses.asdict(each) for each in environments.load().values()])})


def lines() -> list[str]:
    """Every line of the functions' sources, once."""
    files = (path for folder in _PACKED for path in (ROOT / folder).rglob("*") if path.suffix in {".py", ".sql"})
    return sorted({line.strip() for path in files for line in path.read_text().splitlines() if line.strip()})


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)
