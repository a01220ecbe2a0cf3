"""What a change does in the other environments, and how environments differ: only in what their settings list.

Whatever two environments have and no setting explains, one of them has because of its name. A twin shows that: the same
settings synthesised under another name. In what it differs from its environment is a surprise.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from ffp.compare import differences
from ffp.review.concern import Concern, Grade
from ffp.review.report import Mark, Row, Section, Table
from ffp.stacks import SynthesisedBlock, SynthesisedStack
from settings import Environment
from settings.environments import renamed

Stacks = Mapping[str, SynthesisedStack]  # by name

# An environment's own name and account are in every name, and some settings are read only by `ffp`.
_NOT_COMPARED = frozenset({"name", "account_id", "usage", "silenced"})
_NOT_SET = "not set"
_ORDER = "depends_on"  # in which order Terraform works is no difference of what it makes
_LONGEST_SHOWN = 60


@dataclass(frozen=True)
class Setting:
    """One setting in which two environments differ."""

    path: str
    values: tuple[Any, Any]


@dataclass(frozen=True)
class Surprise:
    """Something that an environment has, or lacks, because of its name or account and of no other setting."""

    address: str
    attribute: str  # empty if only one of the two has the resource
    values: tuple[str, str]  # the environment's, and what its settings make under another name


def differing(first: Environment, second: Environment) -> list[Setting]:
    """The settings in which two environments differ, by their path."""
    one, other = dict(_flat(first)), dict(_flat(second))
    return [
        Setting(path, (one.get(path, _NOT_SET), other.get(path, _NOT_SET)))
        for path in dict.fromkeys([*one, *other])
        if one.get(path, _NOT_SET) != other.get(path, _NOT_SET)
    ]


def surprises(stack: SynthesisedStack, twin: SynthesisedStack, settings: Environment) -> list[Surprise]:
    """What no setting explains: the differences of an environment's platform from its twin's."""
    own, others = stack.by_address, twin.by_address
    found: list[Surprise] = []
    for address in dict.fromkeys([*own, *others]):
        if address not in own or address not in others:
            found.append(Surprise(address, "", ("present", "absent") if address in own else ("absent", "present")))
            continue
        values, of_twin = _leaves(own[address]), _leaves(others[address], settings)
        found += [
            Surprise(address, path, (str(values.get(path, _NOT_SET)), str(of_twin.get(path, _NOT_SET))))
            for path in dict.fromkeys([*values, *of_twin])
            if values.get(path, _NOT_SET) != of_twin.get(path, _NOT_SET)
        ]
    return found


def _leaves(block: SynthesisedBlock, twin_of: Environment | None = None) -> dict[str, Any]:
    """The values in a block that contain no others, but for the order; a twin's with its environment's name."""
    return {
        path: _named(value, twin_of) if twin_of and isinstance(value, str) else value
        for path, value in block.values
        if not (isinstance(value, dict | list) and value) and not path.startswith(_ORDER)
    }


def _named(value: str, settings: Environment) -> str:
    """A twin's text with the environment's own name and account."""
    twin = renamed(settings)
    value = value.replace(twin.account_id, settings.account_id)
    return re.sub(rf"(?<![A-Za-z0-9]){twin.name}(?![A-Za-z0-9])", settings.name, value)


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


def section(
    environment: str,
    settings: Mapping[str, Environment],
    sides: tuple[Stacks, Stacks],
    concerns: Mapping[str, Sequence[Concern]],
    twin: SynthesisedStack | None = None,
) -> Section:
    """What the change does in each environment, and where environments differ.

    `sides` are all stacks before and after the change, and `concerns` the verdict on each environment, by its name.
    Without a `twin` of the environment the section does not say whether anything differs beyond the settings.
    """
    tables = [_effects(environment, settings, sides, concerns)]
    summary = "Nobody tried whether environments differ in more than their settings: `--twin` does."
    if twin and environment in sides[1]:
        found = surprises(sides[1][environment], twin, settings[environment])
        tables.append(_surprises(environment, found))
        summary = (
            f"{len(found)} differences from other environments have no setting as their cause."
            if found
            else f"{environment} differs from other environments only in what the settings list."
        )
    others = [name for name, each in settings.items() if name != environment and not each.emulated]
    tables += [
        _settings_of(environment, other, (settings[environment], settings[other]))
        for other in others
        if environment in sides[1] and other in sides[1]
    ]
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


def _surprises(environment: str, found: Sequence[Surprise]) -> Table:
    rows = tuple(
        Row((each.address, each.attribute or "the resource", *map(_short, each.values)), address=each.address)
        for each in found
    )
    columns = ("resource", "attribute", environment, "under another name")
    none = "None: the same settings under another name make the same."
    return Table("Differences without a cause in the settings", columns, rows, ("resource", "attribute"), if_empty=none)


def _settings_of(environment: str, other: str, pair: tuple[Environment, Environment]) -> Table:
    rows = tuple(Row((each.path, *map(_short, each.values))) for each in differing(*pair))
    return Table(f"Settings of {environment} and {other}", ("setting", environment, other), rows, ("setting",))


def _short(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"
