"""One side of a review: the stack before or after the change, with its references resolved as far as they are known."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any, TypeVar

from ffp.model.references import References, walk
from ffp.review.arns import ARNS, IDS
from ffp.review.written_out import written_out
from ffp.stacks import SynthesisedBlock, SynthesisedStack

_REFERENCE = re.compile(r"\$\{((?:data\.)?[A-Za-z][\w-]*)\.([A-Za-z_][\w-]*)((?:\.[\w-]+|\[\d+\])*)\}")
_ARN = re.compile(r"arn:aws[\w-]*:[\w-]+:[^:]*:(?P<account>\d+):")
_STEP = re.compile(r"[^.\[\]]+")
_REGION = "region"  # by which a resource is in another region than its provider, since provider 6
_DEEPEST = 20  # references through references; deeper is a cycle


Made = TypeVar("Made")


class Unknown:
    """A value that a plan does not know before it is applied."""

    def __repr__(self) -> str:
        return "known after apply"


UNKNOWN = Unknown()


def blocks_in(value: Any) -> list[dict[str, Any]]:
    """Nested blocks, which Terraform's JSON writes as one object or as a list of them."""
    found = value if isinstance(value, list) else [value]
    return [each for each in found if isinstance(each, dict)]


def values_in(value: Any) -> list[Any]:
    """A list's elements; a single value is a list of one, and nothing an empty list."""
    return list(value) if isinstance(value, list | tuple | set | frozenset) else [] if value is None else [value]


def at(attributes: Any, path: str) -> Any:
    """The value at a dotted path, which enters a list of one block as if it were the block; None if there is none."""
    for key in path.split("."):
        if isinstance(attributes, list):
            attributes = attributes[0] if len(attributes) == 1 else None
        attributes = attributes.get(key) if isinstance(attributes, dict) else None
    return attributes


