"""Compares statements of WAF: whether one matches fewer requests than another."""

from collections.abc import Mapping, Sequence
from ipaddress import ip_network
from typing import Any

from ffp.review.facts.values import first_of, names
from ffp.review.side import Side, at, blocks_in

_WINDOW = 300  # seconds over which AWS counts, if nothing else is set
_IDENTITY = ("vendor_name", "name", "arn")


def inlined(side: Side, value: Any, depth: int = 0) -> Any:
    """A statement in one spelling, with the contents of the stack's sets in place of references to them."""
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], Mapping):
        return [inlined(side, value[0], depth)] if "statement" in value[0] else inlined(side, value[0], depth)
    if isinstance(value, list):
        return [inlined(side, each, depth) for each in value]
    if not isinstance(value, Mapping) or depth > 20:
        return value
    found: dict[str, Any] = {}
    for key, inner in value.items():
        if inner is None or inner == []:
            continue
        if key == "ip_set_reference_statement":
            block = first_of(side, at(inner, "arn"), "aws_wafv2_ip_set") or _by_text(side, at(inner, "arn"))
            if block is not None:
                found["addresses"] = sorted(names(side.get(block, "addresses")))
                continue
        if key == "statement" and isinstance(inner, list):
            found[key] = [inlined(side, each, depth + 1) for each in inner]
            continue
        found[key] = inlined(side, inner, depth + 1)
    return found


def _by_text(side: Side, reference: Any) -> Any:
    """The set to which a resolved reference leads, as it is spelt on this side's other blocks."""
    text = str(reference).removeprefix("${").removesuffix(".arn}")
    return next((each for each in side.of_type("aws_wafv2_ip_set") if side.address(each) == text), None)


def is_narrower(before: Any, after: Any) -> bool:
    """Whether the second statement may miss a request that the first one matches."""
    if before == after:
        return False
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return True
    if len(before) != 1 or len(after) != 1:
        return True
    (old_kind, old), (new_kind, new) = (next(iter(each.items())) for each in (before, after))
    if old_kind != new_kind:
        return _joined(before, after, old_kind, new_kind)
    match old_kind:
        case "addresses":
            return not all(any(_contains(wide, each) for wide in new) for each in old)
        case "geo_match_statement":
            return bool(set(names(at(old, "country_codes"))) - set(names(at(new, "country_codes"))))
        case "rate_based_statement":
            return _is_slower(old, new)
        case "managed_rule_group_statement" | "rule_group_reference_statement":
            return _is_less_of_a_group(old, new)
        case "or_statement":
            return any(all(is_narrower(each, other) for other in _inner(new)) for each in _inner(old))
        case "and_statement":
            return any(all(is_narrower(each, other) for each in _inner(old)) for other in _inner(new))
        case "not_statement":
            (inner_old, *_), (inner_new, *_) = _inner(old) or [None], _inner(new) or [None]
            return is_narrower(inner_new, inner_old)
    return True


def _joined(before: Any, after: Any, old_kind: str, new_kind: str) -> bool:
    """For statements of two kinds: one that became a part of an `or` still matches, as does a part of an `and`."""
    if new_kind == "or_statement":
        return all(is_narrower(before, each) for each in _inner(after[new_kind]))
    if old_kind == "and_statement":
        return all(is_narrower(each, after) for each in _inner(before[old_kind]))
    return True


def _inner(value: Any) -> Sequence[Any]:
    found = at(value, "statement")
    return found if isinstance(found, list) else [found] if found else []


def _contains(wide: str, narrow: str) -> bool:
    try:
        outer, inner = ip_network(wide, strict=False), ip_network(narrow, strict=False)
    except ValueError:
        return wide == narrow
    if outer.version != inner.version:
        return False
    return outer.prefixlen <= inner.prefixlen and inner.network_address in outer


def _is_slower(old: Any, new: Any) -> bool:
    """Whether a rate rule stops callers later, or fewer of them."""
    try:
        rates = [float(at(each, "limit")) / float(at(each, "evaluation_window_sec") or _WINDOW) for each in (old, new)]
    except (TypeError, ValueError):
        return True
    if rates[1] > rates[0] or _less(at(old, "scope_down_statement"), at(new, "scope_down_statement")):
        return True
    ignored = ("limit", "evaluation_window_sec", "scope_down_statement")
    return _without(old, ignored, aggregate_key_type="IP") != _without(new, ignored, aggregate_key_type="IP")


def _is_less_of_a_group(old: Any, new: Any) -> bool:
    if any(at(old, each) != at(new, each) for each in _IDENTITY):
        return True
    versions = [_version(at(each, "version")) for each in (old, new)]
    if versions[1] < versions[0] or _less(at(old, "scope_down_statement"), at(new, "scope_down_statement")):
        return True
    ignored = (*_IDENTITY, "version", "scope_down_statement", "rule_action_override", "excluded_rule")
    return _without(old, ignored) != _without(new, ignored)


def _less(old: Any, new: Any) -> bool:
    """Whether a statement that limits another one to some requests limits it more."""
    return new is not None and (old is None or is_narrower(old, new))


def _version(text: Any) -> tuple[int, ...]:
    """A pinned version by its numbers; AWS's default is no older than any."""
    if not text:
        return (1_000_000,)
    return tuple(int(each) for each in str(text).removeprefix("Version_").split(".") if each.isdigit())


def _without(given: Any, ignored: Sequence[str], **defaults: Any) -> dict[str, Any]:
    (block, *_) = blocks_in(given) or [{}]
    return {**defaults, **{key: value for key, value in block.items() if key not in ignored}}
