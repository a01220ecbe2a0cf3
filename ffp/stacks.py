"""Reads synthesised stacks: their blocks, and the lines of each block in the file."""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from ffp.project import BadInputError
from ffp.stack_folder import FILE_NAME as FILE_NAME
from ffp.stack_folder import require_unmodified

STACKS = "stacks"  # in an output folder, the folder with a folder for each stack

_WHITESPACE = re.compile(r"\s*")
_DECODER = json.JSONDecoder()

Kind = Literal["resource", "data", "provider"]


@dataclass(frozen=True)
class SynthesisedBlock:
    """One resource, data source or provider configuration. `lines` are its first and last line in the file, from 1."""

    address: str
    kind: Kind
    type: str
    attributes: Mapping[str, Any] = field(repr=False)
    waivers: Mapping[str, Any]  # by the check's id
    lines: tuple[int, int]


@dataclass(frozen=True)
class SynthesisedStack:
    """One synthesised stack: its name, its file, and its blocks in the order of the file.

    `others` are the sections of the file that are no blocks: `terraform`, `locals`, `output` and `moved`.
    """

    name: str
    path: Path
    blocks: tuple[SynthesisedBlock, ...] = field(repr=False)
    others: Mapping[str, Any] = field(repr=False, default_factory=dict)

    def of_type(self, type_: str) -> list[SynthesisedBlock]:
        """The resources of this type."""
        return list(self._by_type.get(type_, ()))

    @cached_property
    def _by_type(self) -> Mapping[str, list[SynthesisedBlock]]:
        found: dict[str, list[SynthesisedBlock]] = {}
        for block in self.resources:
            found.setdefault(block.type, []).append(block)
        return found

    @cached_property
    def resources(self) -> tuple[SynthesisedBlock, ...]:
        """The resource blocks."""
        return tuple(block for block in self.blocks if block.kind == "resource")

    @cached_property
    def by_address(self) -> Mapping[str, SynthesisedBlock]:
        """Every block by its Terraform address."""
        return {block.address: block for block in self.blocks}

    def block_at(self, line: int) -> SynthesisedBlock | None:
        """The block that contains this line of the file; None if no block does."""
        return next((block for block in self.blocks if block.lines[0] <= line <= block.lines[1]), None)


def load(output: Path, names: Sequence[str] = ()) -> list[SynthesisedStack]:
    """Reads the stacks of an output folder, all or those named.

    Raises BadInputError if one is missing, or if its folder contains a file that Terraform would read but no scan.
    """
    paths = {path.parent.name: path for path in sorted(output.glob(f"{STACKS}/*/{FILE_NAME}"))}
    if not paths:
        raise BadInputError(f"{output}: contains no synthesised stack; run `ffp synth` first")
    require_known(names, list(paths))
    selected = [paths[name] for name in names or paths]
    require_unmodified(path.parent for path in selected)
    return [read(path) for path in selected]


def require_known(names: Sequence[str], known: Sequence[str]) -> None:
    """Raises BadInputError with every name that is not `known`."""
    if unknown := [name for name in names if name not in known]:
        raise BadInputError(*(f"stack: {name} is unknown; choose one of {', '.join(known)}" for name in unknown))


def read(path: Path) -> SynthesisedStack:
    """Reads one stack from its file."""
    text = path.read_text(encoding="utf-8")
    newlines = [match.start() for match in re.finditer("\n", text)]
    blocks = tuple(
        SynthesisedBlock(
            address=address,
            kind=kind,
            type=type_,
            attributes={key: value for key, value in body.items() if key != "//"},
            waivers=body.get("//", {}).get("waivers", {}),
            lines=(bisect_right(newlines, start) + 1, bisect_right(newlines, end - 1) + 1),
        )
        for address, kind, type_, body, start, end in _blocks(text)
    )
    others = {
        section: value
        for section, value, _, _ in _items(text, _skip_whitespace(text, 0))
        if section not in ("//", "data", "provider", "resource")
    }
    return SynthesisedStack(path.parent.name, path, blocks, others)


def _blocks(text: str) -> Iterator[tuple[str, Kind, str, dict[str, Any], int, int]]:
    for section, _, at, _ in _items(text, _skip_whitespace(text, 0)):
        if section == "provider":
            for type_, configurations, inner, inner_end in _items(text, at):
                several = isinstance(configurations, list)
                bodies = _items(text, inner) if several else [("", configurations, inner, inner_end)]
                for _, body, start, end in bodies:
                    address = ".".join(("provider", type_, *filter(None, [body.get("alias")])))
                    yield address, "provider", type_, body, start, end
        elif section in ("data", "resource"):
            kind: Kind = "data" if section == "data" else "resource"
            for type_, _, inner, _ in _items(text, at):
                for name, body, start, end in _items(text, inner):
                    address = f"data.{type_}.{name}" if kind == "data" else f"{type_}.{name}"
                    yield address, kind, type_, body, start, end


def _items(text: str, at: int) -> Iterator[tuple[str, Any, int, int]]:
    """Yields key, value, start and end of each member of the object at this offset; elements of a list have no key."""
    keyed = text[at] == "{"
    at = _skip_whitespace(text, at + 1)
    while text[at] not in "}]":
        key = ""
        if keyed:
            key, at = _DECODER.raw_decode(text, at)
            at = _skip_whitespace(text, _skip_whitespace(text, at) + 1)
        value, end = _DECODER.raw_decode(text, at)
        yield key, value, at, end
        at = _skip_whitespace(text, end)
        if text[at] == ",":
            at = _skip_whitespace(text, at + 1)


def _skip_whitespace(text: str, at: int) -> int:
    match = _WHITESPACE.match(text, at)
    return match.end() if match else at
