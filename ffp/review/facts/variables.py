"""What the variables of functions promise: where data goes, whose word counts, and that no check is switched off.

What a variable means is the application's own. Judged is what its value names, and what its name says it does.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ffp.review.arns import IDS
from ffp.review.concern import Topic
from ffp.review.facts.common import promise
from ffp.review.facts.fact import Fact, Finder, in_words
from ffp.review.facts.meanings import Meaning, level_of, meaning_of
from ffp.review.facts.targets import Target, is_elsewhere
from ffp.review.side import Side, values_in

_SUFFIX = re.compile(r"(?<=:secret:)(.*)-\w{6}$")  # which AWS appends to the name of a secret
_SHORTEST_NAME = 6  # characters; shorter texts equal a resource's name by chance
_LONGEST_SHOWN = 100


@dataclass(frozen=True)
class Variable:
    """One variable, or one value inside a variable that holds JSON."""

    text: str
    members: tuple[str, ...] | None  # the elements of a list
    target: Target


@dataclass(frozen=True)
class _Order:
    """Compares two values of the variable with this path."""

    path: str

    def is_worse(self, before: Variable | None, after: Variable | None) -> bool:
        if before == after:
            return False
        meaning = meaning_of(self.path)
        old, new = (None if each is None else each.text for each in (before, after))
        if before and after and before.members is not None and after.members is not None:
            return meaning.grows(before.members, after.members)
        if after is None and before is not None and before.members is not None:
            return False  # a list of what is let in that is gone lets nobody in
        if after is not None and is_elsewhere(before.target if before else None, after.target):
            return True
        return old != new and meaning.is_worse(old, new)

    def is_unfit(self, value: Variable | None) -> bool:
        return self.is_worse(None, value)

    def shown(self, value: Variable | None) -> str:
        text = in_words(None if value is None else value.text)
        return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"


def _variables(side: Side) -> Iterator[Fact]:
    names = _names(side)
    kept: dict[tuple[str, str, str], Variable] = {}  # the functions of a group have most of their variables in common
    for block in side.of_type("aws_lambda_function"):
        environment = side.get(block, "environment.variables")
        given = block.attributes.get("environment")
        for given_block in values_in(given):
            raw = given_block.get("variables") if isinstance(given_block, Mapping) else None
            for name, value in raw.items() if isinstance(raw, Mapping) else ():
                known = environment.get(name) if isinstance(environment, Mapping) else value
                for path, leaf in _leaves(str(name), known):
                    meaning = meaning_of(path)
                    key = path, repr(value), repr(leaf)
                    if key not in kept:
                        known_names = _databases(side) if meaning.names_a_database else names
                        kept[key] = _variable(side, known_names, value, leaf)
                    yield promise(
                        side,
                        block,
                        f"variable {path}",
                        f"The variable {path}",
                        meaning.topic,
                        _Order(path),
                        kept[key],
                        meaning.why,
                    )


def _variable(side: Side, names: Mapping[str, str], raw: Any, leaf: Any) -> Variable:
    members = tuple(sorted(str(each) for each in leaf)) if isinstance(leaf, list | tuple) else None
    text = ", ".join(members) if members is not None else "" if leaf is None else level_of(leaf)
    blocks = side.blocks_of(raw) if isinstance(raw, str) and not raw.lstrip().startswith(("{", "[")) else []
    own = {names.get(text, "")} | {_behind(side, each.address) for each in [*blocks, *side.blocks_of(text)]}
    named = side.named(_SUFFIX.sub(r"\1-??????", text)) if text.startswith("arn:") else None
    own |= {_behind(side, named.address)} if named else set()
    return Variable(text, members, Target(text, frozenset(own - {""}), side.account))


def _behind(side: Side, address: str) -> str:
    """Today's address of a resource; of a proxy that of its database, and of an alias that of its function."""
    block = side.stack.by_address.get(address)
    if block is None:
        return address
    if block.type == "aws_lambda_alias":
        functions = side.owners(block.attributes.get("function_name"), "aws_lambda_function")
        return side.address(functions[0]) if functions else side.address(block)
    if block.type == "aws_db_proxy":
        for target in side.of_type("aws_db_proxy_target"):
            if block in side.blocks_of(target.attributes.get("db_proxy_name")):
                for each in side.blocks_of(dict(target.attributes)):
                    if each.type in ("aws_db_instance", "aws_rds_cluster"):
                        return side.address(each)
    return side.address(block)


def _names(side: Side) -> Mapping[str, str]:
    """The addresses of resources by the names that code uses."""
    found: dict[str, str] = {}
    for block in side.stack.resources:
        if block.type in IDS or block.type in ("aws_sqs_queue", "aws_sns_topic", "aws_secretsmanager_secret"):
            name = side.get(block, IDS.get(block.type, "name"))
            if isinstance(name, str) and len(name) >= _SHORTEST_NAME:
                found.setdefault(name, _behind(side, block.address))
    return found


def _databases(side: Side) -> Mapping[str, str]:
    """The addresses of databases by the names that clients give when they connect."""
    return {
        str(name): _behind(side, block.address)
        for type_, attribute in (("aws_db_instance", "db_name"), ("aws_rds_cluster", "database_name"))
        for block in side.of_type(type_)
        if (name := side.get(block, attribute))
    }


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """A value, or each of the values inside it if it is JSON; a list of texts stays together."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            yield path, value
            return
    if isinstance(value, Mapping):
        if value and all(isinstance(inner, list) for inner in value.values()):  # whom it lets do what
            yield f"{path}.*", [key for key, inner in value.items() if inner]
        for key, inner in value.items():
            yield from _leaves(f"{path}.{key}", inner)
    elif isinstance(value, list) and any(isinstance(each, Mapping | list) for each in value):
        for place, inner in enumerate(value):
            yield from _leaves(f"{path}.{place}", inner)
    else:
        yield path, value


@dataclass(frozen=True)
class _Tables:
    """The variables that say who may do what, as a table, and the code that reads them."""

    code: str
    names: frozenset[str]

    def __str__(self) -> str:
        return ", ".join(sorted(self.names)) or "none"


@dataclass(frozen=True)
class _KeptTables:
    """That no table is missing, unless the code that reads it is another one."""

    def is_worse(self, before: _Tables, after: _Tables) -> bool:
        return before.code == after.code and not before.names <= after.names

    def is_unfit(self, value: _Tables) -> bool:
        return False

    def shown(self, value: _Tables) -> str:
        return str(value)


def _tables(side: Side) -> Iterator[Fact]:
    """The tables of rights that each function's code finds in its variables."""
    for block in side.of_type("aws_lambda_function"):
        variables = side.get(block, "environment.variables")
        names = [
            str(name)
            for name, value in (variables.items() if isinstance(variables, Mapping) else ())
            if Meaning(str(name)).topic == Topic.ACCESS and any(path.endswith(".*") for path, _ in _leaves("", value))
        ]
        code = str([side.get(block, each) for each in ("source_code_hash", "image_uri", "s3_key", "s3_object_version")])
        yield promise(
            side,
            block,
            "tables of rights",
            "The tables by which it decides who may do what",
            Topic.ACCESS,
            _KeptTables(),
            tables := _Tables(code, frozenset(names)),
            "The same code no longer finds it: it refuses everybody, or falls back to what nobody chose.",
            absent=tables,
        )


FINDERS: tuple[Finder, ...] = (_variables, _tables)
