"""A saved plan: what Terraform will do, what it found changed, and what it does not know yet."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from ffp.model.references import walk
from ffp.review.concern import Concern, ordered
from ffp.review.plan.change import Change, Values, is_marked, marked
from ffp.review.plan.drift import drift_concerns, recorded
from ffp.review.plan.losses import leftovers, losses, says_destroyed
from ffp.review.plan.program import differing
from ffp.review.plan.restoring import filled
from ffp.review.plan.sides import Pair, pairs_of, sides_of
from ffp.review.side import UNKNOWN, Side, Unknown
from ffp.review.verdict import concerns
from ffp.stacks import SynthesisedStack

_SHORTEST_SECRET = 6  # a shorter text that a provider marks is a switch or a number
_NAMED = 3  # addresses in a sentence; the others are counted


@dataclass(frozen=True)
class Plan:
    """A plan of one stack.

    `changes` are Terraform's, by today's address; `deposed` are about objects that an interrupted replacement left.
    `drift` is what Terraform found changed outside of it, without what only reads differently. `data` are the values of
    data sources. `program` is the stack from which the plan was made, and `stack` the synthesised one.
    """

    name: str  # of its file
    changes: Mapping[str, Change] = field(repr=False)
    deposed: tuple[Change, ...]
    drift: Mapping[str, Change] = field(repr=False)
    data: Mapping[str, Values] = field(repr=False)
    program: SynthesisedStack = field(repr=False)
    stack: SynthesisedStack = field(repr=False)
    is_refresh_only: bool = False

    @cached_property
    def renamed(self) -> Mapping[str, str]:
        """Today's address of each resource that the plan moves."""
        return {each.previous_address: address for address, each in self.changes.items() if each.previous_address}

    def sides(self, before: SynthesisedStack | None) -> tuple[Side, Side]:
        """What is deployed now, and what will be. `before` is the program that was deployed, as far as it is known."""
        before = before if before and before.blocks else None
        if id(before) not in self._made:
            self._made[id(before)] = before, self._sides(self._pairs, before)
        return self._made[id(before)][1]

    @cached_property
    def _made(self) -> dict[int, tuple[SynthesisedStack | None, tuple[Side, Side]]]:
        """The sides that were made, each with the program for which they were."""
        return {}

    def concerns(self, before: SynthesisedStack | None, json: Sequence[Concern] = ()) -> list[Concern]:
        """What somebody must look at, of the plan and of the JSON; what both say is one concern.

        `before` is the program that was deployed, as far as it is known.
        """
        before = before if before and before.blocks else None
        sides = self.sides(before)
        own = [*losses(self.changes.values(), *sides), *leftovers(self.deposed, sides[0])]
        destroyed = {address for address, each in self.changes.items() if each.is_destroying}
        if not all(each.is_nothing for each in self.changes.values()):
            own += [each for each in concerns(*sides) if not says_destroyed(each) or each.address in destroyed]
        if self.drift:
            ways = [self._sides(recorded(self._pairs, self.drift, until=each), before) for each in ("now", "then")]
            own += drift_concerns(self.drift, ways[0], ways[1])
        return ordered(joined(own, json))

    @cached_property
    def _pairs(self) -> dict[str, Pair]:
        return pairs_of(self.changes)

    def _sides(self, pairs: Mapping[str, Pair], before: SynthesisedStack | None) -> tuple[Side, Side]:
        return sides_of(pairs, self.data, (before, self.program), self.renamed)

    @cached_property
    def sensitive(self) -> frozenset[str]:
        """The values that a provider marks as secret, which no output may show."""
        changes = [*self.changes.values(), *self.deposed, *self.drift.values()]
        return frozenset(
            text
            for each in changes
            for value, marks in zip((each.before, each.after), each.sensitive, strict=True)
            for text in marked(value, marks)
            if len(text) >= _SHORTEST_SECRET
        )

    @cached_property
    def unknowns(self) -> list[str]:
        """What the plan does not know, in words: first what nobody can judge, then what is judged from the program."""
        found = [*self._another_program()]
        unclear, documents, references = self._unknown_values()
        for kind, addresses in sorted(unclear.items()):
            text = "known after the apply; the program does not say what, so it is not judged"
            found.append(f"{kind} of {_listed(addresses)}: {text}")
        for kind, addresses in sorted(documents.items()):
            found.append(f"{kind} of {_listed(addresses)}: known after the apply, and shown from the program")
        if references:
            values = "1 value" if references == 1 else f"{references} values"
            found.append(
                f"{values} that AWS generates, such as the id of a new resource: known after the apply, and shown as a"
                " reference to it"
            )
        return found

    def _another_program(self) -> list[str]:
        addresses = differing(self.program, self.stack)
        if not addresses:
            return []
        return [
            f"the plan was made from another program than the synthesised stack, and is judged as planned: they differ"
            f" in {_listed(addresses)}"
        ]

    def _unknown_values(self) -> tuple[dict[str, list[str]], dict[str, list[str]], int]:
        """By attribute, the addresses of values without and with an expression; and the number of mere references."""
        unclear: dict[str, list[str]] = defaultdict(list)
        documents: dict[str, list[str]] = defaultdict(list)
        references = 0
        for address, change in self.changes.items():
            block = self.program.by_address.get(address.partition("[")[0])
            marks = change.unknown if isinstance(change.unknown, Mapping) else {}
            for name, given in block.attributes.items() if block else ():
                if not is_marked(marks.get(name)):
                    continue
                value = filled((change.after or {}).get(name), marks[name], given)
                texts = [each for _, each in (("", value), *walk(value))]
                kind = f"{change.type}.{name}"
                if any(isinstance(each, Unknown) for each in texts):
                    unclear[kind].append(address)
                elif any(isinstance(each, str) and "${data." in each for each in texts):
                    documents[kind].append(address)
                else:
                    references += 1
        return unclear, documents, references


def _listed(addresses: Sequence[str]) -> str:
    more = len(addresses) - _NAMED
    names = ", ".join(addresses[:_NAMED])
    return f"{names} and {more} more" if more > 0 else names


def joined(plan: Sequence[Concern], json: Sequence[Concern]) -> list[Concern]:
    """The concerns of a plan and of the JSON, each once: with the plan's values, unless it does not know them."""
    found: dict[tuple[str, ...], Concern] = {}
    for each in (*plan, *json):
        first = found.setdefault(_subject(each), each)
        if first is each:
            continue
        if says_destroyed(each):  # the plan knows the reason, and the JSON how to prevent it
            found[_subject(each)] = replace(first, why=each.why)
        elif repr(UNKNOWN) in (first.before, first.after):
            found[_subject(each)] = each
    return list(found.values())


def _subject(concern: Concern) -> tuple[str, ...]:
    """What makes two concerns one."""
    return (concern.topic, concern.address, "destroyed" if says_destroyed(concern) else concern.title)
