"""Compares one holder before and after a change: what it gains, what it loses, and what it is no longer denied."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from ffp.review.access.conditions import Clause, clause
from ffp.review.access.globs import Names
from ffp.review.access.holders import Holder
from ffp.review.access.names import Inventory, demanded
from ffp.review.access.regions import Texts
from ffp.review.access.statements import Statement, uncovered

_RUNNING_FUNCTION = "lambda:sourcefunctionarn"


class Kind(StrEnum):
    """How a permission changed."""

    WIDER = "wider"
    ADDED = "added"
    NARROWER = "narrower"
    REMOVED = "removed"
    DENY_LOST = "deny removed"
    DENY_ADDED = "deny added"

    @property
    def widens(self) -> bool:
        return self in (Kind.WIDER, Kind.ADDED, Kind.DENY_LOST)


@dataclass(frozen=True)
class Change:
    """One part of a statement that changed. `former` is the statement that it widens or narrows, if there is one.

    `is_new` tells that the holder exists only after the change; `on_new` that the statement is about things that
    exist only then.
    """

    kind: Kind
    holder: Holder
    statement: Statement
    former: Statement | None = None
    is_new: bool = False
    on_new: bool = False


@dataclass(frozen=True)
class Comparison:
    """One holder before and after. Order, ids, spelling and place of statements do not count."""

    inventory: Inventory
    old: Holder
    new: Holder

    @cached_property
    def had(self) -> list[Statement]:
        return list(dict.fromkeys(map(self.inventory.as_today, self.old.statements)))

    @cached_property
    def has(self) -> list[Statement]:
        return list(dict.fromkeys(self.new.statements))

    def changes(self) -> Iterator[Change]:
        """What the holder gains, loses, or keeps under another form."""
        had_allows, had_denies = _by_effect(self.had)
        has_allows, has_denies = _by_effect(self.has)
        if any(each.is_full for each in had_allows) and not had_denies:
            return  # a limit where there was none
        old, new = set(self.had), set(self.has)
        gained = [each for each in has_allows if each not in old]
        given_up = [each for each in had_allows if each not in new]
        for statement in gained:
            yield from self._gained(statement, had_allows, given_up, has_denies)
        for statement in given_up:
            if (
                statement.unread
                and self.new.kind in ("policy", "resource")
                and not any(each.unread for each in self.has)
            ):
                yield Change(Kind.DENY_LOST, self.new, statement)  # it may have denied something
            elif lost := uncovered(statement, has_allows, self._covers):
                form = next((each for each in gained if _is_form_of(each, statement)), None)
                if form is None:
                    yield from (Change(Kind.REMOVED, self.new, each) for each in lost)
                elif not uncovered(form, had_allows, self._covers):
                    yield Change(Kind.NARROWER, self.new, form, statement)
        for statement in had_denies:
            if statement not in new:
                yield from self._no_longer_denied(statement, has_denies)
        for statement in has_denies:
            if statement not in old and uncovered(statement, had_denies):
                yield Change(Kind.DENY_ADDED, self.new, statement)

    def _gained(
        self, statement: Statement, had: list[Statement], given_up: list[Statement], denies: list[Statement]
    ) -> Iterator[Change]:
        for part in uncovered(statement, had, self._covers):
            if not part.unread and not uncovered(part, denies):
                continue  # denied in the same breath
            former = next((each for each in given_up if _is_form_of(each, part)), None)
            on_new = self._is_about_new(part)
            yield Change(Kind.WIDER if former else Kind.ADDED, self.new, part, former, on_new=on_new)

    def _no_longer_denied(self, statement: Statement, denies: list[Statement]) -> Iterator[Change]:
        known = [self._but_for_new(each) for each in denies]
        for part in uncovered(self._of_what_exists(statement), known, _denied):
            if not part.resources.negated and all(map(self.inventory.is_gone, part.resources.patterns)):
                continue
            if any(patterns and all(map(self.inventory.is_gone, patterns)) for _, patterns in demanded(part.condition)):
                continue
            if self._lost_its_allow(part):
                continue
            former = next((each for each in denies if each not in self.had and _is_form_of(each, part)), None)
            yield Change(Kind.DENY_LOST, self.new, part, former)

    def _lost_its_allow(self, deny: Statement) -> bool:
        """Whether a deny went together with all that it was an exception of."""
        if self.new.kind not in ("identity", "user"):
            return False
        had, has = (any(each.allows and each.meets(deny) for each in side) for side in (self.had, self.has))
        return had and not has

    def _of_what_exists(self, statement: Statement) -> Statement:
        """A deny without the conditions' values that no request can have any more.

        A function's code runs by one role, so that a role's deny for the code of other functions denies nothing.
        """
        return replace(statement, condition=frozenset(map(self._clause, statement.condition)))

    def _but_for_new(self, deny: Statement) -> Statement:
        """A deny that spares nothing new: it did not exist when the deny spared something else."""

        def clause_of(given: Clause) -> Clause:
            values = [each for each in given.values if not self.inventory.is_new(each)]
            spares = isinstance(given.region, Texts) and given.region.names.negated
            about_callers = given.key.startswith(("aws:principal", "aws:userid"))
            if not spares or about_callers or len(values) == len(given.values):
                return given
            return clause(given.test, given.name, values)

        return replace(deny, condition=frozenset(map(clause_of, deny.condition)))

    def _clause(self, given: Clause) -> Clause:
        values = [each for each in given.values if not self.inventory.is_gone(each)]
        if given.key == _RUNNING_FUNCTION and self.new.functions:
            mine = [each for each in values if each in self.new.functions or "*" in each]
            values = mine or values
        if not given.is_positive or not values or len(values) == len(given.values):
            return given
        return clause(given.test, given.name, values)

    def _is_about_new(self, statement: Statement) -> bool:
        """Whether a statement is about what this change makes: nobody could have used it before."""
        resources = statement.resources
        if not resources.negated and all(map(self.inventory.is_new, resources.patterns)):
            return True
        return any(all(map(self.inventory.is_new, patterns)) for _, patterns in demanded(statement.condition))

    def _covers(self, outer: Names, inner: Names) -> bool:
        """Whether permissions of the first principals are permissions of the others, too.

        What an account may do, its principals may do if their own policies say so. Therefore a role of this account
        gains something if it is named beside its account, and nothing if it takes the account's place.
        """
        if outer.covers(inner):
            return True
        if outer.negated or inner.negated:
            return False
        own = self.inventory.account
        return all(
            any(_is_of_account(one, root, own, replaced=root not in self._roots) for root in outer.patterns)
            for one in inner.patterns
        )

    @cached_property
    def _roots(self) -> frozenset[str]:
        """The accounts that are still let in as a whole."""
        patterns = frozenset[str]().union(*(each.principals.patterns for each in self.has if each.allows))
        return frozenset(each for each in patterns if each.endswith(":root"))


def _is_of_account(one: str, root: str, own: str, *, replaced: bool) -> bool:
    if not root.endswith(":root") or not one.startswith("AWS:"):
        return False
    account = root.split(":")[-2]
    return one.split(":")[5:6] == [account] and (account != own or replaced)


def _denied(outer: Names, inner: Names) -> bool:
    """Whether a deny of the first principals is a deny of the others, too."""
    if outer.covers(inner):
        return True
    if outer.negated or inner.negated:
        return False
    return all(any(_is_of_account(one, root, "", replaced=True) for root in outer.patterns) for one in inner.patterns)


def _by_effect(statements: Iterable[Statement]) -> tuple[list[Statement], list[Statement]]:
    found: tuple[list[Statement], list[Statement]] = ([], [])
    for each in statements:
        found[not each.allows].append(each)
    return found


def _is_form_of(former: Statement, statement: Statement) -> bool:
    """Whether one statement is the other with other resources, principals or conditions."""
    if former.unread or statement.unread:
        return bool(former.unread and statement.unread)
    return former.actions.meets(statement.actions) and (
        former.resources.meets(statement.resources) or former.condition == statement.condition
    )
