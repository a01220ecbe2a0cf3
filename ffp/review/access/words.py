"""Says in words who may do what, on what, and under which condition."""

from ffp.review.access import actions
from ffp.review.access.comparison import Change, Kind
from ffp.review.access.conditions import Clause, Condition
from ffp.review.access.globs import Names, shown
from ffp.review.access.names import plain as plain
from ffp.review.access.shares import AUDIENCE, CREDENTIAL
from ffp.review.access.statements import Statement

_MOST = 4  # names that are listed before the others are counted


def listed(texts: list[str], most: int = _MOST) -> str:
    """Some texts, and how many others there are."""
    rest = len(texts) - most
    return ", ".join(texts[:most]) + (f" and {rest} more" if rest > 0 else "")


def what(names: Names, most: int = _MOST) -> str:
    """Actions as AWS spells them."""
    if names.patterns == {"*"}:
        return "every action"
    riskiest = sorted(names.ordered, key=lambda each: not actions.manages_permissions(each))
    texts = listed([actions.spelt(each) for each in riskiest], most)
    return f"every action but {texts}" if names.negated else texts


def on_what(names: Names, most: int = _MOST) -> str:
    """Resources by their ARNs or addresses."""
    if names.patterns == {"*"}:
        return "every resource"
    texts = listed([plain(each) for each in names.ordered], most)
    return f"every resource but {texts}" if names.negated else texts


def who(statement: Statement, most: int = _MOST) -> str:
    """Principals: accounts, services, providers, or roles."""
    names = statement.principals
    if names.patterns == {"*"}:
        return "whoever fulfils the condition" if statement.condition and statement.allows else "everybody"
    texts = listed([_principal(each) for each in names.ordered], most)
    return f"everybody but {texts}" if names.negated else texts


def _principal(text: str) -> str:
    if text == "*":
        return "everybody"
    kind, _, name = text.partition(":")
    if f"{kind}:" == AUDIENCE:
        return f"whoever has a token for {name}"
    if kind == "AWS" and name.endswith(":root"):
        return f"the account {name.split(':')[-2]}"
    return plain(name)


def under(condition: Condition) -> str:
    """The condition; empty if there is none."""
    return " and ".join(sorted(_clause(each) for each in condition))


def _clause(given: Clause) -> str:
    return f"{given.test} {given.name} {listed([plain(shown(each)) for each in given.values])}".strip()


def level(names: Names) -> str:
    """The highest access level of some actions."""
    return actions.LEVELS[-1] if names.negated else actions.highest(names.patterns)


def subject(change: Change) -> str:
    """Who gets or has the permission."""
    holder = change.holder
    if holder.kind in ("trust", "resource"):
        return who(change.statement)
    return f"the policy {holder.subject}" if holder.kind == "policy" else holder.subject


def title(change: Change) -> str:
    """What a change of one permission means, as a sentence without its full stop."""
    statement, holder = change.statement, change.holder
    person = subject(change)
    if statement.unread:
        verb = "loses" if change.kind == Kind.DENY_LOST else "gets"
        return f"{_capital(holder.subject)} {verb} a policy that cannot be compared: {plain(statement.unread)[:200]}"
    may = f"{what(statement.actions)} on {on_what(statement.resources)}"
    if holder.kind == "boundary" and statement.is_full:
        return f"{_capital(holder.subject)} has no permissions boundary"
    if change.kind == Kind.DENY_LOST:
        if holder.kind == "policy":
            return f"{_capital(person)} no longer denies {may}"
        if holder.kind in ("identity", "user", "boundary"):
            return f"{_capital(person)} is no longer denied {may}"
        return f"{holder.subject} no longer denies {what(statement.actions)} to {person}"
    credential = next((each for each in statement.principals.ordered if each.startswith(CREDENTIAL)), "")
    if credential:
        return f"Whoever has {credential.removeprefix(CREDENTIAL)} may act as {holder.subject}"
    match holder.kind:
        case "trust":
            return f"{_capital(person)} may assume {holder.subject} ({what(statement.actions)})"
        case "boundary":
            return f"The permissions boundary of {holder.subject} allows {may}"
        case "policy":
            return f"{_capital(person)} allows {may}"
        case "user":
            return f"{_capital(person)} acts by another role and may now use {may}"
        case "resource":
            return f"{_capital(person)} may use {what(statement.actions)} on {holder.subject}"
    return f"{_capital(person)} may use {may}"


def permission(statement: Statement | None, *, names: bool = True) -> str:
    """One permission in short; empty if there is none."""
    if statement is None:
        return ""
    if statement.unread:
        return plain(statement.unread)
    parts = [what(statement.actions), f"on {on_what(statement.resources)}"] if names else []
    condition = under(statement.condition)
    return " ".join([*parts, f"if {condition}" if condition else "without a condition"])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:] if text.startswith(("the ", "every", "whoever", "an ", "a ")) else text
