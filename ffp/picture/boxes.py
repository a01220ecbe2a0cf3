"""What is drawn of a model: one box a service or a kind of function group, and arrows between boxes and tiers."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

from catalogue import service_of
from ffp.model import Model, Part

_SHOWN = 6  # names in one box, but for functions, which a reader looks for
_LOGS = "access logs"
_SHARED = "shared"
_NEVER_ONE = (
    service_of("aws_s3_bucket"),
    service_of("aws_sns_topic"),
)  # what goes in by one bucket or topic does not come out of another
_LONGEST = 22  # characters of a label's line


@dataclass(frozen=True)
class Box:
    """One box: what is in it, and where it is."""

    id: str
    title: str
    lines: tuple[str, ...]
    look: str  # the area of its service, `outside` or `unknown`
    frame: str | None = None


@dataclass(frozen=True)
class Frame:
    """A frame around boxes."""

    id: str
    title: str
    frame: str | None = None  # the one that this is in


@dataclass(frozen=True)
class Arrow:
    """An arrow between boxes, or from a frame where all boxes in it have it."""

    source: str
    target: str
    label: str


@dataclass(frozen=True)
class Diagram:
    """All that is drawn."""

    boxes: tuple[Box, ...]
    frames: tuple[Frame, ...]
    arrows: tuple[Arrow, ...]


def diagram_of(model: Model) -> Diagram:
    """The boxes and arrows of a model, in an order that depends on it only."""
    boxed = _boxed(model)
    frames = _frames(model, boxed)
    logs = {link.target for link in model.links if _LOGS in link.verbs}
    boxes = [_box(model, f"box-{number}", parts, keeps_logs=parts[0].id in logs) for number, parts in enumerate(boxed)]
    box_of = {part.id: box.id for box, parts in zip(boxes, boxed, strict=True) for part in parts}
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


def _boxed(model: Model) -> list[list[Part]]:
    """The parts that share a box."""
    logs = {link.target for link in model.links if _LOGS in link.verbs}
    keys: dict[str, Hashable] = {}
    for part in model.parts.values():
        if part.service is None:
            keys[part.id] = (part.kind, part.tier)
        elif part.id in logs:
            keys[part.id] = (part.service.name, _LOGS)
        elif part.members or part.service in _NEVER_ONE:
            keys[part.id] = part.id
        else:
            keys[part.id] = (part.service.name, part.tier, part.kind)
    for part in [each for each in model.parts.values() if each.members]:
        out = {(keys[link.target], link.verbs) for link in model.links if link.source == part.id}
        into = {(keys[link.source], link.verbs) for link in model.links if link.target == part.id}
        keys[part.id] = (part.tier, part.in_vpc, frozenset(out), frozenset(into))
    found: dict[Hashable, list[Part]] = {}
    for part in sorted(model.parts.values(), key=lambda each: each.id):
        found.setdefault(keys[part.id], []).append(part)
    return list(found.values())


def _box(model: Model, id_: str, parts: list[Part], *, keeps_logs: bool) -> Box:
    first = parts[0]
    frame = f"tier-{first.tier}" if first.tier else "vpc" if first.in_vpc else _SHARED if keeps_logs else None
    names = [part.name for part in parts]
    if members := [name for part in parts for name in part.members]:
        return Box(id_, f"Lambda: {_counted(len(members), 'function')}", tuple(sorted(names)), "compute", frame)
    if first.service is None:
        outside = "." not in first.id
        title = first.kind.capitalize() if outside else f"{len(parts)} {first.kind}"
        return Box(id_, title, _shown(filter(None, names)), "outside" if outside else "unknown", frame)
    look = first.service.area.value
    if not first.name and first.service.counted:
        return Box(id_, first.service.name, model.counted(first.service), look, frame)
    if first.service is service_of("aws_vpc"):
        return Box(id_, first.kind[0].upper() + first.kind[1:], _shown(filter(None, names)), look, frame)
    if keeps_logs:
        return Box(id_, f"{first.service.name}: {_LOGS}", _shown(names), look, frame)
    lines = (_said_once(first.kind, names[0]),) if len(parts) == 1 else _shown(names)
    return Box(id_, first.service.name, lines, look, frame)


def _label(verbs: Iterable[str]) -> str:
    """The verbs in one line, or in one each where that would be too long."""
    line = ", ".join(verbs)
    return line if len(line) <= _LONGEST else line.replace(", ", ",\n")


def _said_once(kind: str, name: str) -> str:
    return kind if name.lower() in kind.lower() else f"{kind} {name}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def _shown(names: Iterable[str]) -> tuple[str, ...]:
    all_ = sorted(names)
    return (*all_[:_SHOWN], f"and {len(all_) - _SHOWN} more") if len(all_) > _SHOWN else tuple(all_)


def _frames(model: Model, boxed: list[list[Part]]) -> tuple[Frame, ...]:
    if not model.tiers:
        return ()
    used = {part.tier for parts in boxed for part in parts}
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
    """The same arrows, but one from a frame where every box in it, and there are several, has one to the same box."""
    left = {ends: dict(words) for ends, words in verbs.items()}
    for frame in dict.fromkeys(box.frame for box in boxes if box.frame):
        inside = [box.id for box in boxes if box.frame == frame]
        for target in [box.id for box in boxes]:
            ends = [(box, target) for box in inside]
            if len(inside) > 1 and all(each in left for each in ends):
                left[(frame, target)] = {word: None for each in ends for word in left.pop(each)}
    return left


def _others(model: Model, drawn: Iterable[Part]) -> list[Box]:
    """The services that so many use that no arrow would say anything, with what is counted of them."""
    shown = {part.service for part in drawn}
    services = dict.fromkeys(service for type_ in model.counts if (service := service_of(type_)))
    return [
        Box(f"shared-{number}", service.name, model.counted(service), service.area.value, _SHARED)
        for number, service in enumerate(services)
        if service not in shown
    ]
