"""Network access lists: what each subnet's list lets in and out, in the order of its rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ffp.review.facts.fact import truth
from ffp.review.network.areas import (
    ANY_PORT,
    EVERY_V4,
    EVERY_V6,
    Area,
    Span,
    addresses,
    common,
    port_span,
    ports_to,
    without,
)
from ffp.review.network.firewalls import IN, OUT
from ffp.review.network.names import Names, default_of
from ffp.review.side import Side, blocks_in
from ffp.stacks import SynthesisedBlock

EVERYTHING = (Area(EVERY_V4, ANY_PORT), Area(EVERY_V6, ANY_PORT))
_KEYS = ("cidr_block", "ipv6_cidr_block")


@dataclass(frozen=True)
class _Entry:
    number: int
    allows: bool
    area: Area


@dataclass(frozen=True)
class Lists:
    """The access lists of one side."""

    names: Names

    @property
    def side(self) -> Side:
        return self.names.side

    def allowed(self, subnet: str, direction: str) -> tuple[Area, ...]:
        """What the subnet's list allows in one direction; everything where nobody manages a list."""
        if (subnet, direction) not in self._allowed:
            return EVERYTHING
        return self._allowed[subnet, direction]

    def passes(self, source: frozenset[str], target: frozenset[str], spans: Mapping[str, Span]) -> tuple[Span, ...]:
        """The ports on which some subnet of the source may open a connection to some subnet of the target."""
        if not source or not target or not self._allowed:
            return (ANY_PORT,)
        found: list[Span] = []
        for one in source:
            for other in target:
                if one == other or one not in spans or other not in spans:
                    return (ANY_PORT,)  # a list stands at the border of a subnet
                found += common(
                    ports_to(self.allowed(one, OUT), spans[other]), ports_to(self.allowed(other, IN), spans[one])
                )
        return tuple(found)

    def list_of(self, subnet: str) -> str:
        """The address of the block with the subnet's list; empty where nobody manages one."""
        return self._lists.get(subnet, "")

    @cached_property
    def _allowed(self) -> Mapping[tuple[str, str], tuple[Area, ...]]:
        by_list: dict[tuple[str, str], tuple[Area, ...]] = {}
        found: dict[tuple[str, str], tuple[Area, ...]] = {}
        for subnet, name in self._lists.items():
            for direction in (IN, OUT):
                if (name, direction) not in by_list:
                    by_list[name, direction] = self._of_list(name, direction)
                found[subnet, direction] = by_list[name, direction]
        return found

    @cached_property
    def _lists(self) -> Mapping[str, str]:
        """The block of each subnet's list."""
        found: dict[str, str] = {}
        for block in self.side.of_type("aws_default_network_acl"):  # all subnets of its VPC that no other list names
            own = self.names.first(block.attributes.get("default_network_acl_id"))
            for subnet in self.side.of_type("aws_subnet"):
                vpc = self.names.first(subnet.attributes.get("vpc_id"))
                if own == default_of("default_network_acl_id", vpc):
                    found[self.side.address(subnet)] = self.side.address(block)
        for block in self.side.of_type("aws_network_acl", "aws_default_network_acl"):
            for name in self.names.of(block.attributes.get("subnet_ids")):
                found[name] = self.side.address(block)
        for block in self.side.of_type("aws_network_acl_association"):
            for name in self.names.of(block.attributes.get("subnet_id")):
                found[name] = self.names.first(block.attributes.get("network_acl_id"))
        return found

    def _of_list(self, name: str, direction: str) -> tuple[Area, ...]:
        block = self.names.blocks.get(name)
        entries = [] if block is None else self._inline(block, "ingress" if direction == IN else "egress")
        for rule in self.side.of_type("aws_network_acl_rule"):
            is_out = truth(self.side.get(rule, "egress")) is True
            if is_out == (direction == OUT) and name in self._owners(rule):
                entries += self._entries(rule.attributes, "rule_number", "rule_action")
        allowed: list[Area] = []
        for entry in sorted(entries, key=lambda each: -each.number):  # the lowest number wins, so it comes last
            allowed = without(allowed, [entry.area])
            if entry.allows:
                allowed.append(entry.area)
        return tuple(allowed)

    def _owners(self, rule: SynthesisedBlock) -> list[str]:
        names = self.names.of(rule.attributes.get("network_acl_id"))
        managed = {
            self.names.first(block.attributes.get("default_network_acl_id")): self.side.address(block)
            for block in self.side.of_type("aws_default_network_acl")
        }
        return [managed.get(name, name) for name in names]

    def _inline(self, block: SynthesisedBlock, key: str) -> list[_Entry]:
        return [
            entry for each in blocks_in(block.attributes.get(key)) for entry in self._entries(each, "rule_no", "action")
        ]

    def _entries(self, given: Mapping[str, Any], number: str, action: str) -> list[_Entry]:
        values: dict[str, Any] = {key: self.side.resolved(value) for key, value in given.items()}
        ports = port_span(values.get("protocol", "-1"), values.get("from_port"), values.get("to_port"))
        try:
            place = int(values.get(number) or 0)
        except (TypeError, ValueError):
            place = 0
        allows = str(values.get(action)).lower() == "allow"
        spans = [span for key in _KEYS if (span := addresses(str(values.get(key) or "")))]
        return [_Entry(place, allows, Area(span, ports)) for span in spans]
