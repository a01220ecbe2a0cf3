"""Says in words which values of a resource change."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ffp.review.changes.change import Difference
from ffp.review.changes.meaning import NOTHING, meaning_of
from ffp.review.side import Unknown, blocks_in, values_in

_LONGEST = 80
_REFERENCE = re.compile(r"\$\{([\w.\[\]-]+)\}")
_MOST = 3  # members of a list that are named, and values inside a block
# Whole phrases for attributes whose values are of no use to a reader, or are shown elsewhere in a review.
_ONLY_NAMED: Mapping[str, str] = {
    "access_policy": "its policy",
    "assume_role_policy": "who may assume it",
    "dashboard_body": "its widgets",
    "filename": "its code",
    "image_uri": "its code",
    "inline_policy": "its policy",
    "policy": "its policy",
    "query_string": "its query",
    "s3_key": "its code",
    "s3_object_version": "its code",
    "source_code_hash": "its code",
    "user_data": "what it runs at its start",
    "user_data_base64": "what it runs at its start",
}
_UNITS = (
    ("_in_days", " days"),
    ("_days", " days"),
    ("_in_seconds", " s"),
    ("_seconds", " s"),
    ("_milliseconds", " ms"),
    ("_in_minutes", " minutes"),
    ("_in_mb", " MB"),
    ("_mb", " MB"),
)
_OWN_UNITS: Mapping[str, str] = {
    "allocated_storage": " GB",
    "backup_retention_period": " days",
    "max_allocated_storage": " GB",
    "memory_size": " MB",
    "monitoring_interval": " s",
    "retention_in_days": " days",
    "timeout": " s",
}
_ABBREVIATIONS = frozenset({"acl", "api", "arn", "cidr", "cors", "dns", "iam", "id", "ip", "kms", "mfa"})
_SPELT: Mapping[str, str] = {
    "ipv4": "IPv4",
    "ipv6": "IPv6",
    "oauth": "OAuth",
    "arns": "ARNs",
    "ids": "IDs",
    "cidrs": "CIDRs",
}
_ABBREVIATIONS |= {"sns", "sqs", "ssl", "tls", "ttl", "uri", "url", "vpc", "waf", "az", "json", "jwt"}


def in_words(differences: tuple[Difference, ...]) -> str:
    """The differences of one resource in one line."""
    return "; ".join(dict.fromkeys(phrase for each in differences for phrase in _phrases(each)))


def _phrases(difference: Difference) -> Iterator[str]:
    path, before, after = difference.path, difference.before, difference.after
    if path in _ONLY_NAMED:
        yield _ONLY_NAMED[path]
    elif _is_blocks(before) and _is_blocks(after):
        yield from _of_blocks(path, blocks_in(before), blocks_in(after))
    elif isinstance(before, Mapping) or isinstance(after, Mapping):
        yield from _of_one(path, _mapping(before), _mapping(after))
    elif isinstance(before, list) or isinstance(after, list):
        yield _of_list(path, values_in(before), values_in(after))
    else:
        yield _of_value(path, before, after)


def _is_blocks(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(each, Mapping) for each in value))


def _mapping(value: Any) -> Mapping[str, Any]:
    found = blocks_in(value)
    return found[0] if found else {}


def _of_blocks(path: str, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Iterator[str]:
    if len(before) == len(after) == 1:
        yield from _of_one(path, before[0], after[0])
        return
    old, new = (_by_meaning(blocks) for blocks in (before, after))
    gone = [each for key, each in old.items() if key not in new]
    come = [each for key, each in new.items() if key not in old]
    by_name = {_called(each): each for each in come if _called(each)}
    changed = [each for each in gone if _called(each) in by_name]
    for each in changed[:_MOST]:
        yield from _of_one(f"{path} {_called(each)}", each, by_name[_called(each)])
    names = {_called(each) for each in changed}
    for mark, blocks in (("removed", gone), ("added", come)):
        left = [each for each in blocks if not _called(each) or _called(each) not in names]
        called = [_called(each) for each in left if _called(each)]
        if left:
            yield f"{words_of(path)}: {mark} {_some(called) if len(called) == len(left) else len(left)}"


def _by_meaning(blocks: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {json.dumps(meaning_of(each), sort_keys=True): each for each in blocks}


def _called(block: Mapping[str, Any]) -> str:
    """What a block calls itself; empty if it has no name."""
    found = next((block[key] for key in ("name", "id", "key", "sid", "path_pattern", "origin_id") if key in block), "")
    return found if isinstance(found, str) else ""


def _of_one(path: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    differing = [
        key for key in dict.fromkeys((*before, *after)) if meaning_of(before.get(key)) != meaning_of(after.get(key))
    ]
    if len(differing) > _MOST and not (before and after):
        yield f"{words_of(path)}: {'added' if after else 'removed'}"
    elif len(differing) > _MOST:
        yield f"{words_of(path)}: {_some([words_of(each) for each in differing])}"
    else:
        for key in differing:
            for phrase in _phrases(Difference(key, before.get(key), after.get(key))):
                yield f"{words_of(path)}: {phrase}"


def _of_list(path: str, before: list[Any], after: list[Any]) -> str:
    old, new = ([shown(each) for each in values] for values in (before, after))
    gone = [each for each in old if each not in new]
    come = [each for each in new if each not in old]
    parts = [f"{mark} {_some(each)}" for mark, each in (("added", come), ("removed", gone)) if each]
    return f"{words_of(path)}: {', '.join(parts) or 'another order'}"


def _of_value(path: str, before: Any, after: Any) -> str:
    unit = _OWN_UNITS.get(path) or next((unit for end, unit in _UNITS if path.endswith(end)), "")
    old, new = (_is_number(value) for value in (before, after))
    both = unit if old and new else ""
    first = f"{shown(before)}{unit if old and not both else ''}"
    return f"{words_of(path)} {first} → {shown(after)}{unit if new else ''}"


def _is_number(value: Any) -> bool:
    return not isinstance(value, bool) and str(value).replace(".", "", 1).isdigit()


def _some(names: list[Any]) -> str:
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return ", ".join(map(str, names[:_MOST])) + more


def words_of(path: str) -> str:
    """An attribute's name in words."""
    parts = path.replace(".", " ").replace("_", " ").split(" ")
    for end in ("in", "days", "seconds", "mb", "size"):
        if len(parts) > 1 and parts[-1] == end:
            parts.pop()
    return " ".join(_SPELT.get(part) or (part.upper() if part in _ABBREVIATIONS else part) for part in parts)


def shown(value: Any) -> str:
    """A value in words, cut in its middle if it is long."""
    if isinstance(value, Unknown):
        return "known after apply"
    meaning = meaning_of(value)
    if meaning == NOTHING:
        return "not set"
    if isinstance(value, bool) or meaning in ("true", "false"):
        return "on" if meaning == "true" else "off"
    if isinstance(meaning, str):
        return cut(_REFERENCE.sub(r"\1", meaning))
    return cut(json.dumps(value, sort_keys=True, ensure_ascii=False, default=str))


def cut(text: str) -> str:
    """The text in one line, without its middle if it is longer than a line of a table can show."""
    line = " ".join(text.split())
    half = (_LONGEST - 3) // 2
    return line if len(line) <= _LONGEST else f"{line[:half]} … {line[-half:]}"
