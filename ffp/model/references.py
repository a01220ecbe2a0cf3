"""Resolves the references of a stack's blocks: interpolations, bare addresses, and names in literal ARNs."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import networkx as nx

from ffp.stacks import SynthesisedBlock, SynthesisedStack

_ADDRESS = re.compile(r"\b(?:data\.)?[a-z][a-z0-9]*_[a-z0-9_]+\.[A-Za-z_][\w-]*")
_BARE_REFERENCES = frozenset({"depends_on", "replace_triggered_by"})  # these contain addresses without `${}`
_ARN = re.compile(r"arn:aws:(?P<service>[\w-]+):[^:]*:[^:]*:(?:function:|secret:|oidc-provider/)?(?P<name>[^/:]+)")
_NAMED_IN_ARNS: Mapping[str, tuple[str, str]] = {  # the service, and the attribute with the resource's name
    "aws_iam_openid_connect_provider": ("iam", "url"),
    "aws_lambda_function": ("lambda", "function_name"),
    "aws_s3_bucket": ("s3", "bucket"),
    "aws_secretsmanager_secret": ("secretsmanager", "name"),
    "aws_sns_topic": ("sns", "name"),
    "aws_sqs_queue": ("sqs", "name"),
}


def walk(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yields every value inside this one, with its path in the notation of Terraform's messages."""
    if isinstance(value, dict):
        for key, inner in value.items():
            inner_path = f"{path}.{key}" if path else key
            yield inner_path, inner
            yield from walk(inner, inner_path)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield f"{path}[{index}]", inner
            yield from walk(inner, f"{path}[{index}]")


def graph_of(stack: SynthesisedStack) -> "nx.DiGraph[str]":
    """A graph of the blocks' addresses, with an edge to each block that a block refers to."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    for block in stack.blocks:
        graph.add_node(block.address)
        for path, value in walk(block.attributes):
            if isinstance(value, str) and ("${" in value or _BARE_REFERENCES & set(re.split(r"[.\[]", path))):
                graph.add_edges_from(
                    (block.address, target) for target in _ADDRESS.findall(value) if target in stack.by_address
                )
    return graph


@dataclass(frozen=True)
class References:
    """Finds the blocks of one stack to which a value refers."""

    stack: SynthesisedStack

    def of(self, value: Any) -> list[SynthesisedBlock]:
        """The blocks to which a value refers at any depth, without duplicates and in the order of the value."""
        texts = [value, *(inner for _, inner in walk(value))]
        blocks = [block for text in texts if isinstance(text, str) for block in self._in(text)]
        return list({block.address: block for block in blocks}.values())

    def first(self, value: Any, *types: str) -> SynthesisedBlock | None:
        """The first block of these types to which a value refers."""
        return next((block for block in self.of(value) if block.type in types), None)

    def having(self, type_: str, attribute: str, target: SynthesisedBlock) -> list[SynthesisedBlock]:
        """The resources of a type that refer to the target in this attribute."""
        return [block for block in self.stack.of_type(type_) if target in self.of(block.attributes.get(attribute))]

    def _in(self, text: str) -> Iterator[SynthesisedBlock]:
        if "${" in text:
            addresses = [address for address in _ADDRESS.findall(text) if address in self.stack.by_address]
            yield from (self.stack.by_address[address] for address in addresses)
        elif (arn := _ARN.match(text)) and (block := self._by_name.get((arn["service"], _name(arn["name"])))):
            yield block

    @cached_property
    def _by_name(self) -> Mapping[tuple[str, str], SynthesisedBlock]:
        return {
            (service, _name(str(block.attributes.get(attribute)))): block
            for type_, (service, attribute) in _NAMED_IN_ARNS.items()
            for block in self.stack.of_type(type_)
        }


def _name(text: str) -> str:
    """A name as it is in an ARN, without the six characters that AWS appends to a secret's name."""
    return text.removeprefix("https://").removesuffix("-??????")