@dataclass(frozen=True)
class Side:
    """A stack with what a review asks of it, and with everything written out that Terraform computes from literals.

    `renamed` gives today's address of each resource that was only renamed, so that both sides call it the same.
    `known` holds, by address, values of a plan or a state that the JSON cannot know, such as generated ids.
    """

    stack: SynthesisedStack
    renamed: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "stack", written_out(self.stack))

    @cached_property
    def references(self) -> References:
        return References(self.stack)

    def of_type(self, *types: str) -> list[SynthesisedBlock]:
        """The resources of these types."""
        return [block for type_ in types for block in self._by_type.get(type_, ())]

    @cached_property
    def _by_type(self) -> Mapping[str, list[SynthesisedBlock]]:
        found: dict[str, list[SynthesisedBlock]] = {}
        for block in self.stack.resources:
            found.setdefault(block.type, []).append(block)
        return found

    def address(self, block: SynthesisedBlock) -> str:
        """The address by which both sides know a block."""
        return self.renamed.get(block.address, block.address)

    @cached_property
    def account(self) -> str:
        """The account's id, as the provider configuration allows it; empty if it does not say."""
        allowed = [each for block in self._providers for each in values_in(block.attributes.get("allowed_account_ids"))]
        return str(allowed[0]) if allowed else ""

    def region(self, block: SynthesisedBlock | None = None) -> str:
        """The region of a block, or of the stack's first provider configuration; empty if unknown."""
        if block and block.kind == "resource" and block.attributes.get(_REGION):
            return str(self.resolved(block.attributes[_REGION]))
        wanted = str(block.attributes.get("provider", "")) if block else ""
        for provider in self._providers:
            if not wanted or provider.address.removeprefix("provider.") == wanted:
                return str(provider.attributes.get("region", ""))
        return ""

    @cached_property
    def _providers(self) -> list[SynthesisedBlock]:
        return [block for block in self.stack.blocks if block.kind == "provider"]

    def get(self, block: SynthesisedBlock, path: str) -> Any:
        """The resolved value at a dotted path of a block; None if there is none."""
        return self.resolved(at(block.attributes, path))

    def resolved(self, value: Any, depth: int = 0) -> Any:
        """A value with each reference replaced by what is known of it: its value, its ARN, or its own name.

        What is known only to AWS stays a reference `${address.attribute}` with the address of today, so that the same
        reference is the same text on both sides.
        """
        if isinstance(value, str):
            return self._resolved_text(value, depth) if "${" in value else value
        if isinstance(value, dict):
            return {key: self.resolved(inner, depth) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.resolved(inner, depth) for inner in value]
        return value

    def _resolved_text(self, text: str, depth: int) -> Any:
        if depth or text not in self._texts:
            whole = _REFERENCE.fullmatch(text)
            found = (
                self._value_of(whole, depth)
                if whole
                else _REFERENCE.sub(lambda match: str(self._value_of(match, depth)), text)
            )
            if depth:
                return found
            self._texts[text] = found
        return self._texts[text]

    @cached_property
    def _texts(self) -> dict[str, Any]:
        """What each text with references means, since many blocks contain the same one."""
        return {}

    def arn(self, block: SynthesisedBlock, depth: int = 0) -> str:
        """A block's ARN, or a reference to it if AWS generates a part of it."""
        if depth:
            return self._arn(block, depth)
        if block.address not in self._arns:
            self._arns[block.address] = self._arn(block, 0)
        return self._arns[block.address]

    @cached_property
    def _arns(self) -> dict[str, str]:
        return {}

    def _arn(self, block: SynthesisedBlock, depth: int) -> str:
        known = self.known.get(block.address, {}).get("arn")
        if isinstance(known, str):
            return known
        if block.type == "aws_lambda_alias":
            function = self.references.first(block.attributes.get("function_name"), "aws_lambda_function")
            if function is None:
                return f"${{{self.address(block)}.arn}}"
            return f"{self.arn(function, depth + 1)}:{self.resolved(block.attributes.get('name'))}"
        if (pattern := ARNS.get(block.type)) is None:
            return f"${{{self.address(block)}.arn}}"
        values = {
            key: str(self.resolved(block.attributes.get(key, default), depth + 1))
            for key, default in pattern.attributes.items()
        }
        if any(not value or value == "None" or "${" in value for value in values.values()):
            return f"${{{self.address(block)}.arn}}"
        return pattern.text.format(region=self.region(block), account=self.account, **values)

    def blocks_of(self, value: Any) -> list[SynthesisedBlock]:
        """The blocks to which a value refers, by reference or by an ARN of this account that names them."""
        return self.references.of(self._own(value))

    def _own(self, value: Any) -> Any:
        """A value without ARNs of other accounts, whose resources may have the same names."""
        if isinstance(value, str):
            found = _ARN.match(value) if self.account else None
            return "" if found and found["account"] != self.account else value
        if isinstance(value, dict):
            return {key: self._own(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self._own(inner) for inner in value]
        return value

    def owners(self, value: Any, type_: str) -> list[SynthesisedBlock]:
        """The resources of a type to which a value refers: by reference, by ARN, or by the plain name."""
        if found := [block for block in self.blocks_of(value) if block.type == type_ and block.kind == "resource"]:
            return found
        name = self.resolved(value)
        attribute = IDS.get(type_, "name")
        return [block for block in self.of_type(type_) if name and self.get(block, attribute) == name]

    def named(self, value: Any) -> SynthesisedBlock | None:
        """The first resource to which a value refers, by reference or by the ARN that follows from its name."""
        found = next((block for block in self.blocks_of(value) if block.kind == "resource"), None)
        return found or self._by_arn.get(str(self.resolved(value)).removesuffix(":*"))

    @cached_property
    def _by_arn(self) -> Mapping[str, SynthesisedBlock]:
        return {self.arn(block): block for block in self.stack.resources if block.type in ARNS}

    def unresolved(self, value: Any) -> Iterator[str]:
        """Each text inside a value that still contains a reference."""
        for _, inner in (("", value), *walk(value)):
            if isinstance(inner, str) and "${" in inner:
                yield inner

    def _value_of(self, match: re.Match[str], depth: int) -> Any:
        type_, name, rest = match.groups()
        block = self.stack.by_address.get(f"{type_}.{name}")
        if block is None or depth >= _DEEPEST:
            return match[0]
        (attribute, *_), further = _STEP.findall(rest) or [""], rest
        known = _inside(self.known.get(block.address, {}), further)
        if known is not None and not isinstance(known, Unknown):
            return known
        if attribute == "arn" and (arn := self.arn(block, depth)):
            return arn
        if attribute == "invoke_arn" and block.type in ("aws_lambda_function", "aws_lambda_alias"):
            return self.arn(block, depth)  # a URI of API Gateway that names the same function
        given = _inside(block.attributes, further)
        if given is None and attribute in ("id", "name") and (own := IDS.get(block.type)):
            given = block.attributes.get(own)
        if given is not None:
            return self.resolved(given, depth + 1)
        return f"${{{self.address(block)}{rest}}}"


def once_a_side(make: Callable[[Side], Made]) -> Callable[[Side], Made]:
    """Makes something of a side only once, since several judges and sections ask for it. Nobody may change it."""

    @wraps(make)
    def made(side: Side) -> Made:
        kept: dict[object, Any] = side.__dict__.setdefault("_made", {})
        if make not in kept:
            kept[make] = make(side)
        found: Made = kept[make]
        return found

    return made


def once_a_pair(make: Callable[[Side, Side], Made]) -> Callable[[Side, Side], Made]:
    """Makes something of two sides only once. The side after the change keeps it. Nobody may change it."""

    @wraps(make)
    def made(before: Side, after: Side) -> Made:
        kept: dict[object, tuple[Side, Any]] = after.__dict__.setdefault("_compared", {})
        if make not in kept or kept[make][0] is not before:
            kept[make] = before, make(before, after)
        found: Made = kept[make][1]
        return found

    return made


def _inside(value: Any, path: str) -> Any:
    """The value at a path in Terraform's notation, such as `.a[0].b`."""
    for step in _STEP.findall(path):
        if isinstance(value, list):
            value = value[int(step)] if step.isdigit() and int(step) < len(value) else None
        elif isinstance(value, Mapping):
            value = value.get(step)
        else:
            return None
    return value
