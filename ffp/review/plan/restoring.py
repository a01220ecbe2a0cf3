"""Writes the values of a plan as the program does: with references in place of what AWS generates.

Two sides that name a resource by the same reference are alike, even if only one of them knows its id.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from ffp.review.changes.meaning import meaning_of
from ffp.review.plan.change import Values, is_marked
from ffp.review.side import UNKNOWN
from ffp.stacks import SynthesisedBlock, SynthesisedStack

_REFERENCE = re.compile(r"\$\{((?:data\.)?[A-Za-z][\w-]*\.[A-Za-z_][\w-]*)((?:\[[^\]]*\])?)((?:\.[\w-]+|\[\d+\])+)\}")
_STEP = re.compile(r"[^.\[\]]+")
_INDEX = re.compile(r"\[[^\]]*\]")
_RUN = re.compile(r"[\w-]+")
_SHORTEST = 8  # a generated id; anything shorter could be part of another word
_LITERAL_ARN = re.compile(r'arn:aws[\w-]*:[^"$\\*?]+')
_NO_ID = re.compile(r"[a-z-]*|[\d.]*")

Templates = Mapping[str, list[str]] | None  # the program's expressions, by path without indices; None without one


def templates_of(*blocks: SynthesisedBlock | None) -> Templates:
    """The expressions of some blocks; None if there is no block."""
    if not any(blocks):
        return None
    found: dict[str, list[str]] = {}
    for block in blocks:
        for path, value in block.values if block else ():
            if isinstance(value, str) and "${" in value:
                found.setdefault(_INDEX.sub("", path), []).append(value)
    return found


@dataclass(frozen=True, eq=False)
class Written:
    """A program, and what its texts name."""

    program: SynthesisedStack

    @cached_property
    def _text(self) -> str:
        return json.dumps([dict(block.attributes) for block in self.program.blocks]).replace('\\"', '"')

    @cached_property
    def references(self) -> set[tuple[str, str, str]]:
        """Address, index and path of each reference."""
        return set(_REFERENCE.findall(self._text))

    @cached_property
    def arns(self) -> set[str]:
        """The ARNs that it writes out."""
        return {each.rstrip("/:") for each in _LITERAL_ARN.findall(self._text)}


class Restorer:
    """Knows the values of one side, by address, and the programs that refer to them."""

    def __init__(self, values: Mapping[str, Values], data: Mapping[str, Values], *programs: Written) -> None:
        self._values = {**data, **values}
        self._resources = values
        self._programs = programs

    def restored(self, value: Any, templates: Templates, address: str, path: str = "") -> Any:
        """A value of a block, with the program's expression where it means this value."""
        if isinstance(value, Mapping):
            return {
                key: self.restored(inner, templates, address, f"{path}.{key}" if path else key)
                for key, inner in value.items()
            }
        if isinstance(value, list):
            return [self.restored(inner, templates, address, path) for inner in value]
        if value is None or isinstance(value, bool):
            return value
        for template in (templates or {}).get(path, ()):
            if self._means(template, value):
                return template
        if not isinstance(value, str):
            return value
        if templates is None and (named := self._by_habit(path.rpartition(".")[2], value)):
            return named if not named.startswith(f"${{{address}.") else value
        return self._with_references(value, f"{address}.{path.partition('.')[0]}")

    def _means(self, template: str, value: Any) -> bool:
        evaluated = self._evaluated(template)
        if evaluated is None:
            return False
        if evaluated == value or str(evaluated) == str(value):
            return True
        return isinstance(value, str) and value[:1] in ("{", "[") and meaning_of(evaluated) == meaning_of(value)

    def _evaluated(self, template: str) -> Any:
        """What a template stands for on this side; None if something in it is not known."""
        if whole := _REFERENCE.fullmatch(template):
            return self._value_of(whole)
        parts = [self._value_of(match) for match in _REFERENCE.finditer(template)]
        if any(part is None or isinstance(part, Mapping | list) for part in parts):
            return None
        found = iter(parts)
        text = _REFERENCE.sub(lambda _: _text(next(found)), template)
        return None if "${" in text else text

    def _value_of(self, match: re.Match[str]) -> Any:
        address, index, path = match.groups()
        return _inside(self._values.get(address + index), path)

    def _with_references(self, text: str, own: str) -> str:
        runs = dict.fromkeys((*_RUN.findall(text), "")) if len(text) >= _SHORTEST else ()
        inside = tuple(each for run in runs for each in self._by_run.get(run, ()) if each in text)
        if not inside:
            return text

        def reference(match: re.Match[str]) -> str:
            named = self._generated[match[0]]
            return match[0] if named == f"${{{own}}}" else named  # else it would contain itself

        return _any_of(inside).sub(reference, text)

    @cached_property
    def _by_run(self) -> Mapping[str, list[str]]:
        """The same texts by their longest part: whole words with such a text have this part as a whole word, too."""
        found: dict[str, list[str]] = {}
        for each in self._generated:
            found.setdefault(max(_RUN.findall(each), key=len, default=""), []).append(each)
        return found

    @cached_property
    def _generated(self) -> Mapping[str, str]:
        """By the texts that AWS generates, the references to them: what the program refers to, and ARNs."""
        found: dict[str, str] = {}
        for address, path in self._referred:
            value = _inside(self._resources.get(address), path)
            if isinstance(value, str) and len(value) >= _SHORTEST and not _NO_ID.fullmatch(value):
                found.setdefault(value, f"${{{address}{path}}}")
        for address in sorted(self._resources, key=len):  # the shortest type is the whole, of which others are parts
            arn = self._resources[address].get("arn")
            if isinstance(arn, str) and arn.startswith("arn:") and not any(arn in each.arns for each in self._programs):
                found.setdefault(arn, f"${{{address}.arn}}")
        return found

    @cached_property
    def _referred(self) -> list[tuple[str, str]]:
        """Address and path of the values that a program refers to and does not set itself."""
        found: dict[tuple[str, str], None] = {}
        for program in self._programs:
            for address, index, path in program.references:
                block = program.program.by_address.get(address)
                values = self._resources.get(address + index)
                if block is None or values is None:
                    continue
                given = [values.get(key) for key in block.attributes]
                if _STEP.findall(path)[0] not in block.attributes and _inside(values, path) not in given:
                    found[address + index, path] = None
        return sorted(found, key=lambda each: (not each[1].endswith(".arn"), each))

    def _by_habit(self, attribute: str, value: str) -> str:
        """A reference to the one resource that a block without a program means, as other blocks refer to such ones."""
        found = {
            f"${{{address}.{target}}}"
            for type_, target in self._habits.get(attribute, ())
            for address, values in self._resources.items()
            if address.startswith(f"{type_}.") and values.get(target) == value
        }
        return found.pop() if len(found) == 1 else ""

    @cached_property
    def _habits(self) -> Mapping[str, set[tuple[str, str]]]:
        """By an attribute's name, the type and the attribute that the programs refer to in it."""
        found: dict[str, set[tuple[str, str]]] = {}
        for program in self._programs:
            for block in program.program.resources:
                for path, value in block.values:
                    match = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
                    if match and not match[1].startswith("data."):
                        name = _INDEX.sub("", path).rpartition(".")[2]
                        found.setdefault(name, set()).add((match[1].partition(".")[0], match[3].lstrip(".")))
        return found


