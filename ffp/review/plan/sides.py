"""The two sides of a plan: what is deployed now, and what will be when the plan is applied."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from ffp.model.references import walk
from ffp.review.changes.meaning import meaning_of
from ffp.review.plan.change import Change, Values, is_marked
from ffp.review.plan.program import META, shaped
from ffp.review.plan.restoring import Restorer, Templates, Written, filled, templates_of
from ffp.review.side import Side
from ffp.stacks import SynthesisedBlock, SynthesisedStack

_ADDRESS = re.compile(r"\b((?:data\.)?[a-z][a-z0-9]*_[a-z0-9_]+\.[A-Za-z_][\w-]*)")
_INSTANCE = re.compile(r"\[[^\]]*\]")
_MOVING = frozenset({"import", "moved", "removed"})  # the plan's addresses are today's already
_INSTANCES = frozenset({"count", "for_each"})  # each instance is a block of its own


@dataclass(frozen=True)
class Pair:
    """The values of one resource on both sides; None where a side does not have it."""

    old: Values | None
    new: Values | None
    unknown: Any = False
    is_anew: bool = False  # whether the new one is another resource

    @property
    def known(self) -> Values | None:
        """The new values, with the name that a resource keeps even if the plan does not repeat it."""
        if self.new is None or self.old is None or self.is_anew:
            return self.new
        kept = {name: self.old[name] for name in ("arn", "id") if name in self.old and self.new.get(name) is None}
        return {**self.new, **kept}


def pairs_of(changes: Mapping[str, Change]) -> dict[str, Pair]:
    """The values before and after a plan."""
    return {
        address: Pair(each.before, each.before if each.is_forgotten else each.after, each.unknown, each.is_replacement)
        for address, each in changes.items()
    }


def sides_of(
    pairs: Mapping[str, Pair],
    data: Mapping[str, Values],
    programs: tuple[SynthesisedStack | None, SynthesisedStack],
    renamed: Mapping[str, str],
) -> tuple[Side, Side]:
    """Two sides with these values, under today's addresses.

    `programs` are the one that was deployed, as far as it is known, and the one that was planned. What they do not set
    and the plan does not change is left out: it is what AWS chose, or what other resources set. `data` are the values
    of data sources. `renamed` gives today's address of each resource that the plan moves.
    """
    old_program = _today(programs[0], renamed) if programs[0] else None
    builder = _Builder(pairs, data, old_program, programs[1])
    made = {address: builder.blocks(address) for address in pairs}
    old_base, new_base = old_program or programs[1], programs[1]
    return (
        _side(builder.base(old_base, is_old=True), [old for old, _ in made.values() if old]),
        _side(builder.base(new_base, is_old=False), [new for _, new in made.values() if new]),
    )


def _side(base: SynthesisedStack, resources: list[SynthesisedBlock]) -> Side:
    return Side(replace(base, blocks=(*base.blocks, *resources)))


def _today(program: SynthesisedStack, renamed: Mapping[str, str]) -> SynthesisedStack:
    """A program with today's addresses."""
    if not renamed:
        return program

    def text(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: text(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [text(inner) for inner in value]
        if not isinstance(value, str):
            return value
        return _ADDRESS.sub(lambda match: renamed.get(match[1], match[1]), value) if "." in value else value

    blocks = tuple(
        replace(block, address=renamed.get(block.address, block.address), attributes=text(block.attributes))
        for block in program.blocks
    )
    return replace(program, blocks=blocks)


def same(old: Any, new: Any) -> bool:
    """Whether two values mean the same, although a provider may read one of them back in another form."""
    return bool(old == new or _plain(old) == _plain(new))


def _plain(value: Any) -> Any:
    """A value without what is empty: providers read nothing back as "", 0, false or an empty list."""
    if isinstance(value, Mapping):
        inner = {key: _plain(each) for key, each in value.items()}
        return {key: each for key, each in inner.items() if each not in ({}, [])} or []
    if isinstance(value, list):
        return [each for each in map(_plain, value) if each not in ({}, [])]
    if value is None or value is False or value in ("", 0):
        return []
    if isinstance(value, str) and value[:1] in ("{", "["):
        return meaning_of(value)
    return str(value)


def without_nothing(value: Any) -> Any:
    """A provider's value as a program would write it: without what is not set. A block without content remains one."""
    if isinstance(value, Mapping):
        inner = {key: without_nothing(each) for key, each in value.items()}
        return {key: each for key, each in inner.items() if not _is_nothing(each)}
    return [without_nothing(each) for each in value if not _is_nothing(each)] if isinstance(value, list) else value


def _without_zeros(value: Any) -> Any:
    """A value without the zeros that a provider reads for numbers that no program sets."""
    if isinstance(value, Mapping):
        return {key: _without_zeros(each) for key, each in value.items() if each != 0 or isinstance(each, bool)}
    return [_without_zeros(each) for each in value] if isinstance(value, list) else value


def _is_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, str | list) and len(value) == 0)


