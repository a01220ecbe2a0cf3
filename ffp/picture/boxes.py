"""Turns a model into boxes for its services and function groups, and arrows between boxes and tiers."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace

from catalogue import service_of
from ffp.model import Changes, Link, Model, Part

_NAMES_SHOWN = 6  # names in one box; boxes of functions show all, because readers look for them
_LOGS = "access logs"
_SHARED = "shared"
_SEPARATE_BOXES = (
    service_of("aws_s3_bucket"),
    service_of("aws_sns_topic"),
)  # data that enters one bucket or topic does not leave another
_LABEL_LENGTH = 22  # characters in a line of a label
_FUNCTIONS_SHOWN = 12  # groups in one box of a picture of a change
_MOST_BOXES = 36  # in a picture of a change; with more, what it does not touch shares boxes
_SIGNS = {"added": "+ ", "removed": "- ", "changed": "~ "}
_NOTHING = Changes()


@dataclass(frozen=True)
class Box:
    """One box, its text and its frame."""

    id: str
    title: str
    lines: tuple[str, ...]
    look: str  # its service's area, `outside` or `unknown`
    frame: str | None = None
    mark: str = ""  # `added`, `removed` or `changed` in a picture of a change


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
    mark: str = ""


@dataclass(frozen=True)
class Diagram:
    """Everything in the picture."""

    boxes: tuple[Box, ...]
    frames: tuple[Frame, ...]
    arrows: tuple[Arrow, ...]


def diagram_of(model: Model, changes: Changes = _NOTHING) -> Diagram:
    """The boxes and arrows of a model, in a picture of a change with its marks. Their order depends only on these."""
    groups = _grouped(model, changes)
    if changes and len(groups) > _MOST_BOXES:
        groups = _grouped(model, changes, fold=True)
    frames = _frames(model, groups)
    logs = {link.target for link in model.links if _LOGS in link.verbs}
    boxes = [
        _box(model, f"box-{number}", parts, changes, keeps_logs=parts[0].id in logs)
        for number, parts in enumerate(groups)
    ]
    box_of = {part.id: box.id for box, parts in zip(boxes, groups, strict=True) for part in parts}
    verbs: dict[tuple[str, str], dict[str, None]] = {}
    marks: dict[tuple[str, str], list[str]] = {}
    for link in model.links:
        ends = box_of[link.source], box_of[link.target]
        if ends[0] != ends[1] and _LOGS not in link.verbs:
            verbs.setdefault(ends, {}).update(dict.fromkeys(link.verbs))
            marks.setdefault(ends, []).append(changes.links.get((link.source, link.target), ""))
    arrows = _from_frames(boxes, verbs, {ends: _common(each) for ends, each in marks.items()})
    others = _others(model, model.parts.values(), changes)
    if any(box.frame == _SHARED for box in (*boxes, *others)):
        frames = (*frames, Frame(_SHARED, "used throughout"))
    return Diagram(
        (*boxes, *others),
        frames,
        tuple(Arrow(source, target, _label(words), mark) for (source, target), (words, mark) in arrows.items()),
    )


def _grouped(model: Model, changes: Changes, *, fold: bool = False) -> list[list[Part]]:
    """The parts, grouped by the box that they share: with `fold`, also what does the same for different others."""
    logs = {link.target for link in model.links if _LOGS in link.verbs}
    touched = {end for ends in changes.links for end in ends} | set(changes.parts)

    def mark(link: Link) -> str:
        return changes.links.get((link.source, link.target), "")

    keys: dict[str, Hashable] = {}
    for part in model.parts.values():
        folded = fold and part.id not in touched
        if part.service is None:
            keys[part.id] = (part.kind, part.tier)
        elif part.id in logs:
            keys[part.id] = (part.service.name, _LOGS)
        elif part.members or (part.service in _SEPARATE_BOXES and not folded):
            keys[part.id] = part.id
        else:
            keys[part.id] = (part.service.name, part.tier, part.kind, fold and not folded)
    for part in [each for each in model.parts.values() if each.members]:
        if fold and part.id not in touched:
            keys[part.id] = (part.tier, part.in_vpc)
            continue
        out = {(keys[link.target], link.verbs, mark(link)) for link in model.links if link.source == part.id}
        into = {(keys[link.source], link.verbs, mark(link)) for link in model.links if link.target == part.id}
        keys[part.id] = (part.tier, part.in_vpc, frozenset(out), frozenset(into))
    groups: dict[Hashable, list[Part]] = {}
    for part in sorted(model.parts.values(), key=lambda each: each.id):
        groups.setdefault(keys[part.id], []).append(part)
    return list(groups.values())


def _box(model: Model, id_: str, parts: list[Part], changes: Changes, *, keeps_logs: bool) -> Box:
    first = parts[0]
    frame = f"tier-{first.tier}" if first.tier else "vpc" if first.in_vpc else _SHARED if keeps_logs else None
    marks = [changes.parts.get(part.id, "") for part in parts]
    names = [_signed(part.name, mark) for part, mark in zip(parts, marks, strict=True)]
    look = first.service.area.value if first.service else "outside" if "." not in first.id else "unknown"
    lines: tuple[str, ...] = _shortened(filter(None, names))
    if members := [name for part in parts for name in part.members]:
        title, look = f"Lambda: {_counted(len(members), 'function')}", "compute"
        lines = tuple(sorted(names)) if not changes or len(names) <= _FUNCTIONS_SHOWN else lines
    elif first.service is None:
        title = first.kind.capitalize() if look == "outside" else f"{len(parts)} {first.kind}"
    elif not first.name and first.service.counted:
        title, lines = first.service.name, model.counted(first.service)
        marks = [changes.services.get(first.service.name, "") or _common(marks)]
    elif first.service is service_of("aws_vpc"):
        title = first.kind[0].upper() + first.kind[1:]
    elif keeps_logs:
        title = f"{first.service.name}: {_LOGS}"
    else:
        title = first.service.name
        lines = lines if len(parts) > 1 else (_signed(_without_repetition(first.kind, first.name), marks[0]),)
    return _marked(Box(id_, title, lines, look, frame), marks)


def _marked(box: Box, marks: Iterable[str]) -> Box:
    """The box with the mark of its parts, which its title says, too, if none of its lines does."""
    mark = _common(marks)
    says = any(line.startswith(tuple(_SIGNS.values())) for line in box.lines)
    return replace(box, mark=mark, title=box.title if says else _signed(box.title, mark))


def _signed(name: str, mark: str) -> str:
    return f"{_SIGNS.get(mark, '')}{name}" if name else ""


def _common(marks: Iterable[str]) -> str:
    """The mark that all have; `changed` if they differ."""
    found = set(marks)
    return found.pop() if len(found) == 1 else "changed" if found else ""


def _label(verbs: Iterable[str]) -> str:
    """The verbs in one line, or in one line each if that is too long."""
    line = ", ".join(verbs)
    return line if len(line) <= _LABEL_LENGTH else line.replace(", ", ",\n")


def _without_repetition(kind: str, name: str) -> str:
    return kind if name.lower() in kind.lower() else f"{kind} {name}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def _shortened(names: Iterable[str]) -> tuple[str, ...]:
    """Some of the names in their order, and of the signed ones all."""
    ordered = sorted(names)
    signed = [name for name in ordered if name.startswith(tuple(_SIGNS.values()))]
    others = [name for name in ordered if name not in signed]
    room = max(_NAMES_SHOWN - len(signed), 0)
    more = (f"and {len(others) - room} more",) if len(others) > room else ()
    return (*signed, *others[:room], *more)


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
    boxes: list[Box],
    verbs: Mapping[tuple[str, str], Mapping[str, None]],
    marks: Mapping[tuple[str, str], str],
) -> dict[tuple[str, str], tuple[dict[str, None], str]]:
    """The arrows, with one from a frame in place of those of its boxes if all of them have one to the same box."""
    remaining = {ends: (dict(words), marks.get(ends, "")) for ends, words in verbs.items()}
    for frame in dict.fromkeys(box.frame for box in boxes if box.frame):
        inside = [box.id for box in boxes if box.frame == frame]
        for target in [box.id for box in boxes]:
            ends = [(box, target) for box in inside]
            alike = all(each in remaining and remaining[each][1] == remaining[ends[0]][1] for each in ends)
            if len(inside) > 1 and alike:
                gone = [remaining.pop(each) for each in ends]
                words = {word: None for each, _ in gone for word in each}
                remaining[(frame, target)] = words, _common(mark for _, mark in gone)
    return remaining


def _others(model: Model, drawn: Iterable[Part], changes: Changes) -> list[Box]:
    """Boxes for the services without parts, such as encryption, which so much uses that arrows would not help."""
    shown = {part.service for part in drawn}
    services = dict.fromkeys(service for type_ in model.counts if (service := service_of(type_)))
    return [
        _marked(
            Box(f"shared-{number}", service.name, model.counted(service), service.area.value, _SHARED),
            [changes.services.get(service.name, "")],
        )
        for number, service in enumerate(services)
        if service not in shown
    ]
