"""Turns a model into boxes for its services and function groups, and arrows between boxes and tiers."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

from catalogue import service_of
from ffp.model import Model, Part

_NAMES_SHOWN = 6  # names in one box; boxes of functions show all, because readers look for them
_LOGS = "access logs"
_SHARED = "shared"
_SEPARATE_BOXES = (
    service_of("aws_s3_bucket"),
    service_of("aws_sns_topic"),
)  # data that enters one bucket or topic does not leave another
_LABEL_LENGTH = 22  # characters in a line of a label


@dataclass(frozen=True)
class Box:
    """One box, its text and its frame."""

    id: str
    title: str
    lines: tuple[str, ...]
    look: str  # its service's area, `outside` or `unknown`
    frame: str | None = None


@dataclass(frozen=True)
class Frame:
    """A frame around boxes."""

    id: str
    title: str
    frame: str | None = None  # the frame around this one


@dataclass(frozen=True)
class Arrow:
    """An arrow between boxes, or from a frame if all its boxes have the same arrow."""

    source: str
    target: str
    label: str


@dataclass(frozen=True)
class Diagram:
    """Everything in the picture."""

    boxes: tuple[Box, ...]
    frames: tuple[Frame, ...]
    arrows: tuple[Arrow, ...]


def diagram_of(model: Model) -> Diagram:
    """The boxes and arrows of a model. Their order depends only on the model."""
    groups = _grouped(model)
    frames = _frames(model, groups)
    logs = {link.target for link in model.links if _LOGS in link.verbs}
    boxes = [_box(model, f"box-{number}", parts, keeps_logs=parts[0].id in logs) for number, parts in enumerate(groups)]
    box_of = {part.id: box.id for box, parts in zip(boxes, groups, strict=True) for part in parts}
    verbs: dict[tuple[str, str], dict[str, None]] = {}
    for link in model.links:
        ends = box_of[link.source], box_of[link.target]
        if ends[0] != ends[1] and _LOGS not in link.verbs:
            verbs.setdefault(ends, {}).update(dict.fromkeys(link.verbs))
    arrows = _from_frames(boxes, verbs)
    others = _others(model, model.parts.values())
    if any(box.frame == _SHARED for box in (*boxes, *others)):
        frames = (*frames, Frame(_SHARED, "used throughout"))
    return Diagram(
        (*boxes, *others),
        frames,
        tuple(Arrow(source, target, _label(words)) for (source, target), words in arrows.items()),
    )


def _grouped(model: Model) -> list[list[Part]]:
    """The parts, grouped by the box that they share."""
    logs = {link.target for link in model.links if _LOGS in link.verbs}
    keys: dict[str, Hashable] = {}
    for part in model.parts.values():
        if part.service is None:
            keys[part.id] = (part.kind, part.tier)
        elif part.id in logs:
            keys[part.id] = (part.service.name, _LOGS)
        elif part.members or part.service in _SEPARATE_BOXES:
            keys[part.id] = part.id
        else:
            keys[part.id] = (part.service.name, part.tier, part.kind)
    for part in [each for each in model.parts.values() if each.members]:
        out = {(keys[link.target], link.verbs) for link in model.links if link.source == part.id}
        into = {(keys[link.source], link.verbs) for link in model.links if link.target == part.id}
        keys[part.id] = (part.tier, part.in_vpc, frozenset(out), frozenset(into))
    groups: dict[Hashable, list[Part]] = {}
    for part in sorted(model.parts.values(), key=lambda each: each.id):
        groups.setdefault(keys[part.id], []).append(part)
    return list(groups.values())


def _box(model: Model, id_: str, parts: list[Part], *, keeps_logs: bool) -> Box:
    first = parts[0]
    frame = f"tier-{first.tier}" if first.tier else "vpc" if first.in_vpc else _SHARED if keeps_logs else None
    names = [part.name for part in parts]
    if members := [name for part in parts for name in part.members]:
        return Box(id_, f"Lambda: {_counted(len(members), 'function')}", tuple(sorted(names)), "compute", frame)
    if first.service is None:
        outside = "." not in first.id
        title = first.kind.capitalize() if outside else f"{len(parts)} {first.kind}"
        return Box(id_, title, _shortened(filter(None, names)), "outside" if outside else "unknown", frame)
    look = first.service.area.value
    if not first.name and first.service.counted:
        return Box(id_, first.service.name, model.counted(first.service), look, frame)
    if first.service is service_of("aws_vpc"):
        return Box(id_, first.kind[0].upper() + first.kind[1:], _shortened(filter(None, names)), look, frame)
    if keeps_logs:
        return Box(id_, f"{first.service.name}: {_LOGS}", _shortened(names), look, frame)
    lines = (_without_repetition(first.kind, names[0]),) if len(parts) == 1 else _shortened(names)
    return Box(id_, first.service.name, lines, look, frame)


def _label(verbs: Iterable[str]) -> str:
    """The verbs in one line, or in one line each if that is too long."""
    line = ", ".join(verbs)
    return line if len(line) <= _LABEL_LENGTH else line.replace(", ", ",\n")


def _without_repetition(kind: str, name: str) -> str:
    return kind if name.lower() in kind.lower() else f"{kind} {name}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def _shortened(names: Iterable[str]) -> tuple[str, ...]:
    ordered = sorted(names)
    return (
        (*ordered[:_NAMES_SHOWN], f"and {len(ordered) - _NAMES_SHOWN} more")
        if len(ordered) > _NAMES_SHOWN
        else tuple(ordered)
    )


def _frames(model: Model, groups: list[list[Part]]) -> tuple[Frame, ...]:
    if not model.tiers:
        return ()
    used = {part.tier for parts in groups for part in parts}
    tiers = [
        Frame(
            f"tier-{tier.name}",
            f"{tier.name} tier{'' if tier.has_way_out else ', no route out'}",
            "vpc",
        )
        for tier in model.tiers
        if tier.name in used
    ]
    return (Frame("vpc", f"VPC, {_counted(max(tier.zones for tier in model.tiers), 'zone')}"), *tiers)


def _from_frames(
    boxes: list[Box], verbs: Mapping[tuple[str, str], Mapping[str, None]]
) -> dict[tuple[str, str], dict[str, None]]:
    """The arrows, with one from a frame in place of those of its boxes if all of them have one to the same box."""
    remaining = {ends: dict(words) for ends, words in verbs.items()}
    for frame in dict.fromkeys(box.frame for box in boxes if box.frame):
        inside = [box.id for box in boxes if box.frame == frame]
        for target in [box.id for box in boxes]:
            ends = [(box, target) for box in inside]
            if len(inside) > 1 and all(each in remaining for each in ends):
                remaining[(frame, target)] = {word: None for each in ends for word in remaining.pop(each)}
    return remaining


def _others(model: Model, drawn: Iterable[Part]) -> list[Box]:
    """Boxes for the services without parts, such as encryption, which so much uses that arrows would not help."""
    shown = {part.service for part in drawn}
    services = dict.fromkeys(service for type_ in model.counts if (service := service_of(type_)))
    return [
        Box(f"shared-{number}", service.name, model.counted(service), service.area.value, _SHARED)
        for number, service in enumerate(services)
        if service not in shown
    ]
