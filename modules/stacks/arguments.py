"""Compares the arguments that each construct received with the synthesised JSON (hashicorp/terraform-cdk#280).

The bindings silently drop keys of a plain dictionary in a list, unless they are spelt the same in Python and in
JavaScript. `terraform validate` may accept what remains.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from modules.framework import TerraformProvider, jsii
from modules.stacks import sources
from settings import Problem
from settings.base import InvalidSettings

# cdktf writes these arguments under other names, or derives them from other parts of the block.
_NOT_COMPARED = frozenset({"connection", "count", "foreach", "lifecycle", "provisioners"})
_Json = Mapping[str, Any]


@dataclass(frozen=True)
class _Given:
    """A construct, its path in the construct tree, its arguments by their Python names, and the line that makes it."""

    element: object  # held, so that its `id()` is not reused by another object
    path: str
    arguments: dict[str, Any]
    source: str

    @property
    def block_key(self) -> str:
        """The key of the construct's block in the JSON, as `_blocks` returns it."""
        if isinstance(self.element, TerraformProvider):
            return _provider_key(self.path.partition("/")[0], self.arguments)
        return self.path


@dataclass(frozen=True)
class Record:
    """The arguments that constructs received, in the order of their creation."""

    _given: dict[int, _Given] = field(default_factory=dict)

    def require_all_in(self, folder: Path) -> None:
        """Raises InvalidSettings, with each argument that is missing from the JSON of the stacks in a folder."""
        blocks = {key: found for file in folder.glob("stacks/*/cdk.tf.json") for key, found in _blocks(file)}
        missing = [
            Problem(
                f"{address}: {path}",
                given,
                "is missing from the synthesised JSON",
                "use the bindings' typed structs: of a plain dictionary in a list they silently drop keys",
            )
            for each in self._given.values()
            if each.block_key in blocks
            for address, block in [blocks[each.block_key]]
            for path, given in _missing(each.arguments, block)
        ]
        if missing:
            raise InvalidSettings(missing)

    def add(self, element: object, arguments: list[Any]) -> None:
        """Records a new construct from the arguments of its creation: scope, id, and the struct of its configuration.

        Ignores objects that are not constructs.
        """
        if len(arguments) < 2 or not isinstance(arguments[1], str):
            return
        scope = self._given.get(id(arguments[0]))
        path = f"{scope.path}/{arguments[1]}" if scope and scope.path else arguments[1]
        last = arguments[-1] if len(arguments) > 2 else None
        values = dict(getattr(last, "_values", {}))
        self._given[id(element)] = _Given(element, path, values, sources.line_of_caller())

    def write_sources(self, folder: Path) -> None:
        """Writes next to each stack in a folder which line of Python makes each of its resources and data sources."""
        lines = {each.path: each.source for each in self._given.values() if each.source}
        for file in folder.glob("stacks/*/cdk.tf.json"):
            sources.write(file, lines)

    def update(self, element: object, argument: str, value: Any) -> None:
        """Records an argument that a construct received after its creation."""
        if given := self._given.get(id(element)):
            known = {_normalise(each): each for each in given.arguments}
            snake_case = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", argument).lower()
            given.arguments[known.get(_normalise(argument), snake_case)] = value


@contextmanager
def recorded() -> Iterator[Record]:
    """Records the arguments that constructs receive while the `with` block runs."""
    record = Record()
    create, set_, invoke = jsii.create, jsii.set, jsii.invoke

    def creating(class_: Any, element: Any, arguments: list[Any] | None = None) -> Any:
        record.add(element, arguments or [])
        return create(class_, element, arguments)

    def setting(element: Any, name: str, value: Any) -> Any:
        record.update(element, name, value)
        return set_(element, name, value)

    def invoking(element: Any, method: str, arguments: list[Any] | None = None) -> Any:
        if method.startswith("put") and arguments:
            record.update(element, method.removeprefix("put"), arguments[0])
        elif method.startswith("reset"):
            record.update(element, method.removeprefix("reset"), None)
        return invoke(element, method, arguments)

    vars(jsii).update(create=creating, set=setting, invoke=invoking)  # all bindings call these three functions
    try:
        yield record
    finally:
        vars(jsii).update(create=create, set=set_, invoke=invoke)


def _blocks(file: Path) -> Iterator[tuple[str, tuple[str, _Json]]]:
    """Yields each block of a stack: a key that identifies it, and its address and content.

    The key is the construct's path, which the block's metadata contains, or for a provider its stack and alias.
    """
    stack = json.loads(file.read_text(encoding="utf-8"))
    for type_, configurations in stack.get("provider", {}).items():
        for block in configurations:
            yield _provider_key(file.parent.name, block), (f"{file.parent.name}: provider.{type_}", block)
    for kind, prefix in (("resource", ""), ("data", "data.")):
        for type_, named in stack.get(kind, {}).items():
            for name, block in named.items():
                yield block["//"]["metadata"]["path"], (f"{file.parent.name}: {prefix}{type_}.{name}", block)


def _provider_key(stack: str, block: _Json) -> str:
    return f"{stack} {block.get('alias')}"


def _missing(given: Any, synthesised: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The path and the value of each part of `given` that is not in the synthesised JSON."""
    if isinstance(given, list | tuple):
        if isinstance(synthesised, list):
            for index, inner in enumerate(given):
                if index < len(synthesised):
                    yield from _missing(inner, synthesised[index], f"{path}[{index}]")
                else:
                    yield f"{path}[{index}]", inner
        return
    parts = given if isinstance(given, dict) else getattr(given, "_values", None)
    if parts is None or isinstance(synthesised, str):  # a simple value, or an expression instead of a block
        return
    block = synthesised[0] if isinstance(synthesised, list) and len(synthesised) == 1 else synthesised
    found = {_normalise(key): value for key, value in block.items()} if isinstance(block, dict) else {}
    for key, inner in parts.items():
        name = _normalise(key)
        if inner is None or inner in ({}, [], ()) or (not path and name in _NOT_COMPARED):
            continue
        inner_path = f"{path}.{key}".strip(".")
        if name not in found:
            yield inner_path, inner
        else:
            yield from _missing(inner, found[name], inner_path)


@cache
def _normalise(name: str) -> str:
    """Returns the same text for `hosted_zone_id`, `hostedZoneId` and `HostedZoneId`."""
    return re.sub(r"[_-]", "", name).lower()
