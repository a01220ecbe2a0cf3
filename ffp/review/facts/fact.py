"""What a stack promises about a resource, and when a change of the promise is a loss."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from ffp.review.concern import Grade, Topic
from ffp.review.side import Side, Unknown, at, values_in
from ffp.stacks import SynthesisedBlock

ENDLESS = float("inf")
STACK = "the stack"  # the subject of a promise that no single resource is about


class Order(Protocol):
    """Compares two values of one promise. A value may be a text that contains a reference, if AWS alone knows it."""

    def is_worse(self, before: Any, after: Any) -> bool:
        """Whether the second value protects less than the first."""

    def is_unfit(self, value: Any) -> bool:
        """Whether a new resource with this value needs a look."""

    def shown(self, value: Any) -> str:
        """The value in words."""


def _plain(value: Any) -> str:
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(sorted(map(_plain, value))) or "none"
    return str(value)


def in_words(value: Any) -> str:
    """A value as an order of its own shows it."""
    return _plain(value)


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def truth(value: Any) -> bool | None:
    """A truth value, which Terraform also accepts as a text; None if it is neither."""
    if isinstance(value, str):
        return {"true": True, "false": False, "1": True, "0": False}.get(value.lower())
    return bool(value) if isinstance(value, bool | int | float) else None


@dataclass(frozen=True)
class Truth:
    """A switch that must keep one position."""

    wanted: bool = True
    demanded: bool = True  # whether a new resource needs the wanted position, too
    words: tuple[str, str] = ("off", "on")

    def is_worse(self, before: Any, after: Any) -> bool:
        return truth(before) is self.wanted and truth(after) is not self.wanted

    def is_unfit(self, value: Any) -> bool:
        return self.demanded and truth(value) is not self.wanted

    def shown(self, value: Any) -> str:
        found = truth(value)
        return _plain(value) if found is None else self.words[found]


@dataclass(frozen=True)
class Amount:
    """A number of which less, or more, protects less. `endless` lists values that mean no limit at all.

    `floor` is what a new resource needs at least (or, where `more_is_worse`, at most); None demands nothing.
    """

    unit: str = ""
    more_is_worse: bool = False
    endless: tuple[Any, ...] = ()
    floor: float | None = None

    def _of(self, value: Any) -> float | None:
        return ENDLESS if value in self.endless else _number(value)

    def is_worse(self, before: Any, after: Any) -> bool:
        old, new = self._of(before), self._of(after)
        if old is None or new is None:
            return before != after and old is not None
        return new > old if self.more_is_worse else new < old

    def is_unfit(self, value: Any) -> bool:
        found = self._of(value)
        if self.floor is None:
            return False
        return found is None or (found > self.floor if self.more_is_worse else found < self.floor)

    def shown(self, value: Any) -> str:
        found = self._of(value)
        if found == ENDLESS:
            return "without end"
        unit = (
            self.unit[:-1] if found == 1 and self.unit.endswith(("days", "minutes", "seconds", "years")) else self.unit
        )
        return _plain(value) if found is None else f"{found:g} {unit}".strip()


@dataclass(frozen=True)
class Ranked:
    """Values from the weakest to the strongest. A value that is not listed counts as weaker than each that is.

    `floor` is the weakest value that a new resource may have; None demands nothing.
    """

    ranks: tuple[Any, ...]
    floor: Any = None

    def _of(self, value: Any) -> int:
        return self.ranks.index(value) if value in self.ranks else -1

    def is_worse(self, before: Any, after: Any) -> bool:
        return before != after and (self._of(after) < self._of(before) or self._of(after) < 0)

    def is_unfit(self, value: Any) -> bool:
        return self.floor is not None and self._of(value) < self._of(self.floor)

    def shown(self, value: Any) -> str:
        return _plain(value)


@dataclass(frozen=True)
class Members:
    """A set that must not grow (what is let in), or must not shrink (what is covered).

    `wild` are the members that contain every other one. `allowed` are the members that a new resource may have; None
    demands nothing. `needed` is the number of members that a new resource needs.
    """

    must_not: str = "grow"  # or "shrink"
    wild: tuple[str, ...] = ("*",)
    allowed: tuple[str, ...] | None = None
    needed: int = 0

    def _of(self, value: Any) -> frozenset[str]:
        return frozenset(str(each) for each in values_in(value))

    def is_worse(self, before: Any, after: Any) -> bool:
        old, new = self._of(before), self._of(after)
        return bool(self._without(new, old) if self.must_not == "grow" else self._without(old, new))

    def _without(self, some: frozenset[str], others: frozenset[str]) -> frozenset[str]:
        return frozenset() if others & set(self.wild) else some - others

    def is_unfit(self, value: Any) -> bool:
        found = self._of(value)
        too_much = self.allowed is not None and bool(found - set(self.allowed))
        return too_much or len(found) < self.needed

    def shown(self, value: Any) -> str:
        return _plain(self._of(value))


@dataclass(frozen=True)
class Same:
    """A value of which every change needs a look, since no order of its values is known. Setting it first does not."""

    def is_worse(self, before: Any, after: Any) -> bool:
        return before is not None and _comparable(before) != _comparable(after)

    def is_unfit(self, value: Any) -> bool:
        return False

    def shown(self, value: Any) -> str:
        return _plain(value)


def _comparable(value: Any) -> Any:
    """Lists as sets of texts, since Terraform's order of most lists means nothing."""
    return frozenset(map(str, value)) if isinstance(value, list | tuple) else None if value is None else str(value)


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One promise about a subject: a resource, by the address that both sides use, or `STACK`.

    `question` tells this promise from others about the same subject. `absent` is the value that counts where the
    promise is no longer made. `address` is the block that makes it.
    """

    subject: str
    question: str
    says: str  # a noun phrase with a capital, such as "Automatic backups"
    topic: Topic
    order: Order
    value: Any
    absent: Any
    address: str
    grade: Grade = Grade.RED
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Protection:
    """A promise that one attribute makes, wherever a resource of the type exists.

    If `owner` names an attribute, the promise is about the resource of type `of` that it refers to, and a resource of
    that type without such a block has the value `absent`. `applies` limits it to some blocks.
    """

    type: str
    path: str
    says: str
    topic: Topic
    order: Order
    absent: Any = None
    grade: Grade = Grade.RED
    why: str = ""
    owner: str | None = None
    of: str = ""
    applies: Callable[[Side, SynthesisedBlock], bool] = lambda _side, _block: True
    read: Callable[[Any], Any] = lambda value: value  # turns the attribute into what `order` compares

    def facts(self, side: Side) -> Iterator[Fact]:
        """The promise for each subject of this side."""
        if self.owner is None:
            for block in side.of_type(self.type):
                if self.applies(side, block):
                    yield self._fact(side, block, block)
            return
        holders: dict[str, SynthesisedBlock] = {}
        for block in side.of_type(self.type):
            for owner in side.owners(at(block.attributes, self.owner), self.of):
                holders.setdefault(owner.address, block)
        for owner in side.of_type(self.of):
            if self.applies(side, owner):
                yield self._fact(side, owner, holders.get(owner.address))

    def _fact(self, side: Side, subject: SynthesisedBlock, holder: SynthesisedBlock | None) -> Fact:
        found = side.get(holder, self.path) if holder else None
        return Fact(
            subject=side.address(subject),
            question=f"{self.type}.{self.path}",
            says=self.says,
            topic=self.topic,
            order=self.order,
            value=self.absent if found is None else found if isinstance(found, Unknown) else self.read(found),
            absent=self.absent,
            address=side.address(holder or subject),
            grade=self.grade,
            why=self.why,
        )


Finder = Callable[[Side], Iterable[Fact]]
