"""What a change cuts off although its security groups still let it through: routes and access lists that are gone.

A security group says what is meant to be reached, so that a group that allows less is no outage but a narrower reach.
"""

from collections.abc import Iterator

from ffp.review.concern import Concern, Grade, Topic
from ffp.review.network import areas
from ffp.review.network.areas import EVERY_V4, EVERY_V6
from ffp.review.network.exits import listed
from ffp.review.network.firewalls import IN, OUT, areas_of
from ffp.review.network.holders import Holder
from ffp.review.network.model import Network
from ffp.review.network.routes import INTERNET, NAT, Way

_WHY = "Its security groups still let it through, so that something there counts on it: its calls fail."


def concerns(before: Network, after: Network) -> Iterator[Concern]:
    """A concern for each cause by which something no longer reaches the internet, or what it reached inside."""
    lost: dict[str, list[str]] = {}
    for holder in after.holders.all.values():
        old = before.holders.all.get(holder.name)
        # A public address is taken away on purpose, so that what it reached is no loss.
        is_withdrawn = old is not None and old.public and not holder.public
        if old is None or holder.is_group or is_withdrawn or not _wants_out(after, holder):
            continue
        closed = [each for each in sorted(holder.subnets) if not _leads_out(after, holder, each)]
        is_cut = not any(after.ways_out(holder)) and any(before.ways_out(old))
        if (closed or is_cut) and old.subnets and all(_leads_out(before, old, each) for each in old.subnets):
            lost.setdefault(_cause(before, after, old, holder, closed), []).append(holder.name)
    for cause, names in lost.items():
        yield _red(cause, f"{listed(names)} can no longer reach the internet", "a way out", "no way out")
    yield from _cut_inside(before, after)
    yield from _shut_subnets(before, after)


def _red(address: str, title: str, before: str = "", after: str = "") -> Concern:
    return Concern(Grade.RED, Topic.AVAILABILITY, address, title, before, after, _WHY)


def _wants_out(network: Network, holder: Holder) -> bool:
    """Whether the groups of a holder let it out of the network, or somebody outside in."""
    directions = (OUT, IN) if holder.public else (OUT,)
    return any(network.beyond(areas_of(network.rules(holder, each), each)) for each in directions)


def _leads_out(network: Network, holder: Holder, subnet: str) -> bool:
    """Whether a holder reaches the whole internet from a subnet; it may from one that the stack does not define."""
    ways = network.routes.of_subnet.get(subnet)
    return ways is None or any(_is_open(network, holder, way) for way in ways)


def _is_open(network: Network, holder: Holder, way: Way) -> bool:
    if way.addresses not in (EVERY_V4, EVERY_V6):
        return False
    if way.kind == INTERNET:
        return holder.public
    if way.kind != NAT:
        return True  # the other network may have a way of its own
    block = network.names.blocks.get(way.gateway)
    own = network.routes.of_subnet.get(network.names.first(block.attributes.get("subnet_id"))) if block else None
    return own is None or any(each.kind == INTERNET for each in own)


def _cause(before: Network, after: Network, old: Holder, holder: Holder, closed: list[str]) -> str:
    """The address of what was lost: the route that is gone, or the holder if it moved or something else cuts it off."""
    if old.subnets != holder.subnets or not closed:
        return holder.name
    kept = {way for ways in after.routes.of_subnet.values() for way in ways}
    gone = [way.origin for way in before.routes.of_subnet[closed[0]] if way not in kept]
    return next(iter(gone), closed[0])


def _cut_inside(before: Network, after: Network) -> Iterator[Concern]:
    """Connections that both sides' groups allow and that no access list lets pass any longer."""
    if not any(after.lists.list_of(subnet) for subnet in after.routes.of_subnet):
        return
    cut: dict[tuple[str, str], list[str]] = {}
    for source, target, ports in before.connections():
        new_source, new_target = (after.holders.all.get(each.name) for each in (source, target))
        if new_source is None or new_target is None:
            continue
        subnets = new_source.subnets, new_target.subnets
        allowed = areas.common(after.allowed(new_source, OUT, new_target), after.allowed(new_target, IN, new_source))
        wanted = areas.common(ports, allowed)
        if wanted and not areas.common(wanted, after.lists.passes(*subnets, after.subnets)):
            lists = map(after.lists.list_of, sorted(frozenset().union(*subnets)))
            cause = next(filter(None, lists), target.name)
            cut.setdefault((cause, target.name), []).append(source.name)
    for (cause, name), names in cut.items():
        yield _red(cause, f"{listed(names)} can no longer reach {name}", "allowed", "refused by an access list")


def _shut_subnets(before: Network, after: Network) -> Iterator[Concern]:
    """Subnets with something in them whose access list lets nothing at all pass in one direction any longer."""
    used = frozenset().union(*(each.subnets for each in after.holders.all.values() if not each.is_group))
    shut: dict[str, list[str]] = {}
    for subnet in sorted(used & before.routes.of_subnet.keys()):
        if any(before.lists.allowed(subnet, each) and not after.lists.allowed(subnet, each) for each in (IN, OUT)):
            shut.setdefault(after.lists.list_of(subnet) or subnet, []).append(subnet)
    for cause, names in shut.items():
        title = f"No traffic passes the border of {listed(names)}"
        yield _red(cause, title, "let through", "refused by an access list")
