"""Compares what each construct was given with what was synthesised (hashicorp/terraform-cdk#280).

The bindings drop keys without a word: a plain dictionary in a list keeps only those that are spelt alike in Python and
in JavaScript, and `terraform validate` accepts what is left if it can.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsii
from cdktf import TerraformProvider

from settings import Problem
from settings.base import InvalidSettings

# cdktf writes these from other parts of the block, or under other names.
_NOT_COMPARED = frozenset({"connection", "count", "foreach", "lifecycle", "provisioners"})
_Json = Mapping[str, Any]


@dataclass(frozen=True)
class _Given:
    """A construct's place in the tree, and its arguments by the names that Python gives them."""

    element: object  # kept, so that no other object takes its identity
    path: str
    arguments: dict[str, Any]

    @property
    def place(self) -> str:
        """What tells its block from the others: its path, which the block has too, or the alias of a provider."""
        if isinstance(self.element, TerraformProvider):
            return _provider(self.path.partition("/")[0], self.arguments)
        return self.path


@dataclass(frozen=True)
class Record:
    """Everything that constructs were given, in the order of their making."""

    _given: dict[int, _Given] = field(default_factory=dict)

    def require_all_in(self, folder: Path) -> None:
        """Raises InvalidSettings with each argument, by its address, that did not arrive in the stacks of a folder."""
        by_path = {path: found for file in folder.glob("stacks/*/cdk.tf.json") for path, found in _blocks(file)}
        lost = [
            Problem(
                f"{address}: {path}",
                given,
                "is not in what was synthesised",
                "give the bindings typed structs: of a plain dictionary in a list they lose keys without a word",
            )
            for each in self._given.values()
            if each.place in by_path
            for address, block in [by_path[each.place]]
            for path, given in _lost(each.arguments, block)
        ]
        if lost:
            raise InvalidSettings(lost)

    def made(self, element: object, arguments: list[Any]) -> None:
        """Notes a construct: its scope, its id, and the struct of all that it is configured with."""
        if len(arguments) < 2 or not isinstance(arguments[1], str):
            return
        scope = self._given.get(id(arguments[0]))
        path = f"{scope.path}/{arguments[1]}" if scope and scope.path else arguments[1]
        last = arguments[-1] if len(arguments) > 2 else None
        self._given[id(element)] = _Given(element, path, dict(getattr(last, "_values", {})))

    def changed(self, element: object, argument: str, value: Any) -> None:
        """Notes what an element was given later."""
        if given := self._given.get(id(element)):
            known = {_plain(each): each for each in given.arguments}
            snake_case = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", argument).lower()
            given.arguments[known.get(_plain(argument), snake_case)] = value


@contextmanager
def recorded() -> Iterator[Record]:
    """Notes what constructs are given while the block runs."""
    record = Record()
    create, set_, invoke = jsii.create, jsii.set, jsii.invoke

    def creating(class_: Any, element: Any, arguments: list[Any] | None = None) -> Any:
        record.made(element, arguments or [])
        return create(class_, element, arguments)

    def setting(element: Any, name: str, value: Any) -> Any:
        record.changed(element, name, value)
        return set_(element, name, value)

    def invoking(element: Any, method: str, arguments: list[Any] | None = None) -> Any:
        if method.startswith("put") and arguments:
            record.changed(element, method.removeprefix("put"), arguments[0])
        elif method.startswith("reset"):
            record.changed(element, method.removeprefix("reset"), None)
        return invoke(element, method, arguments)

    vars(jsii).update(create=creating, set=setting, invoke=invoking)  # all bindings call jsii by these names
    try:
        yield record
    finally:
        vars(jsii).update(create=create, set=set_, invoke=invoke)


def _blocks(file: Path) -> Iterator[tuple[str, tuple[str, _Json]]]:
    """Each block of a stack by what tells it from the others: its address, and what is in it."""
    stack = json.loads(file.read_text(encoding="utf-8"))
    for type_, configurations in stack.get("provider", {}).items():
        for block in configurations:
            yield _provider(file.parent.name, block), (f"{file.parent.name}: provider.{type_}", block)
    for kind, prefix in (("resource", ""), ("data", "data.")):
        for type_, named in stack.get(kind, {}).items():
            for name, block in named.items():
                yield block["//"]["metadata"]["path"], (f"{file.parent.name}: {prefix}{type_}.{name}", block)


def _provider(stack: str, block: _Json) -> str:
    return f"{stack} {block.get('alias')}"


def _lost(given: Any, arrived: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The paths to what was given and did not arrive, each with what was given there."""
    if isinstance(given, list | tuple):
        if isinstance(arrived, list):
            for index, inner in enumerate(given):
                if index < len(arrived):
                    yield from _lost(inner, arrived[index], f"{path}[{index}]")
                else:
                    yield f"{path}[{index}]", inner
        return
    parts = given if isinstance(given, dict) else getattr(given, "_values", None)
    if parts is None or isinstance(arrived, str):  # a value, or an expression in the place of a block
        return
    block = arrived[0] if isinstance(arrived, list) and len(arrived) == 1 else arrived
    found = {_plain(key): value for key, value in block.items()} if isinstance(block, dict) else {}
    for key, inner in parts.items():
        name = _plain(key)
        if inner is None or inner in ({}, [], ()) or (not path and name in _NOT_COMPARED):
            continue
        inner_path = f"{path}.{key}".strip(".")
        if name not in found:
            yield inner_path, inner
        else:
            yield from _lost(inner, found[name], inner_path)


def _plain(name: str) -> str:
    """The same for `hosted_zone_id`, `hostedZoneId` and `HostedZoneId`."""
    return re.sub(r"[_-]", "", name).lower()
