"""The rules of web ACLs: what each does to which requests, and whether one blocks less than another."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ffp.review.facts.fact import in_words
from ffp.review.facts.statements import inlined, is_narrower
from ffp.review.side import Side, at, blocks_in

ACLS = ("aws_wafv2_web_acl", "aws_wafv2_rule_group")
_ACTIONS = ("allow", "count", "challenge", "captcha", "block")


@dataclass(frozen=True)
class Rule:
    """One rule: what it does to which requests, and which of a group's rules it weakens."""

    name: str
    action: str
    statement: Any
    weakened: tuple[str, ...] = ()  # rules of a group that do not block, as "name: action"
    behind: tuple[str, ...] = ()  # rules that block before this one is asked

    @property
    def blocks(self) -> bool:
        return _ACTIONS.index(self.action) > _ACTIONS.index("count")


def is_weaker(before: Rule, after: Rule) -> bool:
    """Whether the second rule blocks less than the first, or allows more past the rules behind it."""
    if _ACTIONS.index(after.action) < _ACTIONS.index(before.action):
        return True
    if after.action == "allow":
        is_earlier = bool(set(before.behind) - set(after.behind))
        return is_earlier or is_narrower(after.statement, before.statement)
    if before.action in ("count", "allow"):
        return False
    return bool(set(after.weakened) - set(before.weakened)) or is_narrower(before.statement, after.statement)


def words(rule: Rule) -> str:
    """A rule in one line."""
    weakened = f", but {', '.join(rule.weakened)}" if rule.weakened else ""
    return f"{rule.action}{weakened}: {_words(rule.statement)}"


def _words(value: Any) -> str:
    """A statement in one line, without what weakens a group, which stands before it."""
    if isinstance(value, Mapping):
        kept = {key: inner for key, inner in value.items() if key not in ("rule_action_override", "excluded_rule")}
        return ", ".join(f"{_spaced(key)} {_words(inner)}".strip() for key, inner in sorted(kept.items()))
    if isinstance(value, list):
        return f"({'; '.join(map(_words, value))})"
    return in_words(value)


def _spaced(key: str) -> str:
    return key.removesuffix("_statement").replace("_", " ")


def rules_of(side: Side, attributes: Mapping[str, Any]) -> Iterator[Rule]:
    """The rules of an ACL or a group in the order in which they are asked."""
    given = blocks_in(side.resolved(attributes.get("rule")))
    blocking: list[str] = []
    for each in sorted(given, key=_priority):
        statement = inlined(side, each.get("statement"))
        rule = Rule(
            name=str(each.get("name")),
            action=_action(each),
            statement=statement,
            weakened=tuple(sorted(_weakened(statement))),
            behind=tuple(blocking),
        )
        yield rule
        if rule.blocks:
            blocking.append(rule.name)


def _priority(rule: Mapping[str, Any]) -> float:
    try:
        return float(rule.get("priority") or 0)
    except (TypeError, ValueError):
        return 0


def _action(rule: Mapping[str, Any]) -> str:
    """What happens to a request; the rules of a group that does what it says block."""
    override = chosen(at(rule, "override_action"))
    if override:
        return "count" if override == "count" else "block"
    found = chosen(at(rule, "action"))
    return found if found in _ACTIONS else "count"


def chosen(action: Any) -> str:
    """The one key of a block that is set."""
    (block, *_) = blocks_in(action) or [{}]
    return next((key for key, value in block.items() if value is not None and value != []), "")


def _weakened(statement: Any) -> Iterator[str]:
    for kind in ("managed_rule_group_statement", "rule_group_reference_statement"):
        group = at(statement, kind)
        for each in blocks_in(at(group, "rule_action_override")):
            action = chosen(each.get("action_to_use"))
            if action in ("allow", "count"):
                yield f"{each.get('name')}: {action}"
        for each in blocks_in(at(group, "excluded_rule")):
            yield f"{each.get('name')}: count"
