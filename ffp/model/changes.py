"""Two models of a stack as one: what only one of them has is marked, and so is what a change of its blocks touches."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from catalogue import service_of
from ffp.model.index import Index
from ffp.model.parts import Link, Model, Part
from ffp.stacks import SynthesisedBlock, SynthesisedStack

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
_FARTHEST = 3  # references from a block to the part that it belongs to


@dataclass(frozen=True)
class Changes:
    """Marks: `added`, `removed` or `changed`."""

    parts: Mapping[str, str] = field(default_factory=dict)  # by the part's id
    services: Mapping[str, str] = field(default_factory=dict)  # of resources that are no parts, by the service's name
    links: Mapping[tuple[str, str], str] = field(default_factory=dict)  # by the ids of source and target

    def __bool__(self) -> bool:
        return bool(self.parts or self.services or self.links)


def both(
    before: Model, after: Model, renamed: Mapping[str, str], touched: Changes | None = None
) -> tuple[Model, Changes]:
    """One model with the parts and links of both, and what differs. `renamed` gives today's address of a part."""
    touched = touched or Changes()
    old_parts = {renamed.get(id_, id_): replace(part, id=renamed.get(id_, id_)) for id_, part in before.parts.items()}
    old_links = {
        (renamed.get(link.source, link.source), renamed.get(link.target, link.target)): link.verbs
        for link in before.links
    }
    new_links = {(link.source, link.target): link.verbs for link in after.links}
    verbs = {
        ends: tuple(dict.fromkeys((*new_links.get(ends, ()), *old_links.get(ends, ()))))
        for ends in (*new_links, *old_links)
    }
    parts: dict[str, Part] = {**old_parts, **after.parts}
    marks = {
        id_: ADDED if id_ not in old_parts else REMOVED if id_ not in after.parts else mark
        for id_ in parts
        if (mark := touched.parts.get(id_, "")) or id_ not in old_parts or id_ not in after.parts
    }
    links = {
        ends: ADDED if ends not in old_links else REMOVED if ends not in new_links else CHANGED
        for ends in verbs
        if set(old_links.get(ends, ())) != set(new_links.get(ends, ()))
    }
    tiers = {tier.name: tier for tier in (*before.tiers, *after.tiers)}
    model = replace(
        after,
        parts=parts,
        links=tuple(Link(*ends, words) for ends, words in verbs.items()),
        tiers=tuple(tiers.values()),
        counts={**dict.fromkeys(before.counts, 0), **after.counts},
    )
    return model, Changes(marks, touched.services, links)


def touched(stack: SynthesisedStack, marks: Mapping[str, str]) -> Changes:
    """What marked blocks of a stack belong to: parts, or else a service. Blocks that the stack lacks are left out."""
    owners = _Owners(Index.of(stack))
    parts: dict[str, str] = {}
    services: dict[str, str] = {}
    for address, mark in marks.items():
        if (block := stack.by_address.get(address)) is not None:
            found = owners.of(block)
            for owner in found:
                parts[owner] = mark if owner == address else CHANGED
            if not found and (service := owners.service_of(block)):
                services[service] = CHANGED
    return Changes(parts, services)


@dataclass(frozen=True)
class _Owners:
    """The parts to which the blocks of a stack belong."""

    index: Index

    def of(self, block: SynthesisedBlock) -> list[str]:
        """The ids of the parts: its own, or what it is about, or what uses it; none for what is only counted."""
        if own := self._parts([block.address]):
            return own
        if self._counted(block):
            return []
        if block.kind == "data":
            users = [self.index.stack.by_address[each] for each in self._users(block.address)]
            return [owner for user in users if user.kind != "data" for owner in self.of(user)]
        near, seen = [block.address], {block.address}
        for _ in range(_FARTHEST):
            near = [each for one in near for each in self._used_by(one) if each not in seen]
            seen.update(near)
            if about := self._parts(near):
                return about[:1]
            if any(self._counted(self.index.stack.by_address[each]) for each in near):
                return []
        users_of = [block.address, *self._used_by(block.address)]
        return next((found for each in users_of if (found := self._parts(self._users(each)))), [])

    def service_of(self, block: SynthesisedBlock) -> str | None:
        """The name of the service of a block, or for a data source or a policy of what it is about."""
        around = [block.address, *self._users(block.address), *self._used_by(block.address)]
        blocks = [self.index.stack.by_address[each] for each in around]
        counted = next((each for each in blocks if self._counted(each)), block)
        service = service_of(counted.type)
        return service.name if service else None

    def _users(self, address: str) -> list[str]:
        return self.index.references.users[address]

    def _used_by(self, address: str) -> list[str]:
        return [each for each in self.index.references.targets[address] if not each.startswith("data.")]

    def _parts(self, addresses: Iterable[str]) -> list[str]:
        blocks = (self.index.stack.by_address[each] for each in addresses)
        return list(dict.fromkeys(part.id for block in blocks if (part := self.index.part_of(block))))

    def _counted(self, block: SynthesisedBlock) -> bool:
        """Whether a picture only counts such blocks, as it does with keys and log groups."""
        service = service_of(block.type)
        return service is not None and block.type in {type_ for type_, _ in service.counted}
