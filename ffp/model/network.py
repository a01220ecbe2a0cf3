"""The network of a stack: its tiers, and the connections that its routes and security groups allow."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ffp.model.parts import Tier
from ffp.model.references import References
from ffp.stacks import SynthesisedBlock, SynthesisedStack

ANYWHERE = "0.0.0.0/0"
_ANY_PORT = "any port"
_GATEWAYS = {"aws_nat_gateway": "NAT gateway", "aws_network_interface": "NAT instance"}
_SUBNETS = ("vpc_config.subnet_ids", "vpc_subnet_ids", "subnet_ids", "subnet_id", "db_subnet_group_name")
_SECURITY_GROUPS = ("vpc_config.security_group_ids", "vpc_security_group_ids", "security_group_ids", "security_groups")


def _value_at(attributes: Any, path: str) -> Any:
    for key in path.split("."):
        attributes = attributes.get(key) if isinstance(attributes, dict) else None
    return attributes


@dataclass(frozen=True)
class Network:
    """The network of one stack."""

    stack: SynthesisedStack
    references: References

    @cached_property
    def tiers(self) -> tuple[Tier, ...]:
        """The tiers, by their subnets' tag `tier`, in the order of the file."""
        subnets: dict[str, list[SynthesisedBlock]] = {}
        for subnet in self.stack.of_type("aws_subnet"):
            subnets.setdefault(self._tier(subnet), []).append(subnet)
        return tuple(
            Tier(
                name,
                zones=len({subnet.attributes.get("availability_zone") for subnet in each}),
                has_way_out=any(self._default_targets(subnet) for subnet in each),
            )
            for name, each in subnets.items()
        )

    def tier_of(self, block: SynthesisedBlock) -> str | None:
        """The tier of a block's subnets; None if it has no subnets."""
        return next((self._tier(subnet) for subnet in self._subnets(block)), None)

    def contains(self, block: SynthesisedBlock) -> bool:
        """Whether a block is in the VPC, with or without a tier."""
        return (
            bool(self._subnets(block)) or self.references.first(block.attributes.get("vpc_id"), "aws_vpc") is not None
        )

    def way_out(self, block: SynthesisedBlock) -> str | None:
        """The name of a gateway in plain words, if the block is the target of a default route; otherwise None."""
        kind = _GATEWAYS.get(block.type)
        return kind if kind and any(block in self._target(route) for route in self._default_routes()) else None

    def paths(self) -> Iterator[tuple[SynthesisedBlock, SynthesisedBlock, str]]:
        """Yields source, target and port of each possible connection, which both security groups must allow."""
        ways_out = [(rule, self._groups_of(rule)) for rule in self.stack.of_type("aws_vpc_security_group_egress_rule")]
        ways_in = [(rule, self._groups_of(rule)) for rule in self.stack.of_type("aws_vpc_security_group_ingress_rule")]
        pairs = [
            (own_out, own_in, port)
            for out, (own_out, other_out) in ways_out
            for in_, (own_in, other_in) in ways_in
            if own_out and own_in and (other_out, other_in) == (own_in, own_out) and (port := _common_port(out, in_))
        ]
        for source, target, port in pairs:
            for user, group in self._holders:
                yield from (
                    (user, used, port) for used, used_group in self._holders if group == source and used_group == target
                )

    def ways_out(self) -> Iterator[tuple[SynthesisedBlock, SynthesisedBlock, str]]:
        """Yields user, gateway and port of each way out of the VPC: an egress rule and a route must allow it.

        If the gateway has security groups, one of their rules must admit the user.
        """
        for rule in self.stack.of_type("aws_vpc_security_group_egress_rule"):
            own, _ = self._groups_of(rule)
            anywhere = rule.attributes.get("cidr_ipv4") == ANYWHERE
            prefix_list_owners = self.references.of(rule.attributes.get("prefix_list_id"))
            for block, group in self._holders:
                if group == own:
                    targets = [each for subnet in self._subnets(block) for each in self._targets(subnet)]
                    reached = {each.address: each for each in targets if anywhere or each in prefix_list_owners}
                    yield from (
                        (block, target, _port(rule)) for target in reached.values() if self._admits(target, block, rule)
                    )

    @cached_property
    def _holders(self) -> list[tuple[SynthesisedBlock, SynthesisedBlock]]:
        """Every resource with each of its security groups."""
        return [(block, group) for block in self.stack.resources for group in self._security_groups(block)]

    def _admits(self, gateway: SynthesisedBlock, user: SynthesisedBlock, out: SynthesisedBlock) -> bool:
        groups = self._security_groups(gateway)
        users = [*self._subnets(user), *self._security_groups(user)]
        return not groups or any(
            self._groups_of(rule)[0] in groups and _common_port(out, rule) and self._applies_to(rule, users)
            for rule in self.stack.of_type("aws_vpc_security_group_ingress_rule")
        )

    def _applies_to(self, rule: SynthesisedBlock, users: list[SynthesisedBlock]) -> bool:
        """Whether a rule applies to one of these subnets or groups, or to everybody."""
        peers = [rule.attributes.get("cidr_ipv4"), rule.attributes.get("referenced_security_group_id")]
        return peers[0] == ANYWHERE or any(block in users for block in self.references.of(peers))

    def _groups_of(self, rule: SynthesisedBlock) -> tuple[SynthesisedBlock | None, SynthesisedBlock | None]:
        """The security group that has the rule, and the one that the rule refers to."""
        first, attribute = self.references.first, rule.attributes.get
        kind = "aws_security_group"
        return first(attribute("security_group_id"), kind), first(attribute("referenced_security_group_id"), kind)

    def _security_groups(self, block: SynthesisedBlock) -> list[SynthesisedBlock]:
        values = [_value_at(block.attributes, path) for path in _SECURITY_GROUPS]
        return [each for each in self.references.of(values) if each.type == "aws_security_group"]

    def _subnets(self, block: SynthesisedBlock) -> list[SynthesisedBlock]:
        named = self.references.of([_value_at(block.attributes, path) for path in _SUBNETS])
        groups = [subnet for each in named if each.type == "aws_db_subnet_group" for subnet in self._subnets(each)]
        return [each for each in named if each.type == "aws_subnet"] + groups

    def _tier(self, subnet: SynthesisedBlock) -> str:
        return str(_value_at(subnet.attributes, "tags.tier") or "untagged")

    def _default_routes(self) -> list[SynthesisedBlock]:
        routes = self.stack.of_type("aws_route")
        return [route for route in routes if route.attributes.get("destination_cidr_block") == ANYWHERE]

    def _target(self, route: SynthesisedBlock) -> list[SynthesisedBlock]:
        attributes = ("network_interface_id", "nat_gateway_id", "gateway_id")
        return self.references.of([route.attributes.get(way) for way in attributes])

    def _targets(self, subnet: SynthesisedBlock) -> list[SynthesisedBlock]:
        """The targets of a subnet's default routes, and the gateway endpoints of its route tables."""
        tables = self._route_tables(subnet)
        endpoints = [
            endpoint
            for endpoint in self.stack.of_type("aws_vpc_endpoint")
            if any(table in tables for table in self.references.of(endpoint.attributes.get("route_table_ids")))
        ]
        return self._default_targets(subnet) + endpoints

    def _default_targets(self, subnet: SynthesisedBlock) -> list[SynthesisedBlock]:
        tables = self._route_tables(subnet)
        return [
            target
            for route in self._default_routes()
            if any(table in tables for table in self.references.of(route.attributes.get("route_table_id")))
            for target in self._target(route)
        ]

    def _route_tables(self, subnet: SynthesisedBlock) -> list[SynthesisedBlock]:
        associations = self.references.having("aws_route_table_association", "subnet_id", subnet)
        return self.references.of([each.attributes.get("route_table_id") for each in associations])


def _port(rule: SynthesisedBlock) -> str:
    first, last = rule.attributes.get("from_port"), rule.attributes.get("to_port")
    if first is None:
        return _ANY_PORT
    return f"port {first}" if first == last else f"ports {first} to {last}"


def _common_port(out: SynthesisedBlock, in_: SynthesisedBlock) -> str | None:
    """The ports that both rules allow; None if they are for different ports."""
    ports = {_port(out), _port(in_)}
    narrow = ports - {_ANY_PORT} or ports
    return narrow.pop() if len(narrow) == 1 else None
