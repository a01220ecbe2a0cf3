"""The values of a condition key that a test accepts, as sets that can be compared."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from itertools import pairwise

from ffp.review.access.globs import EVERYTHING, Names

Network = IPv4Network | IPv6Network
Span = tuple[float, bool, float, bool]  # from, including it, to, including it
ENDLESS = float("inf")


@dataclass(frozen=True)
class Texts:
    """Texts by patterns. `folded` ones are compared without case."""

    names: Names
    folded: bool = False

    def within(self, other: "Region") -> bool:
        """Whether the other region accepts all that this one accepts."""
        if not isinstance(other, Texts):
            return False
        if other.folded and not other.names.negated:
            return other.names.covers(_lower(self.names))
        if self.folded and _has_letters(self.names):
            return self == other or other.names == EVERYTHING
        return other.names.covers(self.names)


@dataclass(frozen=True)
class Numbers:
    """Numbers or moments by ranges."""

    spans: tuple[Span, ...]

    def within(self, other: "Region") -> bool:
        """Whether the other region accepts all that this one accepts."""
        if isinstance(other, Texts):
            return other.names == EVERYTHING
        if not isinstance(other, Numbers):
            return False
        return all(any(_inside(span, outer) for outer in other.spans) for span in self.spans)


@dataclass(frozen=True)
class Addresses:
    """Internet addresses by networks."""

    networks: frozenset[Network]
    negated: bool = False

    def within(self, other: "Region") -> bool:
        """Whether the other region accepts all that this one accepts."""
        if isinstance(other, Texts):
            return other.names == EVERYTHING
        if not isinstance(other, Addresses):
            return False
        if self.negated and other.negated:
            return all(any(_subnet(each, own) for own in self.networks) for each in other.networks)
        if self.negated:
            return all(any(each.prefixlen == 0 and each.version == of for each in other.networks) for of in (4, 6))
        if other.negated:
            return not any(_subnet(a, b) or _subnet(b, a) for a in self.networks for b in other.networks)
        return all(any(_subnet(each, one) for one in other.networks) for each in self.networks)


@dataclass(frozen=True)
class Unreadable:
    """Values that cannot be compared with others, only with the same ones."""

    text: str

    def within(self, other: "Region") -> bool:
        """Whether the other region is the same, or accepts every value."""
        return self == other or (isinstance(other, Texts) and other.names == EVERYTHING)


Region = Texts | Numbers | Addresses | Unreadable
ANY_VALUE = Texts(EVERYTHING)
NO_VALUE = Texts(Names(frozenset()))


def numbers(comparison: str, values: Iterable[str], *, dates: bool = False) -> Region:
    """The numbers or moments that a comparison such as `LessThan` with one of these values accepts."""
    read = _moment if dates else _number
    found = [read(value) for value in values]
    points = [each for each in found if each is not None]
    if len(points) != len(found) or not points:
        return Unreadable(f"{comparison} {sorted(map(str, values))}")
    lowest, highest = min(points), max(points)
    match comparison:
        case "LessThan" | "LessThanEquals":
            return Numbers(((-ENDLESS, False, highest, comparison.endswith("Equals")),))
        case "GreaterThan" | "GreaterThanEquals":
            return Numbers(((lowest, comparison.endswith("Equals"), ENDLESS, False),))
        case "NotEquals":
            ends = [-ENDLESS, *sorted(set(points)), ENDLESS]
            return Numbers(tuple((one, False, other, False) for one, other in pairwise(ends)))
    return Numbers(tuple((each, True, each, True) for each in sorted(set(points))))


def addresses(values: Iterable[str], *, negated: bool) -> Region:
    """The addresses in one of these networks or, if negated, in none."""
    try:
        networks = [ip_network(value, strict=False) for value in values]
    except ValueError:
        return Unreadable(f"{'outside ' if negated else ''}{sorted(values)}")
    merged: set[Network] = set(collapse_addresses(each for each in networks if isinstance(each, IPv4Network)))
    merged |= set(collapse_addresses(each for each in networks if isinstance(each, IPv6Network)))
    return Addresses(frozenset(merged), negated)


def _lower(names: Names) -> Names:
    return Names(frozenset(each.lower() for each in names.patterns), names.negated)


def _has_letters(names: Names) -> bool:
    return any(each.lower() != each.upper() for each in names.patterns)


def _inside(span: Span, outer: Span) -> bool:
    low = outer[0] < span[0] or (outer[0] == span[0] and (outer[1] or not span[1]))
    high = span[2] < outer[2] or (outer[2] == span[2] and (outer[3] or not span[3]))
    return low and high


def _subnet(one: Network, other: Network) -> bool:
    if isinstance(one, IPv4Network):
        return isinstance(other, IPv4Network) and one.subnet_of(other)
    return isinstance(other, IPv6Network) and one.subnet_of(other)


def _number(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


def _moment(value: str) -> float | None:
    if (number := _number(value)) is not None:
        return number / 1000 if number > 1e11 else number  # AWS takes milliseconds, too
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
