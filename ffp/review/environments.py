"""What a change does in the other environments, and how environments differ: only in what their settings list.

A setting is the cause of a difference if the difference repeats its values, or is in the part of the stack that the
setting is about. Whatever has no such cause is a surprise.
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from ffp.compare import differences
from ffp.review.concern import Concern, Grade
from ffp.review.report import Mark, Row, Section, Table
from ffp.stacks import SynthesisedBlock, SynthesisedStack
from settings import Environment

Stacks = Mapping[str, SynthesisedStack]  # by name

# An environment's own name and account are in every name, and some settings are read only by `ffp`.
_NOT_COMPARED = frozenset({"name", "account_id", "usage", "silenced"})
_NOT_SET = "not set"
_ORDER = "depends_on"  # in which order Terraform works is no difference of what it makes
# Attributes that protect resources with data, or let Terraform remove them: the setting `disposable` decides them.
_PROTECTING = re.compile(r"prevent_destroy|deletion_protection|final_snapshot|on_destroy|force_de\w+|disable_api_\w+")
_NAMES = re.compile(r"(^|_)(name|identifier)$")
_SHORTEST = 6  # characters; shorter parts of a value are in many others by chance
_PARTS = re.compile(rf"\w{{{_SHORTEST},}}")
_LONGEST_SHOWN = 60


_Leaf = tuple[str, tuple[Any, Any]]  # a path, and the values there of two environments


@dataclass(frozen=True)
class Setting:
    """One setting in which two environments differ."""

    path: str
    values: tuple[Any, Any]


@dataclass(frozen=True)
class Surprise:
    """Something in which two environments differ although no setting that differs is its cause."""

    address: str
    attribute: str  # empty if only one of the two has the resource
    values: tuple[str, str]


def differing(first: Environment, second: Environment) -> list[Setting]:
    """The settings in which two environments differ, by their path."""
    one, other = dict(_flat(first)), dict(_flat(second))
    return [
        Setting(path, (one.get(path, _NOT_SET), other.get(path, _NOT_SET)))
        for path in dict.fromkeys([*one, *other])
        if one.get(path, _NOT_SET) != other.get(path, _NOT_SET)
    ]


def surprises(
    first: SynthesisedStack, second: SynthesisedStack, settings: tuple[Environment, Environment]
) -> list[Surprise]:
    """The differences of two environments' platforms that no setting explains."""
    one, other = first.by_address, second.by_address
    shared = {
        address: list(_different(block, other[address], settings)) for address, block in one.items() if address in other
    }
    found = list(_unexplained(dict.fromkeys([*one, *other]), one, shared, settings))
    derived = {address: _tokens(different) for address, different in shared.items() if different}
    return [each for each in found if not _follows(each, derived)]


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            if path or field.name not in _NOT_COMPARED:
                yield from _flat(getattr(value, field.name), f"{path}.{field.name}".strip("."))
    elif isinstance(value, tuple) and any(map(is_dataclass, value)):
        for place, inner in enumerate(value):
            yield from _flat(inner, f"{path}[{getattr(inner, 'name', place)}]")
    else:
        yield path, value


def _unexplained(
    addresses: Iterable[str],
    first: Container[str],
    shared: Mapping[str, Sequence[_Leaf]],
    settings: tuple[Environment, Environment],
) -> Iterator[Surprise]:
    """The differences that no setting causes: resources that only one has, and the leaves of those that both have."""
    causes = differing(*settings)
    areas = {each for cause in causes if _is_switch(cause) for each in re.split(r"[.\[\]]+", cause.path)}
    is_disposable = any(cause.path == "disposable" for cause in causes)
    pairs = list(_pairs(settings))
    for address in addresses:
        own = _area(address)
        in_area = any(area == own or area.startswith(f"{own}_") for area in areas)
        if address not in shared:
            if not in_area:
                yield Surprise(address, "", *_presence(address in first))
            continue
        different = shared[address]
        repeating = {path for path, values in different if _repeats(values, pairs)}
        for path, values in different:
            caused = (
                path in repeating
                or (in_area and _is_switched(values))
                or (repeating and _NAMES.search(path))  # the name of a resource may change with its contents
                or (is_disposable and _PROTECTING.search(path))
            )
            if not caused:
                yield Surprise(address, path, (str(values[0]), str(values[1])))