def _inside(value: Any, path: str) -> Any:
    for step in _STEP.findall(path):
        if isinstance(value, list):
            value = value[int(step)] if step.isdigit() and int(step) < len(value) else None
        else:
            value = value.get(step) if isinstance(value, Mapping) else None
    return value


@cache
def _any_of(texts: tuple[str, ...]) -> re.Pattern[str]:
    """Finds each of these texts as whole words, the longest first."""
    longest = sorted(texts, key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest))})(?![\w-])")


def _text(value: Any) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


def filled(value: Any, unknown: Any, program: Any) -> Any:
    """A planned value in which the program's expression stands for what is unknown.

    UNKNOWN stands for what the program sets in a way that cannot be followed; what it leaves to AWS is left out.
    """
    if unknown is True:
        return UNKNOWN if program is None else program
    if isinstance(unknown, Mapping):
        inner = value if isinstance(value, Mapping) else {}
        own = program[0] if isinstance(program, list) and len(program) == 1 else program
        marked = [key for key, marks in unknown.items() if is_marked(marks)]
        if isinstance(own, Mapping):
            marked = [key for key in marked if key in own]
        else:
            own = {}
        keys = dict.fromkeys((*inner, *marked))
        return {key: filled(inner.get(key), unknown.get(key) if key in marked else None, own.get(key)) for key in keys}
    if isinstance(unknown, list) and isinstance(value, list):
        own = program if isinstance(program, list) else [program]
        return [
            filled(each, marks, _match(each, position, own, len(value)))
            for position, (each, marks) in enumerate(_together(value, unknown))
        ]
    return value


def _together(values: list[Any], unknown: list[Any]) -> Iterator[tuple[Any, Any]]:
    for position in range(max(len(values), len(unknown))):
        yield (
            values[position] if position < len(values) else None,
            unknown[position] if position < len(unknown) else False,
        )


def _match(value: Any, position: int, program: Sequence[Any], length: int) -> Any:
    """The program's element that a planned one stems from: the one that agrees most, since sets have no order."""
    if not program:
        return None
    if not isinstance(value, Mapping):
        return program[position] if len(program) == length else program[0] if len(program) == 1 else None

    def agreement(index: int) -> tuple[int, bool]:
        each = program[index]
        if not isinstance(each, Mapping):
            return -1, False
        agreeing = sum(meaning_of(value.get(key)) == meaning_of(inner) for key, inner in each.items())
        return agreeing, index == position

    return program[max(range(len(program)), key=agreement)]
