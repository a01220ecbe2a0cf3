"""What several rooms ask: by which key something is encrypted, and whether a destination belongs to this stack."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ffp.review.concern import Grade, Topic
from ffp.review.facts.fact import STACK, Fact, Finder, Order, Truth, in_words
from ffp.review.facts.orders import Kept
from ffp.review.side import Side, values_in
from ffp.stacks import SynthesisedBlock

_OTHER_KEY = "Whoever may use the other key can read it; without a key of its own, whoever may read it can decrypt it."
_OF_A_RESOURCE = re.compile(r"\$\{([a-z]\w*\.[\w-]+)\.[\w.\[\]-]+\}")
_KEY_ARN = re.compile(r"arn:aws[\w-]*:kms:[^:]*:(?P<account>\d+):")
_MAIL = re.compile(r"[^@\s]+@(?P<domain>[^@\s]+)$")


def name_of(side: Side, value: Any) -> str | None:
    """What a value names: the address of a resource of the stack, or else the resolved text; None if nothing."""
    if value in (None, "", [], {}):
        return None
    block = side.named(value)
    if block is not None:
        return side.address(block)
    text = str(side.resolved(value))
    renamed = _OF_A_RESOURCE.fullmatch(text)  # a resolved value has today's addresses, which a block may not have yet
    return renamed[1] if renamed and renamed[1] in side.renamed.values() else text


def is_own(side: Side, value: Any) -> bool:
    """Whether a value names a resource of the stack."""
    return side.named(value) is not None


def key_of(side: Side, value: Any) -> str | None:
    """The key that a value names, whether by its ARN, its id or an alias; None if it names none."""
    block = side.named(value)
    if block is not None and block.type == "aws_kms_alias":
        return key_of(side, block.attributes.get("target_key_id")) or side.address(block)
    return name_of(side, value)


@dataclass(frozen=True)
class KeptKey(Kept):
    """The key of something, which must stay as it is. One of another account than this one is never right."""

    account: str = ""

    def is_worse(self, before: Any, after: Any) -> bool:
        return super().is_worse(before, after) or (before != after and self._is_strangers(after))

    def is_unfit(self, value: Any) -> bool:
        return super().is_unfit(value) or self._is_strangers(value)

    def _is_strangers(self, value: Any) -> bool:
        found = _KEY_ARN.match(str(value)) if self.account else None
        return found is not None and found["account"] != self.account


def promise(
    side: Side,
    block: SynthesisedBlock,
    question: str,
    says: str,
    topic: Topic,
    order: Order,
    value: Any,
    why: str,
    *,
    absent: Any = None,
    grade: Grade = Grade.RED,
    subject: str = "",
) -> Fact:
    """A promise that a block makes, about itself unless another subject is given."""
    address = side.address(block)
    return Fact(
        subject=subject or address,
        question=question,
        says=says,
        topic=topic,
        order=order,
        value=value,
        absent=absent,
        address=address,
        grade=grade,
        why=why,
    )


def keyed(type_: str, path: str, says: str = "The encryption key", why: str = "", *, unless: str = "") -> Finder:
    """The key of each resource of a type. A new one needs a key if all others of its type have one.

    Resources with the attribute `unless` have nothing that the key would encrypt.
    """

    def facts(side: Side) -> Iterator[Fact]:
        blocks = [block for block in side.of_type(type_) if not (unless and block.attributes.get(unless))]
        keys = {block.address: key_of(side, side.get(block, path)) for block in blocks}
        keyless = {address for address, key in keys.items() if not key}
        for block in blocks:
            order = KeptKey(demanded=len(keys) > 1 and keyless <= {block.address}, account=side.account)
            yield promise(
                side, block, f"{type_}.{path}", says, Topic.EXPOSURE, order, keys[block.address], why or _OTHER_KEY
            )

    return facts


def named(
    type_: str, path: str, says: str, topic: Topic, why: str, *, first: bool = False, grade: Grade = Grade.RED
) -> Finder:
    """What each resource of a type names in one attribute, which must not become something else."""

    def facts(side: Side) -> Iterator[Fact]:
        for block in side.of_type(type_):
            value = name_of(side, side.get(block, path))
            yield promise(side, block, f"{type_}.{path}", says, topic, Kept(first=first), value, why, grade=grade)

    return facts


def existing(types: Mapping[str, str], topic: Topic, why: str, owners: Mapping[str, str] | None = None) -> Finder:
    """That each resource of these types exists. `owners` names the attribute by which some belong to another one."""

    def facts(side: Side) -> Iterator[Fact]:
        order = Truth(demanded=False, words=("removed", "there"))
        for type_, says in types.items():
            for block in side.of_type(type_):
                belongs = (owners or {}).get(type_)
                owner = side.named(block.attributes.get(belongs)) if belongs else None
                subject = side.address(owner) if owner else STACK
                question = f"exists: {side.address(block)}"
                yield promise(side, block, question, says, topic, order, True, why, absent=False, subject=subject)

    return facts


def owner_of(side: Side, value: Any, type_: str, other: SynthesisedBlock) -> str:
    """The address of the resource that a value names, or that of the other block if the stack does not have it."""
    owners = side.owners(value, type_)
    return side.address(owners[0] if owners else other)


def domain_of(address: str) -> str:
    """The domain of a mail address, in lower case; empty if it is none."""
    found = _MAIL.match(address)
    return found["domain"].lower() if found else ""


@dataclass(frozen=True)
class Receivers:
    """Who receives something: a set of which none must be lost, and which strangers must not join.

    Members that begin with an address of the stack are its own. A mail address in the domain of one that receives
    already is no stranger. `may_leave` and `may_join` switch off one of the two.
    """

    may_leave: bool = False
    may_join: bool = False

    def lost(self, before: Any, after: Any) -> frozenset[str]:
        """Those that receive no longer."""
        return frozenset() if self.may_leave else frozenset(values_in(before)) - frozenset(values_in(after))

    def strangers(self, before: Any, after: Any) -> frozenset[str]:
        """Those from outside that receive it, too."""
        if self.may_join:
            return frozenset()
        known = {domain_of(each) for each in values_in(before)} - {""}
        joining = frozenset(values_in(after)) - frozenset(values_in(before))
        return frozenset(each for each in joining if not is_address(each) and domain_of(each) not in known)

    def is_worse(self, before: Any, after: Any) -> bool:
        return bool(self.lost(before, after) or self.strangers(before, after))

    def is_unfit(self, value: Any) -> bool:
        return False

    def shown(self, value: Any) -> str:
        return in_words(values_in(value))


def is_address(text: str) -> bool:
    """Whether a text is the address of a resource of the stack."""
    return re.fullmatch(r"(data\.)?[a-z]\w*_\w+\.[\w-]+", text) is not None
