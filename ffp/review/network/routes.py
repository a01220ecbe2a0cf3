"""Where the traffic of each subnet can go: the routes of its table, or of its VPC's main one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ffp.review.network.areas import ANY_PORT, EVERY_V4, Area, Span, addresses, without
from ffp.review.network.firewalls import Firewalls
from ffp.review.network.names import Names, default_of
from ffp.review.side import Side, blocks_in
from ffp.stacks import SynthesisedBlock

INTERNET, NAT = "the internet", "the internet through NAT"
_DESTINATIONS = ("destination_cidr_block", "cidr_block", "destination_ipv6_cidr_block", "ipv6_cidr_block")
# Targets that lead to a network that is not ours.
_PEERS = {
    "transit_gateway_id": "a transit gateway",
    "vpc_peering_connection_id": "a peering connection",
    "core_network_arn": "a core network",
    "local_gateway_id": "a local gateway",
    "vpc_endpoint_id": "an endpoint",
}
_BOXES = ("network_interface_id", "instance_id")
_TARGETS = (*_PEERS, *_BOXES, "nat_gateway_id", "egress_only_gateway_id", "carrier_gateway_id", "gateway_id")


@dataclass(frozen=True)
class Way:
    """One way out of a subnet: its kind, its gateway, and where it leads (addresses, or a list that we cannot read)."""

    kind: str  # INTERNET, NAT, or a peer in words
    gateway: str
    origin: str  # the address of the block with the route
    addresses: Span | None
    other: str = ""

    @property
    def is_peer(self) -> bool:
        return self.kind not in (INTERNET, NAT)

    def is_in(self, others: list["Way"]) -> bool:
        """Whether others already lead there: a gateway with public addresses leads wherever NAT does."""
        same = [each for each in others if self._is_no_wider_than(each)]
        if self.addresses is None:
            everywhere = any(each.addresses == EVERY_V4 for each in same)
            return everywhere or any(each.other == self.other for each in same)
        known = [Area(each.addresses, ANY_PORT) for each in same if each.addresses]
        return not without([Area(self.addresses, ANY_PORT)], known)

    def _is_no_wider_than(self, other: "Way") -> bool:
        if self.is_peer or other.is_peer:
            return (self.kind, self.gateway) == (other.kind, other.gateway)
        return self.kind == other.kind or other.kind == INTERNET


@dataclass(frozen=True)
class Routes:
    """The ways out of every subnet of one side."""

    firewalls: Firewalls

    @property
    def names(self) -> Names:
        return self.firewalls.names

    @property
    def side(self) -> Side:
        return self.names.side

    @cached_property
    def of_subnet(self) -> Mapping[str, list[Way]]:
        """The ways out of each subnet."""
        return {
            name: self.of_table.get(self.table(name), [])
            for subnet in self.side.of_type("aws_subnet", "aws_default_subnet")
            for name in [self.side.address(subnet)]
        }

    @cached_property
    def of_table(self) -> Mapping[str, list[Way]]:
        """The ways out by route table."""
        found: dict[str, list[Way]] = {}
        for block in self.side.of_type("aws_route_table", "aws_default_route_table"):
            own = found.setdefault(self._name(block), [])
            for route in blocks_in(block.attributes.get("route")):
                own += self._ways(route, block)
            for gateway in self.names.of(block.attributes.get("propagating_vgws")):
                own.append(Way("a VPN gateway", gateway, self.side.address(block), EVERY_V4))
        for block in self.side.of_type("aws_route"):
            for name in self._tables(block):
                found.setdefault(name, []).extend(self._ways(block.attributes, block))
        for block in self.side.of_type("aws_vpn_gateway_route_propagation"):
            gateway = self.names.first(block.attributes.get("vpn_gateway_id"))
            for name in self._tables(block):
                way = Way("a VPN gateway", gateway, self.side.address(block), EVERY_V4)
                found.setdefault(name, []).append(way)
        return found

    def _name(self, block: SynthesisedBlock) -> str:
        if block.type == "aws_default_route_table":
            return self.names.first(block.attributes.get("default_route_table_id"))
        return self.side.address(block)

    def _tables(self, block: SynthesisedBlock) -> list[str]:
        names = self.names.of(block.attributes.get("route_table_id"))
        blocks = [self.names.blocks.get(name) for name in names]
        return [self._name(block) if block else name for name, block in zip(names, blocks, strict=True)]

    def table(self, subnet: str) -> str:
        """The name of a subnet's route table: the one associated with it, or its VPC's main one."""
        block = self.names.blocks.get(subnet)
        vpc = self.names.first(block.attributes.get("vpc_id")) if block else ""
        return self._associated.get(subnet) or self._main(vpc)

    @cached_property
    def _associated(self) -> Mapping[str, str]:
        return {
            subnet: table
            for block in self.side.of_type("aws_route_table_association")
            for subnet in self.names.of(block.attributes.get("subnet_id"))
            for table in self._tables(block)
        }

    def _main(self, vpc: str) -> str:
        for block in self.side.of_type("aws_main_route_table_association"):
            if self.names.first(block.attributes.get("vpc_id")) == vpc:
                return next(iter(self._tables(block)), "")
        return default_of("main_route_table_id", vpc)

    def _ways(self, route: Mapping[str, Any], block: SynthesisedBlock) -> Iterator[Way]:
        attribute = next((each for each in _TARGETS if route.get(each)), "")
        gateway = self.names.first(route.get(attribute))
        kind = self._kind(attribute, gateway)
        if not kind:
            return
        origin = self.side.address(block)
        for key in _DESTINATIONS:
            if route.get(key):
                text = str(self.side.resolved(route[key]))
                span = addresses(text)
                yield Way(kind, gateway, origin, span, "" if span else text)
        for name in self.names.of(route.get("destination_prefix_list_id")):
            spans = list(self.firewalls.addresses_of_list(name))
            yield from (Way(kind, gateway, origin, span) for span in spans)
            if not spans:
                yield Way(kind, gateway, origin, None, name)

    def _kind(self, attribute: str, gateway: str) -> str:
        """The kind of a route's target; empty for the VPC's own addresses."""
        block = self.names.blocks.get(gateway)
        type_ = block.type if block else ""
        if attribute == "gateway_id":
            if "vpn_gateway" in type_ or gateway.startswith("vgw-"):
                return "a VPN gateway"
            return "" if gateway == "local" or "endpoint" in type_ or gateway.startswith("vpce-") else INTERNET
        if attribute == "nat_gateway_id":
            private = block is not None and block.attributes.get("connectivity_type") == "private"
            return "a private NAT gateway" if private else NAT
        if attribute == "egress_only_gateway_id":
            return NAT
        if attribute == "carrier_gateway_id":
            return INTERNET
        if attribute in _BOXES:
            return NAT if type_ in ("aws_instance", "aws_network_interface") else "an interface that is not ours"
        return _PEERS.get(attribute, "")
