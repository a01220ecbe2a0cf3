"""The conditions of a statement, as sets of requests: one condition implies another if it accepts no more."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product

from ffp.review.access.globs import Names, literal, shown
from ffp.review.access.regions import ANY_VALUE, NO_VALUE, Region, Texts, Unreadable, addresses, numbers

_TEST = re.compile(r"(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?", re.IGNORECASE)
_MOST_SPLITS = 2_000
# Keys of which one request can carry several values.
_SEVERAL_VALUES = (
    "aws:principalorgpaths",
    "aws:tagkeys",
    "aws:calledvia",
    "aws:principalservicenameslist",
    "dynamodb:attributes",
    "dynamodb:leadingkeys",
    "kms:encryptioncontextkeys",
    "kms:resourcealiases",
    "kms:grantoperations",
)
# What an ARN says besides: the key that holds its account.
_ACCOUNT_OF = {"aws:sourcearn": "aws:sourceaccount", "aws:principalarn": "aws:principalaccount"}


@dataclass(frozen=True)
class Clause:
    """One test of one key: the values that it accepts, and whether it accepts a request without the key.

    Two clauses are equal if they accept the same requests, however they are written.
    """

    key: str  # in lower case, since AWS ignores it
    region: Region
    quantifier: str  # "all" or "any" of several values, or "" for a single one
    without: bool  # whether a request without the key is accepted
    test: str = field(compare=False, default="")
    name: str = field(compare=False, default="")  # the key as it is written
    values: tuple[str, ...] = field(compare=False, default=())

    def __str__(self) -> str:
        return f"{self.test} {self.name} {', '.join(map(shown, self.values))}"

    @property
    def is_positive(self) -> bool:
        """Whether it demands one of some values that are known, and that the key is there."""
        return not self.without and not (isinstance(self.region, Texts) and self.region.names.negated)

    @property
    def splits(self) -> "list[Clause]":
        """Clauses of one value each, of which a request fulfils one if it fulfils this one."""
        quantified = self.quantifier == "all" or self.without
        if quantified or len(self.values) < 2 or not isinstance(self.region, Texts) or self.region.names.negated:
            return [self]
        return [clause(self.test, self.name, [value]) for value in self.values]


Condition = frozenset[Clause]
ALWAYS: Condition = frozenset()


def clause(test: str, key: str, values: Iterable[str]) -> Clause:
    """A clause as policies write it. A test that is not known accepts what nothing else does."""
    given = tuple(sorted(set(values)))
    match = _TEST.fullmatch(test)
    quantifier, plain, optional = match.groups() if match else ("", test, "")
    quantifier = {"forallvalues": "all", "foranyvalue": "any"}.get((quantifier or "").lower(), "")
    region, negative = _region(plain.lower(), given)
    missing = bool(optional) or quantifier == "all" or (negative and quantifier != "any")
    if plain.lower() == "null":
        missing = any(value.lower() == "true" for value in given)
    if plain.lower() not in ("null",) and not given:  # no value can match: a positive test never holds
        region = ANY_VALUE if negative else NO_VALUE
    return Clause(key.lower(), region, quantifier, missing, test, key, given)


def unreadable(text: str, name: str = "condition") -> Clause:
    """A clause that can be compared with the same one only."""
    return Clause(name, Unreadable(text), "", False, "", text)


def implies(narrow: Condition, wide: Condition) -> bool:
    """Whether each request that fulfils the first condition fulfils the second one."""
    lacking = wide - narrow
    if not lacking:
        return True
    given = narrow | _accounts(narrow - wide)
    return all(_fulfilled(each, [own for own in given if own.key == each.key]) for each in lacking)


def splits(condition: Condition) -> Iterator[Condition]:
    """Conditions of one value a clause, of which a request fulfils one if it fulfils this one."""
    parts = [each.splits for each in sorted(condition, key=str)]
    size = 1
    for part in parts:
        size *= len(part)
    if size <= _MOST_SPLITS:
        yield from (frozenset(each) for each in product(*parts))
    else:
        yield condition


def _fulfilled(wanted: Clause, given: list[Clause]) -> bool:
    if all(own.without for own in given) and not wanted.without:
        return False
    if wanted.region == ANY_VALUE or any(own.region == NO_VALUE for own in given):
        return True
    return any(_asks_as_many(own, wanted) and own.region.within(wanted.region) for own in given)


def _asks_as_many(own: Clause, wanted: Clause) -> bool:
    """Whether values that fulfil the one quantifier fulfil the other, as far as the regions allow."""
    if own.quantifier == "all" or own.quantifier == wanted.quantifier or wanted.quantifier == "any":
        return True
    several = wanted.key in _SEVERAL_VALUES
    return not several


def _accounts(clauses: Iterable[Clause]) -> frozenset[Clause]:
    """What clauses about ARNs say of the account."""
    found = set()
    for each in clauses:
        if each.key in _ACCOUNT_OF and each.is_positive and isinstance(each.region, Texts):
            accounts = {(pattern.split(":") + [""] * 6)[4] for pattern in each.region.names.patterns}
            if all(account.isdigit() for account in accounts):
                found.add(clause("StringEquals", _ACCOUNT_OF[each.key], accounts))
    return frozenset(found)


def _region(test: str, values: tuple[str, ...]) -> tuple[Region, bool]:
    """The values that a test accepts, and whether it is the negation of another."""
    negative = "not" in test
    kind, comparison = _parts(test)
    match kind:
        case "null":
            present = any(value.lower() == "false" for value in values)
            return (ANY_VALUE if present else NO_VALUE), False
        case "bool":
            return Texts(Names(frozenset(literal(value.lower()) for value in values))), False
        case "numeric" | "date":
            return numbers(comparison, values, dates=kind == "date"), negative
        case "ipaddress":
            return addresses(values, negated=negative), negative
        case "string" | "arn" | "binary":
            folded = "ignorecase" in test
            exact = "like" not in test and kind != "arn"
            texts = (value.lower() if folded else value for value in values)
            names = Names(frozenset(literal(text) if exact else text for text in texts), negative)
            return Texts(names, folded), negative
    return Unreadable(f"{test} {values}"), negative


_COMPARISONS = {
    each.lower(): each
    for each in ("LessThanEquals", "LessThan", "GreaterThanEquals", "GreaterThan", "NotEquals", "Equals")
}


def _parts(test: str) -> tuple[str, str]:
    if test in ("ipaddress", "notipaddress"):
        return "ipaddress", ""
    kind = next((each for each in ("string", "arn", "binary", "numeric", "date", "bool", "null") if each in test), "")
    return kind, _COMPARISONS.get(test.removeprefix(kind), "Equals")
