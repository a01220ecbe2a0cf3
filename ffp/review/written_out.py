"""Writes out what a stack abbreviates: locals, defaults of variables, functions of literals, and `dynamic` blocks.

A synthesised stack has next to none of them. They come with hand-written Terraform and with overrides, and a change
must mean the same however it is written.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ffp.review.hcl import evaluated
from ffp.stacks import SynthesisedBlock, SynthesisedStack

_NAMED = re.compile(r"(?<![\w.-])(local|var)\.([A-Za-z_][\w-]*)((?:\.[A-Za-z_][\w-]*|\[\d+\])*)")
_CALL = re.compile(r"\$\{[^}]*\w\(")
_STEP = re.compile(r"[^.\[\]\"']+")
_MOST = 50_000  # characters of one written-out value; a longer one stays abbreviated
_REPEATED = "dynamic"


def written_out(stack: SynthesisedStack) -> SynthesisedStack:
    """The stack with everything written out that can be. What only Terraform can tell stays as it is."""
    writer = _Writer(_values_of(stack))
    blocks = tuple(writer.block(each) for each in stack.blocks)
    return stack if all(map(_is_same, blocks, stack.blocks)) else replace(stack, blocks=blocks)


def _is_same(one: object, other: object) -> bool:
    return one is other


def _values_of(stack: SynthesisedStack) -> dict[tuple[str, str], Any]:
    """The value of each local, and the default of each variable that has one."""
    locals_, variables = (stack.others.get(section) for section in ("locals", "variable"))
    found = {("local", name): value for name, value in locals_.items()} if isinstance(locals_, Mapping) else {}
    for name, variable in variables.items() if isinstance(variables, Mapping) else ():
        if isinstance(variable, Mapping) and "default" in variable:
            found["var", name] = variable["default"]
    return found


@dataclass(frozen=True)
class _Writer:
    values: Mapping[tuple[str, str], Any]
    literals: dict[tuple[str, str, str], str] = field(default_factory=dict)  # by local or variable, and path in it

    def block(self, block: SynthesisedBlock) -> SynthesisedBlock:
        """A block written out; the same object if it says everything already."""
        if not block.is_computed:
            return block
        return replace(block, attributes=_expanded(self.value(dict(block.attributes))))

    def value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self.value(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.value(inner) for inner in value]
        return self._text(value) if isinstance(value, str) and "${" in value else value

    def _text(self, text: str) -> Any:
        found = _NAMED.sub(self._literal, text)
        if len(found) > _MOST:
            return text
        return evaluated(found) if found != text or _CALL.search(text) else text

    def _literal(self, match: re.Match[str]) -> str:
        """What a local or a variable stands for, as an expression; itself if it is unknown."""
        key = match[1], match[2], match[3]
        if key not in self.literals:
            value = _inside(self.values.get(key[:2]), match[3])
            self.literals[key] = match[0]  # for a cycle
            if value is not None:
                text = json.dumps(self.value(value))
                self.literals[key] = match[0] if len(text) > _MOST else text
        return self.literals[key]


def _inside(value: Any, path: str) -> Any:
    for step in _STEP.findall(path):
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list):
            value = value[int(step)] if step.isdigit() and int(step) < len(value) else None
        else:
            return None
    return value


def _expanded(value: Any) -> Any:
    """A value with the blocks that each `dynamic` makes, where it repeats something literal."""
    if isinstance(value, list):
        return [_expanded(each) for each in value]
    if not isinstance(value, dict):
        return value
    made = {key: _expanded(inner) for key, inner in value.items() if key != _REPEATED}
    left = []
    for label, repeat in _repeats(value.get(_REPEATED)):
        blocks = _made_by(label, repeat)
        if blocks is None:
            left.append({label: repeat})
        elif blocks:
            there = made.get(label, [])
            made[label] = [*(there if isinstance(there, list) else [there]), *blocks]
    return {**made, _REPEATED: left} if left else made


def _repeats(value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for each in value if isinstance(value, list) else [value]:
        for label, repeats in each.items() if isinstance(each, dict) else ():
            for one in repeats if isinstance(repeats, list) else [repeats]:
                yield label, one if isinstance(one, dict) else {}


def _made_by(label: str, repeat: Mapping[str, Any]) -> list[Any] | None:
    """The blocks of one `dynamic`; None if only Terraform can tell."""
    each = repeat.get("for_each")
    content = repeat.get("content", {})
    if isinstance(content, list) and len(content) == 1:
        (content,) = content
    if not isinstance(each, list | dict) or not isinstance(content, dict):
        return None
    iterator = str(repeat.get("iterator", label))
    pairs = each.items() if isinstance(each, dict) else enumerate(each)
    name = re.compile(rf"(?<![\w.-]){re.escape(iterator)}\.(key|value)((?:\.[A-Za-z_][\w-]*|\[(?:\d+|\"[^\"]*\")\])*)")
    return [_expanded(_with_item(content, name, {"key": key, "value": value})) for key, value in pairs]


def _with_item(value: Any, name: re.Pattern[str], item: Mapping[str, Any]) -> Any:
    """The content of a `dynamic` for one item."""
    if isinstance(value, dict):
        return {key: _with_item(inner, name, item) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_item(inner, name, item) for inner in value]
    if not isinstance(value, str) or "${" not in value:
        return value
    return evaluated(name.sub(lambda match: json.dumps(_inside(item[match[1]], match[2])), value))
