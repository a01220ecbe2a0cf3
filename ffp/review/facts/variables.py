"""What the variables of functions promise: where data goes, whose word counts, and that no check is switched off.

What a variable means is the application's own. Judged is what its value names, and what its name says it does.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ffp.review.arns import IDS
from ffp.review.facts.common import promise
from ffp.review.facts.fact import Fact, Finder, in_words
from ffp.review.facts.meanings import Meaning, level_of
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
        meaning = Meaning(self.path)
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
    for block in side.of_type("aws_lambda_function"):
        environment = side.get(block, "environment.variables")
        given = block.attributes.get("environment")
        for given_block in values_in(given):
            raw = given_block.get("variables") if isinstance(given_block, Mapping) else None
            for name, value in raw.items() if isinstance(raw, Mapping) else ():
                known = environment.get(name) if isinstance(environment, Mapping) else value
                for path, leaf in _leaves(str(name), known):
                    meaning = Meaning(path)
                    known_names = _databases(side) if meaning.names_a_database else names
                    found = _variable(side, known_names, value, leaf)
                    yield promise(
                        side,
                        block,
                        f"variable {path}",
                        f"The variable {path}",
                        meaning.topic,
                        _Order(path),
                        found,
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
        except ValueError:
            yield path, value
            return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(f"{path}.{key}", inner)
    elif isinstance(value, list) and any(isinstance(each, Mapping | list) for each in value):
        for place, inner in enumerate(value):
            yield from _leaves(f"{path}.{place}", inner)
    else:
        yield path, value


FINDERS: tuple[Finder, ...] = (_variables,)
