"""Security groups: what each one lets in and out, whichever of the provider's three ways of writing it is used."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ffp.review.facts.fact import truth
from ffp.review.network.areas import ANY_PORT, EVERY_V4, EVERY_V6, Area, Span, addresses, port_span
from ffp.review.network.names import Names, default_of
from ffp.review.network.stores import port_of
from ffp.review.side import Side, blocks_in, values_in
from ffp.stacks import SynthesisedBlock

IN, OUT = "in", "out"
_PORT_OF = re.compile(r"\$\{((?:data\.)?[\w-]+\.[\w-]+)\.port\}")
_OF_AWS = ("data.aws_prefix_list", "data.aws_ec2_managed_prefix_list", "aws_vpc_endpoint", "data.aws_vpc_endpoint")


@dataclass(frozen=True)
class Rule:
    """One thing that a security group allows: some addresses, the holders of a group, or a peer that is not known."""

    direction: str
    ports: Span
    origin: str = field(compare=False)  # the address of the block that has the rule
    addresses: Span | None = None
    group: str = ""
    other: str = ""
    subnet: str = ""  # the subnet whose addresses these are, where the rule says so

    @property
    def area(self) -> Area | None:
        return Area(self.addresses, self.ports) if self.addresses else None

    @property
    def is_of_aws(self) -> bool:
        """Whether the peer is one of AWS's own services, by the list of its addresses."""
        return self.other.startswith(_OF_AWS)


@dataclass(frozen=True)
class Firewalls:
    """The security groups of one side, by name, with their rules."""

    names: Names

    @property
    def side(self) -> Side:
        return self.names.side

    def group(self, block: SynthesisedBlock) -> str:
        """The name of a group's block."""
        if block.type == "aws_default_security_group":
            return default_of("default_security_group_id", self._vpc(block))
        return self.side.address(block)

    def groups(self, value: Any) -> list[str]:
        """The names of the groups in a value."""
        return [
            self.group(block) if (block := self.names.blocks.get(name)) and "security_group" in block.type else name
            for name in self.names.of(value)
        ]

    @cached_property
    def rules(self) -> Mapping[str, tuple[Rule, ...]]:
        """The rules of every group, the VPCs' default ones included."""
        found: dict[str, list[Rule]] = {}
        managed = {self.group(block) for block in self.side.of_type("aws_default_security_group")}
        for vpc in self.side.of_type("aws_vpc"):
            name = default_of("default_security_group_id", self.side.address(vpc))
            found[name] = [] if name in managed else _as_made_by_aws(name, self.side.address(vpc))
        for block in self.side.of_type("aws_security_group", "aws_default_security_group"):
            own = found.setdefault(self.group(block), [])
            for direction, key in ((IN, "ingress"), (OUT, "egress")):
                for each in blocks_in(block.attributes.get(key)):
                    own += self._rules(direction, each, block, self.group(block))
        for block in self.side.of_type("aws_security_group_rule"):
            direction = IN if self.side.get(block, "type") == "ingress" else OUT
            for name in self.groups(block.attributes.get("security_group_id")):
                found.setdefault(name, []).extend(self._rules(direction, block.attributes, block, name))
        for type_, direction in (
            ("aws_vpc_security_group_ingress_rule", IN),
            ("aws_vpc_security_group_egress_rule", OUT),
        ):
            for block in self.side.of_type(type_):
                for name in self.groups(block.attributes.get("security_group_id")):
                    found.setdefault(name, []).extend(self._rules(direction, block.attributes, block, name))
        return {name: tuple(dict.fromkeys(each)) for name, each in found.items()}

    def _rules(
        self, direction: str, given: Mapping[str, Any], block: SynthesisedBlock, own_group: str
    ) -> Iterator[Rule]:
        protocol = self.side.resolved(given.get("ip_protocol", given.get("protocol", "-1")))
        ports = port_span(protocol, self._port(given.get("from_port")), self._port(given.get("to_port")))
        origin = self.side.address(block)
        for key in ("cidr_ipv4", "cidr_ipv6", "cidr_blocks", "ipv6_cidr_blocks"):
            for written, resolved in self._flat(given.get(key)):
                yield self._by_address(direction, ports, origin, written, resolved)
        for key in ("prefix_list_id", "prefix_list_ids"):
            for name in self.names.of(given.get(key)):
                yield from self._by_list(direction, ports, origin, name)
        for key in ("referenced_security_group_id", "source_security_group_id", "security_groups"):
            for name in self.groups(given.get(key)):
                yield Rule(direction, ports, origin, group=name)
        if truth(given.get("self")):
            yield Rule(direction, ports, origin, group=own_group)

    def _flat(self, value: Any) -> Iterator[tuple[Any, Any]]:
        """Each element of a value as it is written, and resolved."""
        for each in values_in(value):
            if isinstance(resolved := self.side.resolved(each), list):
                yield from ((inner, inner) for inner in resolved)
            else:
                yield (each, resolved)

    def _by_address(self, direction: str, ports: Span, origin: str, written: Any, resolved: Any) -> Rule:
        name = self.names.first(written) if isinstance(written, str) and "${" in written else ""
        subnet = name if self.names.type_of(name) in ("aws_subnet", "aws_default_subnet") else ""
        if span := addresses(str(resolved)):
            return Rule(direction, ports, origin, addresses=span, subnet=subnet)
        return Rule(direction, ports, origin, other=name or str(resolved), subnet=subnet)

    def _by_list(self, direction: str, ports: Span, origin: str, name: str) -> Iterator[Rule]:
        spans = list(self.addresses_of_list(name))
        yield from (Rule(direction, ports, origin, addresses=span) for span in spans)
        if not spans:
            yield Rule(direction, ports, origin, other=name)

    def addresses_of_list(self, name: str) -> Iterator[Span]:
        """The addresses of a prefix list that this stack defines."""
        block = self.names.blocks.get(name)
        if block is None or block.type != "aws_ec2_managed_prefix_list":
            return
        entries: list[Any] = [each.get("cidr") for each in blocks_in(block.attributes.get("entry"))]
        for entry in self.side.of_type("aws_ec2_managed_prefix_list_entry"):
            if name in self.names.of(entry.attributes.get("prefix_list_id")):
                entries.append(entry.attributes.get("cidr"))
        for each in entries:
            if span := addresses(str(self.side.resolved(each))):
                yield span

    def _port(self, value: Any) -> Any:
        resolved = self.side.resolved(value)
        if isinstance(resolved, str) and (whole := _PORT_OF.fullmatch(resolved)):
            block = self.names.blocks.get(whole[1])
            return port_of(self.side, block) if block else resolved
        return resolved

    def _vpc(self, block: SynthesisedBlock) -> str:
        given = self.names.first(block.attributes.get("vpc_id"))
        vpcs = self.side.of_type("aws_vpc")
        return given or (self.side.address(vpcs[0]) if len(vpcs) == 1 else "")


def _as_made_by_aws(name: str, vpc: str) -> list[Rule]:
    """The rules of a default group that nobody manages: its holders reach each other and everything else."""
    ways_out = [Rule(OUT, ANY_PORT, vpc, addresses=span) for span in (EVERY_V4, EVERY_V6)]
    return [Rule(IN, ANY_PORT, vpc, group=name), *ways_out]


def areas_of(rules: Iterable[Rule], direction: str) -> list[Area]:
    """The addresses and ports that some rules allow in one direction."""
    return [area for rule in rules if rule.direction == direction and (area := rule.area)]
