"""Measures with the real provider which changed attribute makes Terraform replace a resource.

`python -m tests.review.measure_replacements` writes the result to `ffp/review/changes/replacing.json`. Each attribute
gets a resource of its own, with a state in which only this attribute has another value. One offline plan of all of them
says what Terraform would do. A state is not validated, so that most attributes need no valid second value.
"""

import copy
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from catalogue import TYPES
from ffp import terraform
from ffp.project import ROOT
from tests.review.replacing_bases import ARN, BY_NAME, BY_TYPE, MORE_TYPES, UNSET_IN_STATE
from tests.review.replacing_plans import Json, Key, Schema, Work, planned

FILE = ROOT / "ffp/review/changes/replacing.json"
_NOT_ASKED = frozenset({"id", "tags", "tags_all", "timeouts", "region"})
_TOGETHER = 10  # types in one plan, so that a plan that the provider refuses repeats little
_OTHERS: tuple[str, ...] = (  # tried besides for an attribute that keeps its value unless it is set
    ARN,
    "2026-01-01T00:00:00Z",
    "02:00-03:00",
    "alias/one",
    "1.1",
    "true",
    "60",
    "fd00::/64",
    "/one",
    "1234567890123456789012345678901234567890",
)


def value_for(name: str, type_: Any) -> Any:
    """A plausible value of an attribute, from its name and its type in the schema."""
    if isinstance(type_, list):
        kind, inner = type_
        if kind == "map":
            return {"one": value_for("one", inner)}
        if kind == "object":
            return {key: value_for(key, each) for key, each in inner.items()}
        return [value_for(name.removesuffix("s"), inner)]
    if type_ in ("bool", "number"):
        return {"bool": True, "number": 1}[type_]
    return next((value for part, value in BY_NAME.items() if part in name), "one")


def smallest(block: Schema) -> Json:
    """What a block needs at least, with plausible values."""
    found = {
        name: value_for(name, each["type"])
        for name, each in block.get("attributes", {}).items()
        if each.get("required") and "type" in each
    }
    for name, each in block.get("block_types", {}).items():
        if each.get("min_items"):
            found[name] = [smallest(each["block"])]
    return found


def filled(block: Schema) -> Json:
    """A block of a state in which every attribute has a value."""
    found = {
        name: value_for(name, each["type"]) for name, each in block.get("attributes", {}).items() if "type" in each
    }
    for name, each in block.get("block_types", {}).items():
        found[name] = {} if each["nesting_mode"] == "map" else _in_mode(each, filled(each["block"]))
    return found


def _in_mode(nested: Schema, inner: Json) -> Any:
    return inner if nested["nesting_mode"] == "single" else [inner]


def other(value: Any, type_: Any) -> Any:
    """Another value of the same type."""
    if isinstance(type_, list):
        kind, inner = type_
        if kind in ("map", "object"):
            return {} if value else value_for("other", type_)
        return [other(None, inner)] if not value else [*value, other(value[0], inner)]
    if type_ == "bool":
        return not value
    if type_ == "number":
        return (value or 0) + 1
    return f"{value or 'a'}-other"


def variants(schema: Schema, known: Json) -> Iterator[tuple[str, Json]]:
    """Each attribute's path, with the state's attributes in which it has another value."""
    for path, type_, nested in paths(schema["block"]):
        changed = copy.deepcopy(known)
        *way, last = path.split(".")
        place: Any = changed
        for step in way:
            place = place.get(step)
            place = place[0] if isinstance(place, list) and place else place
            if not isinstance(place, dict):
                break
        else:
            if nested is not None:
                if place.get(last):
                    continue  # its attributes are asked one by one
                place[last] = _in_mode(nested, filled(nested["block"]))
            else:
                place[last] = other(place.get(last), type_)
            yield path, changed


def paths(block: Schema, start: str = "") -> Iterator[tuple[str, Any, Schema | None]]:
    """Each attribute that can be set and each nested block, with its type or its schema."""
    for name, each in block.get("attributes", {}).items():
        if (each.get("optional") or each.get("required")) and (start or name not in _NOT_ASKED) and "type" in each:
            yield f"{start}{name}", each["type"], None
    for name, each in block.get("block_types", {}).items():
        if name not in _NOT_ASKED:
            yield f"{start}{name}", None, each
            yield from paths(each["block"], f"{start}{name}.")


def attribute_at(block: Schema, path: str) -> Schema:
    """The schema of the attribute at a path; empty for a block."""
    name, _, rest = path.partition(".")
    if rest:
        return attribute_at(block["block_types"][name]["block"], rest)
    found: Schema = block.get("attributes", {}).get(name, {})
    return found