def _presence(is_in_first: bool) -> tuple[tuple[str, str]]:
    return (("present", "absent") if is_in_first else ("absent", "present"),)


def _is_switch(cause: Setting) -> bool:
    """Whether a setting can decide more than the values that repeat it: texts and lists of texts cannot."""
    return not all(isinstance(value, str | tuple) for value in cause.values)


def _is_switched(values: tuple[Any, Any]) -> bool:
    """Whether a switch can be the cause of two values: it sets something, refers to something, or is itself one."""
    return None in values or all(isinstance(each, bool | int | float) or "${" in str(each) for each in values)


def _area(address: str) -> str:
    """A resource's outermost construct, which is named after its area of the settings."""
    return address.removeprefix("data.").split(".")[1].split("_")[0]


def _different(
    one: SynthesisedBlock, other: SynthesisedBlock, settings: tuple[Environment, Environment]
) -> Iterator[_Leaf]:
    """The leaves that differ, but for the environments' own names and accounts."""
    if one.attributes == other.attributes:
        return
    leaves = [
        {
            path: _neutral(value, each)
            for path, value in block.values
            if not isinstance(value, dict | list) and not path.startswith(_ORDER)
        }
        for block, each in zip((one, other), settings, strict=True)
    ]
    for path in dict.fromkeys([*leaves[0], *leaves[1]]):
        values = leaves[0].get(path), leaves[1].get(path)
        if values[0] != values[1]:
            yield path, values


def _neutral(value: Any, settings: Environment) -> Any:
    if not isinstance(value, str):
        return value
    value = value.replace(settings.account_id, "ACCOUNT")
    return (
        re.sub(rf"(?<![A-Za-z0-9]){settings.name}(?![A-Za-z0-9/])", "ENV", value) if settings.name in value else value
    )


def _pairs(settings: tuple[Environment, Environment]) -> Iterator[tuple[str, str]]:
    """The values of each setting in which the two differ, as the stacks contain them without names and accounts."""
    flat = [dict(_flat(each)) for each in settings]
    for path in dict.fromkeys([*flat[0], *flat[1]]):
        values = [
            [_neutral(each, own) for each in (value if isinstance(value, tuple) else (value,))]
            for value, own in zip((each.get(path) for each in flat), settings, strict=True)
        ]
        longest = max(map(len, values))
        padded = ([*each, *[None] * (longest - len(each))] for each in values)
        for pair in zip(*padded, strict=True):
            if pair[0] != pair[1]:
                one, other = map(str, pair)
                yield one, other
                if (common := _network(one)) and (theirs := _network(other)):
                    yield common, theirs


def _network(text: str) -> str:
    """The part of an address that a network of 16 bits fixes, by which its subnets repeat it; otherwise empty."""
    found = re.fullmatch(r"(\d+\.\d+\.)0\.0/16", text)
    return found[1] if found else ""


def _repeats(values: tuple[Any, Any], pairs: Iterable[tuple[str, str]]) -> bool:
    """Whether the values are a setting's own, or become equal once the settings' values are exchanged in them."""
    one, other = (str(each) for each in values)
    if (one, other) in pairs:
        return True
    for mine, yours in sorted(pairs, key=lambda pair: -len(pair[0])):
        if len(mine) >= _SHORTEST:
            one = one.replace(mine, yours)
    return one == other


