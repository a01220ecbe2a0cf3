"""What web ACLs and groups of rules no longer stop."""

from collections.abc import Iterator

from ffp.review.concern import Concern, Grade, Topic
from ffp.review.facts.rules import ACLS, Rule, is_weaker, rules_of, words
from ffp.review.side import Side

_GONE = "no such rule"


def rules(before: Side, after: Side) -> Iterator[Concern]:
    """A concern for each rule that blocks less than before, and for each that lets more past the others."""
    existing = {before.address(block): block for block in before.of_type(*ACLS)}
    for block in after.of_type(*ACLS):
        address = after.address(block)
        if address in existing:
            old = list(rules_of(before, existing[address].attributes))
            yield from _compared(address, old, list(rules_of(after, block.attributes)))


def _compared(address: str, old: list[Rule], new: list[Rule]) -> Iterator[Concern]:
    named = {each.name: each for each in new}
    for rule in old:
        found = named.get(rule.name)
        if rule.action == "allow" and found is None:
            continue
        if found is None or is_weaker(rule, found):
            if rule.action != "allow" and any(not is_weaker(rule, each) for each in new if each.action != "allow"):
                continue  # another rule does the same
            why = "Requests that it stopped get through." if rule.action != "count" else "Nobody sees what it counted."
            topic = Topic.WATCHING if rule.action == "count" and found is None else Topic.EXPOSURE
            title = f"The rule {rule.name} of {address} " + ("is gone" if found is None else "stops less")
            yield Concern(Grade.RED, topic, address, title, words(rule), words(found) if found else _GONE, why)
    known = [each for each in old if each.action == "allow"]
    for rule in new:
        if (
            rule.action == "allow"
            and all(is_weaker(each, rule) for each in known)
            and rule.name not in {each.name for each in old}
        ):
            why = "What it allows passes all rules behind it."
            yield Concern(
                Grade.RED,
                Topic.EXPOSURE,
                address,
                f"The new rule {rule.name} of {address} allows",
                _GONE,
                words(rule),
                why,
            )
