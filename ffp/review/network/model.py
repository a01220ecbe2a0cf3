"""The network of one side: who can open a connection to whom, on which ports, and by which way out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ffp.review.network import areas
from ffp.review.network.acls import Lists
from ffp.review.network.areas import EVERY_V4, EVERY_V6, Area, Span
from ffp.review.network.firewalls import IN, OUT, Firewalls, Rule, areas_of
from ffp.review.network.holders import Holder, Holders
from ffp.review.network.names import Names
from ffp.review.network.routes import INTERNET, Routes, Way
from ffp.review.side import Side, blocks_in, once_a_side

_MORE_ADDRESSES = ("aws_vpc_ipv4_cidr_block_association", "aws_vpc_ipv6_cidr_block_association")


@dataclass(frozen=True)
class Network:
    """Everything that a review asks of one side's network."""

    side: Side

    @cached_property
    def names(self) -> Names:
        return Names(self.side)

    @cached_property
    def firewalls(self) -> Firewalls:
        return Firewalls(self.names)

    @cached_property
    def holders(self) -> Holders:
        return Holders(self.firewalls)

    @cached_property
    def routes(self) -> Routes:
        return Routes(self.firewalls)

    @cached_property
    def lists(self) -> Lists:
        return Lists(self.names)

    @cached_property
    def own_addresses(self) -> tuple[Span, ...]:
        """The addresses of the VPCs."""
        blocks = self.side.of_type("aws_vpc", "aws_default_vpc", *_MORE_ADDRESSES, "aws_subnet")
        texts = [self.side.get(block, key) for block in blocks for key in ("cidr_block", "ipv6_cidr_block")]
        return areas.merged(span for text in texts if isinstance(text, str) and (span := areas.addresses(text)))

    @cached_property
    def subnets(self) -> Mapping[str, Span]:
        """The addresses of version 4 of each subnet."""
        found = {}
        for block in self.side.of_type("aws_subnet"):
            if span := areas.addresses(str(self.side.get(block, "cidr_block"))):
                found[self.side.address(block)] = span
        return found

    def addresses_of(self, holder: Holder) -> list[Span]:
        """The addresses that a holder may have: its subnets', or its VPC's where they are unknown."""
        known = [self.subnets[each] for each in holder.subnets if each in self.subnets]
        return known if len(known) == len(holder.subnets) and known else list(self.own_addresses)

    def rules(self, holder: Holder, direction: str) -> list[Rule]:
        """What a holder's groups allow in one direction."""
        return [rule for rule in self._rules(holder) if rule.direction == direction]

    def _rules(self, holder: Holder) -> tuple[Rule, ...]:
        if holder.name not in self._cache:
            self._cache[holder.name] = self.holders.rules(holder)
        return self._cache[holder.name]

    @cached_property
    def _cache(self) -> dict[str, tuple[Rule, ...]]:
        return {}

    def allowed(self, holder: Holder, direction: str, peer: Holder) -> tuple[Span, ...]:
        """The ports on which a holder's own groups allow connections from, or to, a peer."""
        rules = self.rules(holder, direction)
        by_group = [rule.ports for rule in rules if rule.group in peer.groups]
        spans = self.addresses_of(peer)
        by_address = (areas.ports_to(areas_of(rules, direction), span) for span in spans)
        return areas.merged([*by_group, *(ports for each in by_address for ports in each)])

    def connections(self) -> Iterator[tuple[Holder, Holder, tuple[Span, ...]]]:
        """Yields source, target and ports of each connection that both sides' groups and the access lists allow."""
        found: dict[tuple[object, ...], tuple[Span, ...]] = {}
        everybody = [each for each in self.holders.all.values() if not each.is_group]
        targets = [each for each in everybody if each.type != "aws_lambda_function" and self.rules(each, IN)]
        for source in everybody:
            for target in targets:
                if source is target:
                    continue
                key = (source.groups, source.subnets, target.groups, target.subnets, source.own_rules, target.own_rules)
                if key not in found:
                    found[key] = self._ports(source, target)
                if found[key]:
                    yield source, target, found[key]

    def _ports(self, source: Holder, target: Holder) -> tuple[Span, ...]:
        both = areas.common(self.allowed(source, OUT, target), self.allowed(target, IN, source))
        return areas.common(both, self.lists.passes(source.subnets, target.subnets, self.subnets)) if both else ()

    def ways(self, subnets: Iterable[str]) -> list[Way]:
        """The ways out of some subnets."""
        return [way for each in sorted(subnets) for way in self.routes.of_subnet.get(each, ())]

    def ways_out(self, holder: Holder) -> Iterator[tuple[Way, tuple[Span, ...]]]:
        """Yields each way by which a holder can open connections to the outside, with the ports."""
        beyond = self.beyond(areas_of(self.rules(holder, OUT), OUT))
        lists = [rule.ports for rule in self.rules(holder, OUT) if rule.other and not rule.is_of_aws]
        for way in dict.fromkeys(self.ways(holder.subnets)):
            if way.kind == INTERNET and not holder.public:
                continue
            ports = areas.merged([*areas.ports_to(beyond, way.addresses or EVERY_V4), *lists])
            gateway = self.holders.all.get(way.gateway)
            if gateway is not None:
                inwards = self.allowed(gateway, IN, holder)
                outwards = areas.merged(
                    area.ports for area in self.beyond(areas_of(self.rules(gateway, OUT), OUT)) if gateway.groups
                )
                ports = areas.common(areas.common(ports, inwards), outwards)
            if ports := areas.common(ports, self._through_lists(holder, OUT)):
                yield way, ports

    def let_in(self, holder: Holder) -> list[Area]:
        """The addresses outside the VPC that can open a connection to a holder, as its groups and routes allow."""
        beyond = self.beyond(areas_of(self.rules(holder, IN), IN))
        if not beyond:
            return []
        ports = self._through_lists(holder, IN)
        reached: list[Area] = []
        for way in self.ways(holder.subnets):
            if (way.kind == INTERNET and holder.public) or way.is_peer:
                spans = [way.addresses] if way.addresses else [EVERY_V4, EVERY_V6]
                reached += areas.within(beyond, spans)
        found = (Area(area.addresses, span) for area in reached for span in areas.common([area.ports], ports))
        return list(dict.fromkeys(found))

    def words(self, holder: Holder, direction: str, some: Iterable[Area]) -> str:
        """Addresses as the rules that allow them write them."""
        kept = list(some)
        return areas.words_for_addresses(
            rule.addresses
            for rule in self.rules(holder, direction)
            if rule.addresses and any(areas.overlap(rule.addresses, each.addresses) for each in kept)
        )

    def _through_lists(self, holder: Holder, direction: str) -> tuple[Span, ...]:
        """The ports on which the access lists of a holder's subnets let something outside pass."""
        if not holder.subnets:
            return (areas.ANY_PORT,)
        allowed = (self.lists.allowed(subnet, direction) for subnet in holder.subnets)
        return areas.merged(area.ports for each in allowed for area in self.beyond(each))

    def beyond(self, some: Iterable[Area]) -> list[Area]:
        """The part of some areas that is outside the VPCs."""
        return areas.outside(some, self.own_addresses)

    def is_used(self) -> bool:
        """Whether the stack has anything that this model is about."""
        return any(
            each.type.startswith(("aws_vpc", "aws_security_group", "aws_subnet", "aws_route", "aws_network"))
            for each in self.side.stack.resources
        ) or any(blocks_in(each.attributes.get("vpc_config")) for each in self.side.stack.resources)


network_of = once_a_side(Network)


def internet(some: Iterable[Area]) -> bool:
    """Whether some areas contain every address of one version."""
    kept = list(some)
    return any(areas.ports_to_all(kept, span) for span in (EVERY_V4, EVERY_V6))
