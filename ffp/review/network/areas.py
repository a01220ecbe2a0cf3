"""Sets of addresses and ports, as rectangles: who is let in, on what, and by how much one set exceeds another.

Addresses of both versions lie on one line of numbers, and so do the ports of all protocols.
"""

import ipaddress
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

_PER_PROTOCOL = 65536
_VERSION_6 = 1 << 40  # where addresses of version 6 begin on the line
_NUMBERS = {"icmp": 1, "tcp": 6, "udp": 17, "icmpv6": 58}
_NAMES = {number: name for name, number in _NUMBERS.items()}
_WITH_PORTS = (6, 17)

Span = tuple[int, int]  # first and last, both included

EVERY_V4: Span = (0, 2**32 - 1)
EVERY_V6: Span = (_VERSION_6, _VERSION_6 + 2**128 - 1)
ANY_PORT: Span = (0, 256 * _PER_PROTOCOL - 1)
HTTPS: Span = (6 * _PER_PROTOCOL + 443,) * 2


@dataclass(frozen=True, order=True)
class Area:
    """Some addresses on some ports."""

    addresses: Span
    ports: Span


def port_span(protocol: Any, first: Any, last: Any) -> Span:
    """The ports of a rule. What cannot be known counts as all of them."""
    name = str(protocol).lower()
    number = _NUMBERS.get(name, int(name) if name.isdigit() and int(name) < 256 else None)
    if number is None:
        return ANY_PORT
    start = number * _PER_PROTOCOL
    low, high = _integer(first), _integer(last)
    if number in (1, 58) and low is not None and 0 <= low < 256:  # an ICMP rule has a type and a code
        code = high if high is not None and 0 <= high < 256 else None
        return (start + low * 256 + (code or 0), start + low * 256 + (255 if code is None else code))
    if number not in _WITH_PORTS or low is None or low < 0:
        return (start, start + _PER_PROTOCOL - 1)
    high = low if high is None or high < 0 else high
    return (start + min(low, high), start + min(max(low, high), _PER_PROTOCOL - 1))


def _integer(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def tcp(*ports: int) -> list[Span]:
    """These TCP ports, each by itself."""
    return [(6 * _PER_PROTOCOL + port,) * 2 for port in ports]


def addresses(text: str) -> Span | None:
    """The addresses of a CIDR block; None if it is none."""
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    start = int(network.network_address) + (_VERSION_6 if network.version == 6 else 0)
    return (start, start + network.num_addresses - 1)


def overlap(first: Span, second: Span) -> Span | None:
    """What two spans have in common."""
    low, high = max(first[0], second[0]), min(first[1], second[1])
    return (low, high) if low <= high else None


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same numbers in as few spans as possible, in order."""
    found: list[Span] = []
    for low, high in sorted(spans):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return tuple(found)


def common(some: Iterable[Span], others: Iterable[Span]) -> tuple[Span, ...]:
    """The numbers in both sets."""
    kept = tuple(others)
    return merged(both for one in some for other in kept if (both := overlap(one, other)))


def spans_without(some: Iterable[Span], others: Iterable[Span]) -> tuple[Span, ...]:
    """The numbers in the first set only."""
    left = list(some)
    for other in others:
        left = [piece for each in left for piece in _cut(each, other)]
    return merged(left)


def _cut(span: Span, other: Span) -> Iterator[Span]:
    both = overlap(span, other)
    if both is None:
        yield span
        return
    if span[0] < both[0]:
        yield (span[0], both[0] - 1)
    if both[1] < span[1]:
        yield (both[1] + 1, span[1])


def without(some: Iterable[Area], others: Iterable[Area]) -> list[Area]:
    """What the first set contains and the second does not."""
    left = list(dict.fromkeys(some))
    for other in dict.fromkeys(others):
        left = [piece for each in left for piece in _cut_area(each, other)]
    return left


def _cut_area(area: Area, other: Area) -> Iterator[Area]:
    shared = overlap(area.addresses, other.addresses)
    if shared is None or overlap(area.ports, other.ports) is None:
        yield area
        return
    yield from (Area(piece, area.ports) for piece in _cut(area.addresses, other.addresses))
    yield from (Area(shared, piece) for piece in _cut(area.ports, other.ports))


def within(areas: Iterable[Area], spans: Iterable[Span]) -> list[Area]:
    """The part of some areas with these addresses."""
    kept = tuple(spans)
    return [Area(both, area.ports) for area in areas for span in kept if (both := overlap(area.addresses, span))]


def outside(areas: Iterable[Area], spans: Iterable[Span]) -> list[Area]:
    """The part of some areas with any other addresses."""
    return without(areas, [Area(span, ANY_PORT) for span in spans])


def ports_to(areas: Iterable[Area], span: Span) -> tuple[Span, ...]:
    """The ports on which at least one of these addresses is contained."""
    return merged(area.ports for area in areas if overlap(area.addresses, span))


def ports_to_all(areas: Iterable[Area], span: Span) -> tuple[Span, ...]:
    """The ports on which every one of these addresses is contained."""
    kept = list(areas)
    missing = without([Area(span, ports) for ports in ports_to(kept, span)], kept)
    return spans_without(ports_to(kept, span), [each.ports for each in missing])


def with_both_versions(areas: Iterable[Area]) -> list[Area]:
    """The areas, with every address of version 6 where every one of version 4 is allowed: both mean the internet."""
    kept = list(areas)
    return [*kept, *(Area(EVERY_V6, ports) for ports in ports_to_all(kept, EVERY_V4))]


def size(spans: Iterable[Span]) -> int:
    """How many ports these are."""
    return sum(high - low + 1 for low, high in merged(spans))


def words_for_ports(spans: Iterable[Span]) -> str:
    """The ports as people write them, such as `tcp 443, udp 53`."""
    return ", ".join(text for span in merged(spans) for text in _ports(span)) or "none"


def _ports(span: Span) -> Iterator[str]:
    if span == ANY_PORT:
        yield "any port"
        return
    first, last = span[0] // _PER_PROTOCOL, span[1] // _PER_PROTOCOL
    if last - first > 3:
        yield f"protocols {first} to {last}"
        return
    for number in range(first, last + 1):
        start = number * _PER_PROTOCOL
        low, high = max(span[0] - start, 0), min(span[1] - start, _PER_PROTOCOL - 1)
        name = _NAMES.get(number, f"protocol {number}")
        whole = (low, high) == (0, _PER_PROTOCOL - 1) or number not in _WITH_PORTS
        yield (
            name
            if whole and number not in _WITH_PORTS
            else (f"{name}, any port" if whole else f"{name} {low}" if low == high else f"{name} {low}-{high}")
        )


def words_for_addresses(spans: Iterable[Span]) -> str:
    """The addresses as CIDR blocks, or as `anywhere`."""
    texts = [text for span in merged(spans) for text in _cidrs(span)]
    shown = texts[:3]
    return ", ".join([*shown, *([f"{len(texts) - 3} more blocks"] if len(texts) > 3 else [])])


def _cidrs(span: Span) -> Iterator[str]:
    if span == EVERY_V4:
        yield "anywhere (0.0.0.0/0)"
    elif span == EVERY_V6:
        yield "anywhere (::/0)"
    else:
        version: Any = ipaddress.IPv6Address if span[0] >= _VERSION_6 else ipaddress.IPv4Address
        start = _VERSION_6 if span[0] >= _VERSION_6 else 0
        yield from map(str, ipaddress.summarize_address_range(version(span[0] - start), version(span[1] - start)))
