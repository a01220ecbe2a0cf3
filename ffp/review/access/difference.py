"""The difference of two models of access."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from ffp.review.access.comparison import Change, Comparison, Kind
from ffp.review.access.holders import Holder, Identities
from ffp.review.access.names import Inventory
from ffp.review.access.resources import ResourcePolicies
from ffp.review.access.statements import Statement, unread
from ffp.review.side import Side


@dataclass(frozen=True)
class Access:
    """Who holds which permissions on one side."""

    given: Side

    @cached_property
    def side(self) -> Side:
        """The side without what a plan knows of names, so that both sides call everything the same."""
        return replace(self.given, known={}) if self.given.known else self.given

    @cached_property
    def identities(self) -> Identities:
        return Identities(self.side, self.given.known)

    @cached_property
    def resources(self) -> ResourcePolicies:
        return ResourcePolicies(self.side, self.given.known)

    @cached_property
    def holders(self) -> Mapping[tuple[str, str], Holder]:
        return {each.id: each for each in (*self.identities.all(), *self.resources.all())}

    @cached_property
    def addresses(self) -> frozenset[str]:
        return frozenset(map(self.side.address, self.side.stack.resources))

    def empty(self, of: Holder) -> Holder | None:
        """A holder as it is on this side, where it has no policy; None if it does not exist here."""
        if of.subject not in self.addresses and "." in of.subject:
            return None
        default = self.resources.default(of.subject) if of.kind == "resource" else ()
        return replace(of, statements=default)


@dataclass(frozen=True)
class Difference:
    """What a change does to access. Compares by meaning: order, ids, spelling and place of statements do not count."""

    before: Access
    after: Access

    @cached_property
    def inventory(self) -> Inventory:
        return Inventory(self.before.side, self.after.side)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        return tuple(change for old, new in self._pairs() for change in self._compared(old, new)) + tuple(
            self._acting()
        )

    @property
    def unchanged(self) -> int:
        """How many statements are the same on both sides."""
        return sum(
            len(set(holder.statements) & set(self.after.holders[id_].statements))
            for id_, holder in self.before.holders.items()
            if id_ in self.after.holders and holder.kind != "boundary"
        )

    @property
    def unread(self) -> list[Statement]:
        """The policies of after that cannot be read."""
        found = [one for holder in self.after.holders.values() for one in holder.statements if one.unread]
        return list({(each.address, each.unread): each for each in found}.values())

    def _pairs(self) -> Iterator[tuple[Holder | None, Holder | None]]:
        """Each holder of before beside the same one of after, which may have another address or name."""
        old, new = dict(self.before.holders), dict(self.after.holders)
        for id_ in [each for each in old if each in new]:
            yield old.pop(id_), new.pop(id_)
        for id_, holder in list(new.items()):
            twin = next((each for each in old.values() if _is_twin(each, holder)), None)
            if twin is not None and not (holder.kind == "resource" and twin.subject in self.after.addresses):
                yield old.pop(twin.id), new.pop(id_)
        for holder in old.values():
            yield holder, self.after.empty(holder)
        for holder in new.values():
            yield self.before.empty(holder), holder

    def _acting(self) -> Iterator[Change]:
        """What gains permissions because it now acts by another role."""
        old, new = self.before.identities, self.after.identities
        for (address, path), roles in new.users.items():
            former = old.users.get((address, path), frozenset())
            had = tuple(statement for role in former for statement in old.of_role(role) or ())
            for role in roles - former if address in self.before.addresses else ():
                if not former and role in self.after.addresses and role not in self.before.addresses:
                    continue  # what had no role gets a new one, which is judged by itself
                has = new.of_role(role)
                if has is None:
                    has = (unread(f"the role {role}, which is not of this stack", address),)
                functions = frozenset({self.inventory.arn_of(address)})
                one, other = (Holder("user", address, each, address, functions=functions) for each in (had, has))
                yield from (each for each in self._compared(one, other) if each.kind.widens)

    def _compared(self, old: Holder | None, new: Holder | None) -> Iterator[Change]:
        if new is None:
            if old is not None:
                yield from (Change(Kind.REMOVED, old, each) for each in old.statements if each.allows)
        elif old is None:
            for each in new.statements:
                yield Change(Kind.ADDED if each.allows else Kind.DENY_ADDED, new, each, is_new=True)
        elif old.statements != new.statements and not (old.kind == "boundary" and old.source == new.source):
            yield from Comparison(self.inventory, old, new).changes()


def _is_twin(old: Holder, new: Holder) -> bool:
    """Whether two holders of different addresses are one that was renamed: the same name, or the same permissions."""
    if old.kind != new.kind:
        return False
    if old.arn and old.arn == new.arn:
        return True
    return old.kind in ("identity", "policy") and bool(old.statements) and set(old.statements) == set(new.statements)