def _tokens(different: Iterable[_Leaf]) -> dict[str, str]:
    """The parts of values in which two blocks differ: a key's digest, say, which other resources mention."""
    found: dict[str, str] = {}
    for _, values in different:
        parts = [_PARTS.findall(str(value)) for value in values]
        if len(parts[0]) == len(parts[1]):
            found.update({a: b for a, b in zip(*parts, strict=True) if a != b})
    return found


def _follows(surprise: Surprise, derived: Mapping[str, Mapping[str, str]]) -> bool:
    """Whether a difference only mentions parts in which other resources differ."""
    others = {a: b for address, parts in derived.items() if address != surprise.address for a, b in parts.items()}
    one, other = surprise.values
    return bool(surprise.attribute) and _PARTS.sub(lambda part: others.get(part[0], part[0]), one) == other


def section(
    environment: str,
    settings: Mapping[str, Environment],
    sides: tuple[Stacks, Stacks],
    concerns: Mapping[str, Sequence[Concern]],
) -> Section:
    """What the change does in each environment, and where environments differ.

    `sides` are all stacks before and after the change, and `concerns` the verdict on each environment, by its name.
    """
    tables = [_effects(environment, settings, sides, concerns)]
    others = [name for name, each in settings.items() if name != environment and not each.emulated]
    found: dict[str, list[Surprise]] = {}
    for other in others:
        if environment in sides[1] and other in sides[1]:
            pair = settings[environment], settings[other]
            found[other] = surprises(sides[1][environment], sides[1][other], pair)
            tables.append(_settings_of(environment, other, pair))
    tables.insert(1, _surprises(environment, found))
    number = sum(map(len, found.values()))
    summary = (
        f"{number} differences from other environments have no setting as their cause."
        if number
        else "Environments differ only in what their settings list."
    )
    return Section("environments", "Environments", summary, tuple(tables))


def _effects(
    environment: str,
    settings: Mapping[str, Environment],
    sides: tuple[Stacks, Stacks],
    concerns: Mapping[str, Sequence[Concern]],
) -> Table:
    rows = []
    for name in sorted(settings, key=lambda each: (each != environment, each)):
        different = differences(*(_of(name, side) for side in sides))
        changed = [each for each in different if each.attributes != (_ORDER,)]
        added = sum(each.attributes is None and each.is_added for each in changed)
        removed = sum(each.attributes is None and not each.is_added for each in changed)
        judged = concerns.get(name, ())
        red = sum(each.grade == Grade.RED for each in judged)
        numbers = (added, len(changed) - added - removed, removed, red, len(judged) - red)
        details = (
            "\n".join(dict.fromkeys(f"{each.grade}: {each.title}" for each in judged)) if name != environment else ""
        )
        mark = Mark.CHANGED if changed else Mark.SAME
        rows.append(Row((name, *map(str, numbers)), mark, Grade.RED if red else None, details=details))
    columns = ("environment", "added", "changed", "removed", "red", "amber")
    return Table(
        "What this change does in each environment", columns, tuple(rows), note="Blocks of the synthesised JSON."
    )


def _of(environment: str, stacks: Stacks) -> Stacks:
    return {name: stacks[name] for name in (environment, f"bootstrap-{environment}") if name in stacks}


def _surprises(environment: str, found: Mapping[str, Sequence[Surprise]]) -> Table:
    rows = tuple(
        Row((other, each.address, each.attribute or "the resource", *map(_short, each.values)), address=each.address)
        for other, several in found.items()
        for each in several
    )
    columns = ("other environment", "resource", "attribute", environment, "there")
    none = "None: every difference follows from a setting below."
    return Table("Differences without a cause in the settings", columns, rows, ("resource", "attribute"), if_empty=none)


def _settings_of(environment: str, other: str, pair: tuple[Environment, Environment]) -> Table:
    rows = tuple(Row((each.path, *map(_short, each.values))) for each in differing(*pair))
    return Table(f"Settings of {environment} and {other}", ("setting", environment, other), rows, ("setting",))


def _short(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"