class _Builder:
    def __init__(
        self,
        pairs: Mapping[str, Pair],
        data: Mapping[str, Values],
        old_program: SynthesisedStack | None,
        new_program: SynthesisedStack,
    ) -> None:
        self._pairs = pairs
        self._programs = (old_program, new_program)
        programs = [Written(each) for each in self._programs if each]
        # A policy document is read from its block, which names resources by their addresses.
        readable = {address: each for address, each in data.items() if ".aws_iam_policy_document." not in f".{address}"}
        olds = {address: pair.old for address, pair in pairs.items() if pair.old is not None}
        news = {address: pair.known for address, pair in pairs.items() if pair.known is not None}
        # By these references the two sides do not mean the same.
        self._ending = tuple(f"${{{address}." for address, pair in pairs.items() if pair.is_anew or pair.new is None)
        self._old = Restorer(olds, readable, *programs)
        self._new = Restorer(news, readable, *programs)

    def blocks(self, address: str) -> tuple[SynthesisedBlock | None, SynthesisedBlock | None]:
        """The resource on each side; None where there is none."""
        pair = self._pairs[address]
        base = _INSTANCE.sub("", address)
        known = [program.by_address.get(base) if program else None for program in self._programs]
        old, new = self._attributes(address, pair, known[0], known[1])
        program = known[1] or known[0]  # of both, so that they have one shape
        return (
            None if pair.old is None else self._block(address, old, program, known[0]),
            None if pair.new is None else self._block(address, new, program, known[1]),
        )

    def base(self, program: SynthesisedStack, *, is_old: bool) -> SynthesisedStack:
        """What a side has besides resources: of its program, with the ARNs that its resources have as references."""
        restorer = self._old if is_old else self._new
        others = {name: value for name, value in program.others.items() if name not in _MOVING}
        blocks = tuple(
            replace(block, attributes=restorer.restored(dict(block.attributes), {}, block.address))
            for block in program.blocks
            if block.kind != "resource"
        )
        return replace(program, blocks=blocks, others=others)

    def _attributes(
        self, address: str, pair: Pair, old_block: SynthesisedBlock | None, new_block: SynthesisedBlock | None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        templates = templates_of(new_block, old_block)
        programmed = {name for block in (old_block, new_block) if block for name in block.attributes}
        marks = pair.unknown if isinstance(pair.unknown, Mapping) else {}
        given: tuple[Values, Values] = (pair.old or {}, pair.new or {})
        old: dict[str, Any] = {}
        new: dict[str, Any] = {}
        for name in dict.fromkeys((*given[0], *given[1], *marks)):
            values = given[0].get(name), given[1].get(name)
            is_unknown = is_marked(marks.get(name))
            is_changed = not is_unknown and pair.old is not None and pair.new is not None and not same(*values)
            if name not in programmed and not is_changed and (old_block or new_block):
                continue
            if is_unknown or is_changed or pair.old is None:
                old[name] = self._old.restored(values[0], templates, address, name)
                new[name] = self._planned(name, values[1], marks.get(name), templates, address, new_block)
            else:
                old[name] = new[name] = self._old.restored(values[0], templates, address, name)
                if pair.new is not None and self._names_ending(new[name]):
                    new[name] = self._new.restored(values[0], templates, address, name)
        return old, new

    def _names_ending(self, value: Any) -> bool:
        texts = [value, *(each for _, each in walk(value))]
        return any(start in text for text in texts if isinstance(text, str) for start in self._ending)

    def _planned(
        self,
        name: str,
        value: Any,
        unknown: Any,
        templates: Templates,
        address: str,
        block: SynthesisedBlock | None,
    ) -> Any:
        if is_marked(unknown):
            value = filled(value, unknown, block.attributes.get(name) if block else None)
        return self._new.restored(value, templates, address, name)

    def _block(
        self,
        address: str,
        attributes: Values,
        program: SynthesisedBlock | None,
        side: SynthesisedBlock | None,
    ) -> SynthesisedBlock:
        """A block of one side. `program` is either side's, and gives the shape; the side's own gives its life cycle."""
        type_ = program.type if program else _INSTANCE.sub("", address).split(".")[-2]
        own = program.attributes if program else self._shapes.get(type_, {})
        found = without_nothing(dict(attributes) if program else _without_zeros(attributes))
        given = {name: shaped(value, own.get(name)) for name, value in found.items()}
        meta = side or program
        kept = {key: value for key, value in meta.attributes.items() if key in META - _INSTANCES} if meta else {}
        return SynthesisedBlock(
            address=address,
            kind="resource",
            type=type_,
            attributes={**given, **kept},
            waivers=program.waivers if program else {},
            lines=program.lines if program else (1, 1),
            comment=program.comment if program else None,
        )

    @cached_property
    def _shapes(self) -> Mapping[str, Values]:
        """By type, how a program writes its attributes, for blocks that no program has any longer."""
        found: dict[str, dict[str, Any]] = {}
        for program in self._programs:
            for block in program.resources if program else ():
                found[block.type] = {**block.attributes, **found.get(block.type, {})}
        return found
