"""What security groups newly allow: each holder judged by all of its groups, before and after a change.

So a rule that is renamed, split, merged or moved to another group of the same holder is no difference.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from ffp.review.network import areas
from ffp.review.network.areas import EVERY_V4, EVERY_V6, HTTPS, Area, Span
from ffp.review.network.firewalls import IN, OUT, Rule, areas_of
from ffp.review.network.holders import Holder
from ffp.review.network.model import Network
from ffp.review.network.stores import ADMINISTRATION, CLIENTS, is_store, ports_of

_MANY = 1024  # ports; more are a range that nobody thought about
_OWN_NETWORK = ("aws_vpc", "aws_default_vpc", "aws_subnet", "aws_default_subnet")


@dataclass(frozen=True)
class Opening:
    """Something that a holder could not do, or could not be asked, before."""

    direction: str
    holder: Holder
    cause: str  # the address of the rule, or of the holder that took a group
    peer: str  # in words
    before: tuple[Span, ...]
    after: tuple[Span, ...]
    is_outside: bool  # whether the peer is outside the VPC


@dataclass(frozen=True)
class Openings:
    """Compares two networks."""

    before: Network
    after: Network

    def all(self) -> Iterator[Opening]:
        """Every opening that somebody must look at."""
        for holder in self.after.holders.all.values():
            old = self.earlier(holder)
            yield from self._foreign_groups(holder, old)
            yield from self._inwards(holder, old)
            yield from self._outwards(holder, old)

    def earlier(self, holder: Holder) -> Holder | None:
        """The same holder before the change; None if it was not in the network."""
        if holder.is_group and holder.name in self.before.firewalls.rules:
            return Holder(holder.name, holder.type, holder.groups, frozenset(), is_group=True)
        return self.before.holders.all.get(holder.name)

    @cached_property
    def _own(self) -> tuple[Span, ...]:
        return areas.merged([*self.before.own_addresses, *self.after.own_addresses])

    @cached_property
    def _known(self) -> frozenset[tuple[str, Rule]]:
        return frozenset((rule.origin, rule) for rules in self.before.firewalls.rules.values() for rule in rules)

    def _cause(self, holder: Holder, rules: Iterable[Rule]) -> str:
        new = sorted({rule.origin for rule in rules if (rule.origin, rule) not in self._known})
        return new[0] if new else holder.name

    def _foreign_groups(self, holder: Holder, old: Holder | None) -> Iterator[Opening]:
        held = old.groups if old else frozenset(self.before.holders.of_group)
        for group in sorted(holder.groups - held):
            if group not in self.after.firewalls.rules:
                peer = f"whatever {group} allows, which this stack does not define"
                yield Opening(IN, holder, holder.name, peer, (), (areas.ANY_PORT,), True)

    def _by_address(
        self, direction: str, holder: Holder, rules: list[Rule], baseline: list[Area], grown: list[Area]
    ) -> Iterator[Opening]:
        """One opening for each cause of some growth."""
        causes: dict[str, list[Rule]] = {}
        for rule in rules:
            if rule.area and any(_meet(each, rule.area) for each in grown):
                causes.setdefault(self._cause(holder, [rule]), []).append(rule)
        for cause, some in causes.items():
            spans = [rule.addresses for rule in some if rule.addresses]
            part = [each for each in grown if any(areas.overlap(each.addresses, span) for span in spans)]
            earlier = areas.merged(port for each in part for port in areas.ports_to_all(baseline, each.addresses))
            is_outside = bool(areas.outside(part, self._own))
            peer = areas.words_for_addresses(spans)
            yield Opening(
                direction, holder, cause, peer, earlier, areas.merged(each.ports for each in part), is_outside
            )

    def _inwards(self, holder: Holder, old: Holder | None) -> Iterator[Opening]:
        rules = self.after.rules(holder, IN)
        earlier = self.before.rules(old, IN) if old else []
        baseline = areas.with_both_versions(areas_of(earlier, IN))
        grown = areas.without(areas_of(rules, IN), baseline)
        inner = self._unexpected(areas.within(grown, self._own), rules, earlier)
        if old is None and not is_store(holder.type):
            inner = [each for each in inner if not holder.is_group and _is_administration([each.ports])]
        yield from self._by_address(IN, holder, rules, baseline, [*areas.outside(grown, self._own), *inner])
        yield from self._lists(IN, holder, old, rules, earlier)
        yield from self._from_groups(holder, old, rules)

    def _unexpected(self, inner: list[Area], rules: list[Rule], earlier: list[Rule]) -> list[Area]:
        """Growth inside the VPC without that of a subnet that is new or has new addresses, treated as its like."""
        usual = areas.merged(
            rule.ports
            for rule in earlier
            if rule.subnet or (rule.addresses and any(areas.overlap(rule.addresses, own) for own in self._own))
        )
        moved = set(self.after.subnets.values()) - set(self.before.subnets.values())
        expected = [
            area
            for rule in rules
            if (area := rule.area) and rule.addresses in moved and not areas.spans_without([rule.ports], usual)
        ]
        return areas.without(inner, expected)

    def _lists(
        self, direction: str, holder: Holder, old: Holder | None, rules: list[Rule], earlier: list[Rule]
    ) -> Iterator[Opening]:
        """Peers whose addresses are not known here: lists of prefixes, and addresses that AWS will choose."""
        everywhere = areas.ports_to_all(areas_of(earlier, direction), EVERY_V4)
        for rule in rules:
            if not rule.other or (direction == OUT and rule.is_of_aws):
                continue
            is_own = self.after.names.type_of(rule.other) in _OWN_NETWORK
            if is_own and old is None and not is_store(holder.type):
                continue
            if is_own and rule.other not in self.before.names.blocks and earlier and not is_store(holder.type):
                continue
            same = [each.ports for each in earlier if each.other == rule.other]
            allowed = [HTTPS] if direction == OUT and old is None else []
            if added := areas.spans_without([rule.ports], [*same, *everywhere, *allowed]):
                cause = self._cause(holder, [rule])
                yield Opening(direction, holder, cause, rule.other, areas.merged(same), added, not is_own)

    def _from_groups(self, holder: Holder, old: Holder | None, rules: list[Rule]) -> Iterator[Opening]:
        known = self.after.firewalls.rules
        earlier = self.before.rules(old, IN) if old else []
        for group in dict.fromkeys(rule.group for rule in rules if rule.group):
            own = [rule for rule in rules if rule.group == group]
            if group not in known:
                same = areas.merged(each.ports for each in earlier if each.group == group)
                if added := areas.spans_without([rule.ports for rule in own], same):
                    peer = f"the group {group}, which this stack does not define"
                    yield Opening(IN, holder, self._cause(holder, own), peer, same, added, True)
                continue
            for source in self.after.holders.of_group.get(group, ()):
                if source.name == holder.name and not (holder.is_group and old):
                    continue
                before = self._ports_between(old, IN, source)
                added = areas.spans_without([rule.ports for rule in own], before)
                if added and self._is_grave(source, holder, old, before, added):
                    cause = self._cause(holder, own) if self._held_before(source, group) else source.name
                    yield Opening(IN, holder, cause, _who(source), before, added, False)

    def _held_before(self, source: Holder, group: str) -> bool:
        """Whether the way is not due to the source's having taken a group that was let in already."""
        old = self.earlier(source)
        return source.is_group or group not in self.before.firewalls.rules or (old is not None and group in old.groups)

    def _ports_between(self, old: Holder | None, direction: str, peer: Holder) -> tuple[Span, ...]:
        old_peer = self.earlier(peer)
        return self.before.allowed(old, direction, old_peer) if old and old_peer else ()

    def _is_grave(
        self, source: Holder, target: Holder, old: Holder | None, before: tuple[Span, ...], added: tuple[Span, ...]
    ) -> bool:
        """Whether a way by a referenced group needs a look."""
        block = self.after.names.blocks.get(target.name)
        if is_store(target.type) and block is not None:
            is_usual = source.type in CLIENTS or (old is None and source.type == target.type)
            return not is_usual or bool(areas.spans_without(added, ports_of(self.after.side, block)))
        if _is_administration(added) or source.name == target.name:
            return True
        if before:
            return areas.size([*before, *added]) > areas.size(before)
        return old is not None and areas.size(added) > _MANY

    def _outwards(self, holder: Holder, old: Holder | None) -> Iterator[Opening]:
        rules = self.after.rules(holder, OUT)
        earlier = self.before.rules(old, OUT) if old else []
        baseline = areas.with_both_versions(areas_of(earlier, OUT) if old else self._usual_for(holder))
        grown = areas.without(areas_of(rules, OUT), baseline)
        inner = self._unexpected(areas.within(grown, self._own), rules, earlier) if old else []
        yield from self._by_address(OUT, holder, rules, baseline, [*areas.outside(grown, self._own), *inner])
        yield from self._lists(OUT, holder, old, rules, earlier)
        yield from self._to_groups(holder, old, rules, earlier)

    def _usual_for(self, holder: Holder) -> list[Area]:
        """Where something new of this type may go: to public endpoints by HTTPS, and where others of its type go."""
        likes = [each for each in self.before.holders.all.values() if each.type == holder.type and not each.is_group]
        usual = [area for each in likes for area in areas_of(self.before.rules(each, OUT), OUT)]
        return usual if is_store(holder.type) else [*usual, Area(EVERY_V4, HTTPS), Area(EVERY_V6, HTTPS)]

    def _to_groups(
        self, holder: Holder, old: Holder | None, rules: list[Rule], earlier: list[Rule]
    ) -> Iterator[Opening]:
        for group in dict.fromkeys(rule.group for rule in rules if rule.group):
            own = [rule for rule in rules if rule.group == group]
            if group not in self.after.firewalls.rules:
                same = areas.merged(each.ports for each in earlier if each.group == group)
                if added := areas.spans_without([rule.ports for rule in own], same):
                    peer = f"the group {group}, which this stack does not define"
                    yield Opening(OUT, holder, self._cause(holder, own), peer, same, added, True)
                continue
            for target in self.after.holders.of_group.get(group, ()):
                before = self._ports_between(old, OUT, target)
                added = areas.spans_without([rule.ports for rule in own], before)
                if (
                    before
                    and areas.size([*before, *added]) > areas.size(before)
                    and not self._is_own_port(target, added)
                ):
                    yield Opening(OUT, holder, self._cause(holder, own), _who(target), before, added, False)

    def _is_own_port(self, target: Holder, added: tuple[Span, ...]) -> bool:
        block = self.after.names.blocks.get(target.name)
        return (
            block is not None
            and is_store(target.type)
            and not areas.spans_without(added, ports_of(self.after.side, block))
        )


def _meet(some: Area, other: Area) -> bool:
    return bool(areas.overlap(some.addresses, other.addresses) and areas.overlap(some.ports, other.ports))


def _is_administration(ports: Iterable[Span]) -> bool:
    kept = areas.merged(ports)
    return areas.size(kept) <= _MANY and bool(areas.common(kept, ADMINISTRATION))


def _who(holder: Holder) -> str:
    return f"whatever will hold {holder.name}" if holder.is_group else holder.name
