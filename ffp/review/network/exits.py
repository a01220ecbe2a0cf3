"""What routes, public addresses and connections to other networks newly make possible."""

from collections.abc import Iterator

from ffp.review.concern import Concern, Grade, Topic
from ffp.review.network import areas
from ffp.review.network.firewalls import IN
from ffp.review.network.model import Network
from ffp.review.network.openings import Openings
from ffp.review.network.routes import INTERNET, NAT, Way
from ffp.review.network.stores import is_store

_WHY = {
    INTERNET: "What has a public address there can be reached from the internet, and can reach it without NAT.",
    NAT: "Programs there can send data out.",
}
_WHY_PEER = "Another network takes part: its owner sees this traffic, and can send traffic back."


def routes(before: Network, after: Network) -> Iterator[Concern]:
    """A concern for each way out that a subnet did not have before."""
    old_ways = before.routes.of_subnet
    known = {(way.origin, way) for ways in before.routes.of_table.values() for way in ways}
    anywhere = [way for ways in old_ways.values() for way in ways]
    gained: dict[tuple[str, str, str], list[str]] = {}
    for subnet, ways in after.routes.of_subnet.items():
        for way in ways:
            is_usual = way.is_in(old_ways[subnet]) if subnet in old_ways else _is_usual(way, anywhere, bool(old_ways))
            if not is_usual:
                cause = subnet if (way.origin, way) in known else way.origin
                gained.setdefault((cause, way.kind, way.gateway), []).append(subnet)
    for (cause, kind, gateway), subnets in gained.items():
        yield Concern(
            Grade.RED,
            Topic.EXPOSURE,
            cause,
            f"{listed(subnets)} {'gets' if len(set(subnets)) == 1 else 'get'} a route to {kind}",
            _kinds([way for subnet in subnets for way in old_ways.get(subnet, ())]),
            f"{kind}, by {gateway}" if gateway else kind,
            _WHY.get(kind, _WHY_PEER),
        )


def _is_usual(way: Way, anywhere: list[Way], has_network: bool) -> bool:
    """Whether a new subnet may have a way: others have it, or the whole network is new."""
    return way.is_in(anywhere) or (not has_network and not way.is_peer)


def _kinds(ways: list[Way]) -> str:
    return ", ".join(sorted({way.kind for way in ways})) or "no way out"


def moved(before: Network, after: Network) -> Iterator[Concern]:
    """A concern for each holder that moved to subnets with a way out that it did not have; functions are not judged."""
    stores_had = any(
        way.kind == INTERNET
        for holder in before.holders.all.values()
        if is_store(holder.type)
        for way in before.ways(holder.subnets)
    )
    for holder in after.holders.all.values():
        if holder.is_group or holder.type == "aws_lambda_function":
            continue
        old = before.holders.all.get(holder.name)
        if old is None:
            public = [way for way in after.ways(holder.subnets) if way.kind == INTERNET]
            if is_store(holder.type) and public and not stores_had and before.routes.of_subnet:
                yield _moved(holder.name, "is made in a subnet with a route to", public[0], "")
            continue
        had = before.ways(old.subnets)
        for way in after.ways(holder.subnets - old.subnets):
            if not way.is_in(had):
                yield _moved(holder.name, "moves to a subnet with a route to", way, _kinds(had))
                break


def _moved(name: str, says: str, way: Way, before: str) -> Concern:
    title = f"{name} {says} {way.kind}"
    return Concern(Grade.RED, Topic.EXPOSURE, name, title, before, way.kind, _WHY.get(way.kind, _WHY_PEER))


def reached(before: Network, after: Network, openings: Openings, open_already: set[str]) -> Iterator[Concern]:
    """A concern for each holder that addresses outside reach although its groups allow no more than before."""
    for holder in after.holders.all.values():
        old = openings.earlier(holder)
        if holder.name in open_already:
            continue
        baseline = areas.with_both_versions(before.let_in(old)) if old else []
        if grown := areas.without(after.let_in(holder), baseline):
            yield Concern(
                Grade.RED,
                Topic.EXPOSURE,
                holder.name,
                f"{holder.name} can be reached from {after.words(holder, IN, grown)}",
                "no way in",
                areas.words_for_ports(each.ports for each in grown),
                "Its security groups allowed it already; a public address or a route now makes it possible.",
            )


def listed(names: list[str]) -> str:
    """Some names in words, at most three of them."""
    unique = list(dict.fromkeys(names))
    if len(unique) <= 3:
        return " and ".join([", ".join(unique[:-1]), unique[-1]] if len(unique) > 1 else unique)
    return f"{', '.join(unique[:3])} and {len(unique) - 3} more"