def base_of(type_: str, schema: Schema) -> Json:
    """The smallest valid configuration of a type."""
    found = {**smallest(schema["block"]), **BY_TYPE.get(type_, {})}
    return {name: value for name, value in found.items() if value is not None}


def known_state(type_: str, schema: Schema, change: Json) -> Json:
    """What a plan makes of a resource, with a value in place of each that is only known after apply."""

    def known(block: Schema, after: Json, unknown: Any) -> Json:
        found = dict(after)
        for name, each in block.get("attributes", {}).items():
            if isinstance(unknown, dict) and unknown.get(name) is True and "type" in each:
                is_left_out = type_ in UNSET_IN_STATE and each.get("optional")
                found[name] = None if is_left_out else value_for(name, each["type"])
        for name, each in block.get("block_types", {}).items():
            inner = unknown.get(name) if isinstance(unknown, dict) else None
            if inner is True:
                found[name] = []
            elif isinstance(inner, list) and isinstance(after.get(name), list):
                found[name] = [known(each["block"], *pair) for pair in zip(after[name], inner, strict=False)]
        return found

    return known(schema["block"], change["after"], change["after_unknown"])


def measure(work: Work, types: Iterable[str]) -> Json:
    """What of each type replaces a resource, by the type's name."""
    wanted = list(types)
    parts = [wanted[start : start + _TOGETHER] for start in range(0, len(wanted), _TOGETHER)]
    return {type_: found for part in parts for type_, found in _together(work, part).items()}


def _together(work: Work, types: Sequence[str]) -> Json:
    bases = {(type_, "base"): base_of(type_, work.schemas[type_]) for type_ in types}
    made = planned(work, bases, {})
    asked: dict[Key, str] = {}
    states: dict[Key, Json] = {}
    first: dict[Key, Json] = {}
    others: dict[Key, Json] = {}
    for (type_, _), change in made.items():
        schema, base = work.schemas[type_], bases[type_, "base"]
        for path, state in variants(schema, known_state(type_, schema, change)):
            own = attribute_at(schema["block"], path)
            is_kept = own.get("computed") and "." not in path and path not in base
            for number, extra in enumerate(_candidates(path, own) if is_kept else [{}]):
                key = (type_, f"{path.replace('.', '-')}--{number}")
                states[key], asked[key] = state, path
                (others if number else first)[key] = copy.deepcopy(base) | extra
    changes = planned(work, first, states)
    answered = {(key[0], asked[key]) for key in changes}
    again = {key: body for key, body in others.items() if (key[0], asked[key]) not in answered}
    if again:
        changes |= planned(work, again, states)
    return {
        type_: {"unmeasured": True}
        if (type_, "base") not in made
        else _of_type(
            work.schemas[type_],
            bases[type_, "base"],
            made[type_, "base"],
            [(asked[key], changes.get(key)) for key in states if key[0] == type_],
        )
        for type_ in types
    }


def _candidates(path: str, attribute: Schema) -> Iterator[Json]:
    """Configurations with some value of an attribute, of which the provider accepts one."""
    first = value_for(path, attribute["type"])
    yield {path: first}
    if isinstance(first, str) or first == ["one"]:
        yield from ({path: text if isinstance(first, str) else [text]} for text in _OTHERS)


def _of_type(schema: Schema, base: Json, made: Json, changes: list[tuple[str, Json | None]]) -> Json:
    replaces, known = set(), set()
    for path, change in changes:
        if change is None or change["actions"] == ["no-op"]:
            continue
        known.add(path)
        for steps in change.get("replace_paths", []):
            found = ".".join(step for step in steps if isinstance(step, str))
            if found.split(".")[0] == path.split(".")[0]:
                replaces.add(found)
    optional = schema["block"].get("attributes", {}).items()
    return {
        "replaces": sorted(replaces),
        "kept": sorted(name for name, each in optional if each.get("computed") and each.get("optional")),
        "defaults": {
            name: value
            for name, value in sorted(made["after"].items())
            if name not in base and name not in _NOT_ASKED and value and isinstance(value, str | int | float)
        },
        "unmeasured": sorted({path for path, _ in changes} - known),
    }


def recorded() -> Json:
    """The last result."""
    found: Json = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def main() -> int:
    """Writes the file anew."""
    if (tool := terraform.find()) is None:
        print("Terraform or its AWS provider is missing", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Work(tool, Path(folder)), sorted({*TYPES, *MORE_TYPES}))
    text = json.dumps({"provider": terraform.PROVIDER_VERSION, "types": found}, indent=1)
    FILE.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
