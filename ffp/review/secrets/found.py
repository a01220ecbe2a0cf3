"""Finds secrets in a stack: every text of every block, of outputs, locals and settings of the backend."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from ffp.model.references import walk
from ffp.review.secrets import signs
from ffp.review.side import Side, once_a_side, values_in
from settings.secrecy import secret_variable

# Places of values that somebody chooses: there, any random text is a secret.
_CHOSEN = re.compile(
    r"(?:^|\.)(?:variables|environment(?:_variables)?|secret_string\w*|secret_binary\w*|insecure_value|input|payload|"
    r"user_data\w*|custom_headers?|header_parameters|query_string_parameters|connection_properties|default_arguments|"
    r"container_definitions|stage_variables|container_properties|environment_files|client_context)(?:\.|\[|$)"
)
_NAMES, _VALUES = ("name", "key", "header_name", "Name", "Key"), ("value", "Value", "header_value")
_PROGRAMS = re.compile(r"(?:^|\.)(?:user_data\w*|buildspec|inline_code|commands?|content)(?:\[\d+\])?$")
_PUBLIC_LINE = re.compile(r"sha\d|md5|checksum|digest|commit|fingerprint|gpg|https?://|--key|sha:", re.IGNORECASE)
_PLACES = re.compile(r"\[\d+\]")
_WHOLE_SECRET = ("secret_string", "secret_binary", "secret_string_wo", "plaintext")
_TYPES_WITH_VALUE = ("aws_ssm_parameter", "aws_api_gateway_api_key", "terraform_data")
_NAMED = ("name", "identifier", "function_name", "bucket", "queue_name", "alias", "topic_name", "username")
_ADDRESS = re.compile(r"(?:user|username|host|port|engine|db_?name|database|url|endpoint|region|\w*_id|arn)$", re.I)
_STARTS = {"locals": "local", "variable": "var"}  # of the addresses of what stands in a section
_UNITS = "token_validity_units"
_KEY_ID = re.compile(r"(?:mrk-)?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")  # of KMS
_DEEPEST = 12
_SHORTEST_KEY = 16  # characters from which the key of a map may be a secret itself
_USUAL = 5  # names with the same beginning, from which on it is the stack's


@dataclass(frozen=True)
class Found:
    """A secret in clear: where it is and of what kind. `values` are what nobody may see, and are never shown."""

    address: str
    type: str
    path: str
    kind: str
    values: tuple[str, ...] = field(repr=False)

    @property
    def key(self) -> tuple[str, str, tuple[str, ...]]:
        """What is the same on both sides, whatever a block is called and in whichever order a list is."""
        return self.type, _PLACES.sub("", self.path), self.values


class _Text(NamedTuple):
    path: str
    name: str
    text: str
    is_chosen: bool


@once_a_side
def found_in(side: Side) -> tuple[Found, ...]:
    """Every secret in clear of one side."""
    return tuple(_found_in(side))


def _found_in(side: Side) -> Iterator[Found]:
    names = _names(side)
    for block in side.stack.blocks:
        for attributes in (block.attributes, side.known.get(block.address, {})):
            for each in _texts(dict(attributes), "", "", block.kind == "provider", block.type):
                if not _is_ordinary(each, block.type):
                    yield from _judged(side.address(block), block.type, each, names, attributes)
        for each in _texts(block.comment, "//", "", False, block.type):
            if not _is_ordinary(each, block.type):
                yield from _judged(side.address(block), block.type, each, names, {})
    for section, given in side.stack.others.items():
        start = _STARTS.get(section, section)
        for name, value in given.items() if isinstance(given, dict) else enumerate(values_in(given)):
            for each in _texts(value, "", str(name), True, section):
                kept_as = str(name) if each.path in ("value", "default") else each.name
                yield from _judged(f"{start}.{name}", section, each._replace(name=kept_as), names, {})


def _names(side: Side) -> frozenset[str]:
    """The names of resources, which are no secrets even under the name of one."""
    given = (block.attributes.get(key) for block in side.stack.blocks for key in _NAMED)
    values = (side.resolved(value) for value in given if isinstance(value, str))
    found = {value for value in values if isinstance(value, str)}
    # What begins like most names of the stack is a name, too, of something that another stack makes.
    begins = Counter("-".join(value.split("-")[:2]) for value in found if value.count("-") > 1)
    return frozenset({*found, *(f"{begin}-*" for begin, number in begins.items() if number > _USUAL)})


def _texts(value: Any, path: str, name: str, is_chosen: bool, type_: str) -> list[_Text]:
    """Every text in a value, with the name under which it is kept; texts that are JSON are entered."""
    found: list[_Text] = []
    _collect(found, value, path, name, is_chosen, type_, 0)
    return found


def _collect(found: list[_Text], value: Any, path: str, name: str, is_chosen: bool, type_: str, depth: int) -> None:
    if depth > _DEEPEST:
        return
    if isinstance(value, str):
        inner = _json(value) if "{" in value or "[" in value else None
        if inner is not None and path not in _WHOLE_SECRET:
            _collect(found, inner, path, name, is_chosen, type_, depth + 1)
        elif value:
            found.append(_Text(path, name, value, is_chosen or (type_ in _TYPES_WITH_VALUE and path == "value")))
    elif isinstance(value, dict):
        for key, inner in value.items():
            step = f"{path}.{key}" if path else str(key)
            own = _own_name(value) if key in _VALUES else None
            if len(str(key)) >= _SHORTEST_KEY:
                found.append(_Text(step, "", str(key), False))
            is_chosen_there = is_chosen or own is not None or _holds_chosen(str(key))
            _collect(found, inner, step, str(key) if own is None else own, is_chosen_there, type_, depth + 1)
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            _collect(found, inner, f"{path}[{index}]", name, is_chosen, type_, depth + 1)


def _own_name(pair: Mapping[str, Any]) -> str | None:
    """The name that a block gives to its value; None if it gives none."""
    return next((pair[key] for key in _NAMES if isinstance(pair.get(key), str)), None)


@lru_cache(maxsize=16384)
def _holds_chosen(key: str) -> bool:
    return _CHOSEN.search(key) is not None


def _json(text: str) -> Any:
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        inner = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return inner if isinstance(inner, dict | list) else None


@lru_cache(maxsize=65536)  # most texts are in many blocks, and on both sides
def _is_ordinary(each: _Text, type_: str) -> bool:
    """Whether a text is no secret, whatever else its block and its stack contain."""
    return type_ not in _TYPES_WITH_VALUE and not any(_judged("", type_, each, frozenset(), {}))


def _judged(
    address: str, type_: str, each: _Text, names: frozenset[str], attributes: Mapping[str, Any]
) -> Iterator[Found]:
    text, plain = each.text, signs.literal(each.text)
    if not plain.strip() and '"' not in text:
        return
    if each.path in _WHOLE_SECRET and each.name:
        if values := tuple(_told(text)):
            yield Found(address, type_, each.path, "a secret's value", values)
        return
    if kind := signs.form_of(text):
        yield Found(address, type_, each.path, kind, _parts(text))
    elif is_named_secret(each.path, each.name, text, names, type_, attributes):
        yield Found(address, type_, each.path, "a secret under its name", (text, *_pieces(text)))
    elif not (inner := signs.decoded(plain) if len(plain) >= 16 else ""):
        if _PROGRAMS.search(each.path):
            is_random = any(map(_is_random_line, text.splitlines()))
        else:
            is_random = signs.is_random(each.name, text, strictly=not each.is_chosen)
        if is_random:
            yield Found(address, type_, each.path, "a random key", (text, *_pieces(text)))
    else:
        lines = [*inner.splitlines(), inner]
        if kind := next(filter(None, map(signs.form_of, lines)), None):
            yield Found(address, type_, each.path, kind, (text, *_parts(inner)))
        elif _PROGRAMS.search(each.path) and (random := [*filter(_is_random_line, lines[:-1])]):
            yield Found(address, type_, each.path, "a random key", (text, *random))


def is_named_secret(
    path: str, name: str, text: str, names: frozenset[str], type_: str, attributes: Mapping[str, Any]
) -> bool:
    """Whether a text is a secret because its name, or its place, says so."""
    plain = signs.literal(text).strip()
    is_name = plain in names or (f"{'-'.join(plain.split('-')[:2])}-*" in names and not re.search(r"[A-Z]|\d", plain))
    if not signs.is_value(text) or is_name or _UNITS in path:
        return False
    if type_ == "aws_ssm_parameter" and path.startswith("value"):
        return attributes.get("type") == "SecureString" or signs.says_secret(str(attributes.get("name", "")))
    if signs.says_secret(name):
        return bool(_CHOSEN.search(path)) or not (_KEY_ID.fullmatch(plain) and name.endswith("encryption_key"))
    # A name that only contains the word: `PASSWORD_OF_ADMIN`. Its value must look like a password, too.
    is_variable = bool(_CHOSEN.search(path)) and secret_variable(name.replace("-", "_"), None) is not None
    return is_variable and any(map(str.isdigit, text)) and re.fullmatch(r"(?=.*[A-Za-z])[^\s/:.]{7,}", text) is not None


def _told(text: str) -> Iterator[str]:
    """What a secret's value tells: all of it, and of JSON each value that is not an ordinary part of an address."""
    inner = _json(text)
    if inner is None:
        yield from [text] if signs.literal(text).strip() else []
        return
    leaves = [(path, value) for path, value in walk(inner) if isinstance(value, str) and signs.literal(value).strip()]
    told = [value for path, value in leaves if not _ADDRESS.search(path) and signs.is_value(value)]
    yield from [text, *told] if told else []


def _parts(text: str) -> tuple[str, ...]:
    """What is secret in a text with a well-known form; the whole text where its place is not known."""
    plain = [text[start:end] for _, start, end in signs.spans(text)]
    inner = signs.decoded(text)
    hidden = [inner[start:end] for _, start, end in signs.spans(inner)] if inner else []
    return tuple(dict.fromkeys([*plain, *hidden, *([text] if inner or not plain else [])]))


def _is_random_line(line: str) -> bool:
    """Whether a line of a program holds a random key, other than the checksum or the address of something."""
    return not _PUBLIC_LINE.search(line) and signs.is_random("", line, strictly=False)


def _pieces(text: str) -> tuple[str, ...]:
    """The texts between the references of a text, as far as they say anything."""
    return tuple(piece for piece in re.split(r"[$%]\{[^}]*\}", text) if len(piece) >= 6 and piece != text)
