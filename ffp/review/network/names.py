"""Finds the blocks that a network's attributes name: by reference, through a local value, by an id or by a name."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ffp.review.side import Side, values_in
from ffp.stacks import SynthesisedBlock

_REFERENCE = re.compile(r"\$\{((?:data\.)?[A-Za-z][\w-]*\.[A-Za-z_][\w-]*)[^}]*\}")
_SUBNET_GROUP = re.compile(r"aws_\w*subnet_group")
# Attributes of a VPC that name what AWS makes with it.
_OF_VPC = ("default_security_group_id", "default_route_table_id", "main_route_table_id", "default_network_acl_id")


@dataclass(frozen=True)
class Names:
    """The names of one side's blocks."""

    side: Side

    @cached_property
    def blocks(self) -> Mapping[str, SynthesisedBlock]:
        """Every block by the address by which both sides know it."""
        return {self.side.address(block): block for block in self.side.stack.blocks}

    @cached_property
    def _by_id(self) -> Mapping[str, str]:
        """Addresses by what a plan knows as a block's id, and those of subnet groups by their name."""
        found = {
            str(values["id"]): self.side.renamed.get(address, address)
            for address, values in self.side.known.items()
            if isinstance(values.get("id"), str)
        }
        for block in self.side.stack.resources:
            name = self.side.resolved(block.attributes.get("name"))
            if _SUBNET_GROUP.fullmatch(block.type) and isinstance(name, str) and "${" not in name:
                found.setdefault(name, self.side.address(block))
        return found

    def of(self, value: Any) -> list[str]:
        """The names in a value: addresses where they are known, else the texts themselves."""
        found: list[str] = []
        for each in values_in(value):
            if isinstance(each, list | tuple):
                found += self.of(each)
            elif isinstance(each, str) and each:
                found += self._of_text(each)
        return list(dict.fromkeys(found))

    def _of_text(self, text: str) -> Iterator[str]:
        if "${" in text:
            blocks = self.side.blocks_of(text)
            default = next((each for each in _OF_VPC if f".{each}" in text), None)
            if default:
                yield from (default_of(default, self.side.address(block)) for block in blocks)
            elif blocks:
                yield from (self.side.address(block) for block in blocks)
            else:
                yield from _REFERENCE.findall(text) or [text]
        else:
            yield self._by_id.get(text, text)

    def first(self, value: Any) -> str:
        """The first name in a value; empty if there is none."""
        return next(iter(self.of(value)), "")

    def type_of(self, name: str) -> str:
        """The type of the block with this name; empty if the stack does not have it."""
        block = self.blocks.get(name)
        return block.type if block else ""

    def subnets(self, block: SynthesisedBlock) -> frozenset[str]:
        """The subnets in which a block is, also through a group of subnets."""
        found: set[str] = set()
        for path, value in block.values:
            if "subnet" not in path and "vpc_zone_identifier" not in path:
                continue
            key = path.rsplit(".", 1)[-1].split("[")[0]
            if ("subnet" not in key and key != "vpc_zone_identifier") or not isinstance(value, str | list):
                continue
            for name in self.of(value):
                group = self.blocks.get(name)
                if group is not None and _SUBNET_GROUP.fullmatch(group.type):
                    found.update(self.of(group.attributes.get("subnet_ids")))
                elif "subnet" in name.split(".")[-2:][0] or name.startswith("subnet-"):
                    found.add(name)
        return frozenset(found)


def default_of(attribute: str, vpc: str) -> str:
    """The name of something that AWS makes with each VPC, such as its default security group."""
    what = attribute.removesuffix("_id").removeprefix("main_").removeprefix("default_").replace("_", " ")
    return f"default {what} of {vpc or 'the VPC'}"
