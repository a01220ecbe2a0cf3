"""The section of a review about the network: who reaches whom, what reaches the internet, what is reached from it."""

from collections.abc import Mapping
from dataclasses import dataclass

from ffp.review.concern import Grade
from ffp.review.network import areas
from ffp.review.network.areas import Span
from ffp.review.network.exits import listed
from ffp.review.network.firewalls import IN, OUT, areas_of
from ffp.review.network.model import Network, network_of
from ffp.review.network.openings import Opening, Openings
from ffp.review.report import Mark, Row, Section, Table
from ffp.review.shown import counted
from ffp.review.side import Side

_ORDER = (Mark.ADDED, Mark.CHANGED, Mark.REMOVED, Mark.SAME)
_OUTSIDE_VPC = "the network of Lambda"
_OPEN = "open"
_NOTE = (
    "A connection needs a rule of both sides' security groups and the consent of the access lists. "
    "Only what this stack defines is looked at."
)

_Key = tuple[str, ...]
_Ports = Mapping[_Key, tuple[Span, ...]]


@dataclass(frozen=True)
class _Line:
    key: _Key
    ports: str
    before: str
    mark: Mark


def section(before: Side, after: Side) -> Section:
    """Everything about the reach of the network, what changed first."""
    old, new = network_of(before), network_of(after)
    openings = list(Openings(old, new).all()) if new.is_used() else []
    inner = _lines(_inside(old), _inside(new))
    outwards = _lines(_outwards(old), _outwards(new))
    inwards = _lines(_inwards(old), _inwards(new))
    tables = (
        Table(
            "Connections inside the network",
            ("From", "To", "Ports", "Before"),
            _rows(inner, [each for each in openings if each.direction == IN], place=1),
            ("From", "To"),
            _NOTE,
            "No connection inside the network is possible.",
        ),
        Table(
            "What reaches the internet or another network",
            ("From", "By", "Ports", "Before"),
            _rows(outwards, [each for each in openings if each.direction == OUT], place=0),
            ("From",),
            if_empty="Nothing reaches the internet or another network.",
        ),
        Table(
            "What can be reached from outside the network",
            ("What", "From", "Way in", "Ports", "Before"),
            _rows(inwards, [each for each in openings if each.direction == IN], place=0),
            ("What",),
            "APIs, distributions and function URLs are listed with the front door.",
            "Nothing in the network can be reached from outside.",
        ),
    )
    return Section("network", "Network", _summary(inner, outwards, inwards), tables)


def _summary(*tables: list[_Line]) -> str:
    changed = [sum(line.mark != Mark.SAME for line in lines) for lines in tables]
    possible = [[line for line in lines if line.mark != Mark.REMOVED] for lines in tables]
    inner, outwards = map(len, possible[:2])
    inwards = sum(_OPEN in line.key for line in possible[2])
    change = f"This change adds, removes or alters {counted(sum(changed), 'row')}." if any(changed) else "None changes."
    return (
        f"{counted(inner, 'connection')} inside the network, {counted(outwards, 'way')} out of it and "
        f"{counted(inwards, 'way')} in from outside are possible. {change}"
    )


def _inside(network: Network) -> _Ports:
    gateways = {way.gateway for ways in network.routes.of_table.values() for way in ways}
    found: dict[_Key, tuple[Span, ...]] = {}
    for source, target, ports in network.connections():
        if target.name not in gateways:  # what passes through a gateway is in the second table
            found[source.name, target.name] = ports
    return found


def _outwards(network: Network) -> _Ports:
    found: dict[_Key, tuple[Span, ...]] = {}
    for holder in network.holders.all.values():
        for way, ports in network.ways_out(holder):
            key = (holder.name, f"{way.kind}, by {way.gateway}" if way.gateway else way.kind)
            found[key] = areas.merged([*found.get(key, ()), *ports])
    for block in network.side.of_type("aws_lambda_function"):
        if not block.attributes.get("vpc_config"):
            found[network.side.address(block), f"the internet, by {_OUTSIDE_VPC}"] = (areas.ANY_PORT,)
    return found


def _inwards(network: Network) -> _Ports:
    found: dict[_Key, tuple[Span, ...]] = {}
    for holder in network.holders.all.values():
        reached = network.let_in(holder)
        allowed = [] if reached else network.beyond(areas_of(network.rules(holder, IN), IN))
        for area in reached or allowed:
            beyond = network.words(holder, IN, [area])
            key = (holder.name, beyond, _OPEN if reached else "allowed, but no route leads there")
            found[key] = areas.merged([*found.get(key, ()), area.ports])
    return found


def _lines(before: _Ports, after: _Ports) -> list[_Line]:
    lines = []
    for key in dict.fromkeys([*after, *before]):
        was, now = before.get(key, ()), after.get(key, ())
        mark = Mark.SAME if was == now else Mark.ADDED if not was else Mark.REMOVED if not now else Mark.CHANGED
        old = "" if mark in (Mark.SAME, Mark.ADDED) else areas.words_for_ports(was)
        lines.append(_Line(key, areas.words_for_ports(now) if now else "none", old, mark))
    return lines


def _rows(lines: list[_Line], openings: list[Opening], place: int) -> tuple[Row, ...]:
    """A row for each line that changed, and one for all unchanged lines that differ in their first cell only."""
    grave = {(each.holder.name, each.peer) for each in openings}
    holders = {each.holder.name for each in openings}
    rows: list[Row] = []
    unchanged: dict[tuple[str, ...], list[str]] = {}
    for line in lines:
        if line.mark == Mark.SAME:
            unchanged.setdefault((*line.key[1:], line.ports), []).append(line.key[0])
            continue
        is_new = line.mark in (Mark.ADDED, Mark.CHANGED)
        by_pair = (line.key[place], line.key[1 - place]) in grave
        by_holder = line.key[place] in holders and (place == 0 or by_pair)
        grade = Grade.RED if is_new and by_holder else None
        rows.append(Row((*line.key, line.ports, line.before), line.mark, grade, line.key[place]))
    rows.sort(key=lambda row: _ORDER.index(row.mark))
    for (*rest, ports), names in unchanged.items():
        details = ", ".join(names) if len(names) > 3 else ""
        address = names[0] if len(names) == 1 else ""
        rows.append(Row((listed(names), *rest, ports, ""), address=address, details=details))
    return tuple(rows)
