"""What a value means: two that AWS treats alike have one meaning, however they are written."""

import json
import re
from collections.abc import Mapping
from typing import Any

from ffp.review.side import Side

_DATA = re.compile(r"\$\{(data\.[A-Za-z][\w-]*\.[A-Za-z_][\w-]*)((?:\.[\w-]+|\[\d+\])*)\}")
_KEY_OF_ALIAS = re.compile(r"\$\{(aws_kms_alias\.[\w-]+)\.target_key_arn\}")
_DEEPEST = 10  # data sources that read data sources
NOTHING = ""


def meaning_of(value: Any) -> Any:
    """A value in one form: nothing empty, lists in one order, a list of one as its element, JSON as what it says."""
    if isinstance(value, str):
        return _meaning_of_text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:.12g}"
    if isinstance(value, Mapping):
        inner = {str(key): meaning_of(each) for key, each in value.items()}
        return {key: each for key, each in inner.items() if each not in (NOTHING, {})} or NOTHING
    if isinstance(value, list | tuple):
        return _list([each for each in map(meaning_of, value) if each != NOTHING])
    if value is None:
        return NOTHING
    return _meaning_of_text(str(value))


def _meaning_of_text(text: str) -> Any:
    if text[:1] in ("{", "[") and not text.startswith("${"):
        try:
            return meaning_of(json.loads(text))
        except (RecursionError, ValueError):
            return text
    return text


def _list(elements: list[Any]) -> Any:
    if len(elements) < 2:
        return elements[0] if elements else NOTHING
    return sorted(elements, key=lambda each: json.dumps(each, sort_keys=True))


class Contents:
    """Resolves the values of one side, where a policy document stands for what it says instead of for its address."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self._documents: dict[str, str] = {}

    def of(self, value: Any) -> Any:
        """A value with each reference replaced by what is known of it, documents included."""
        return self._with_documents(self.side.resolved(self._with_keys(value)), 0)

    def attributes(self, attributes: Mapping[str, Any]) -> dict[str, Any]:
        """All attributes, resolved."""
        return {name: self.of(value) for name, value in attributes.items()}

    def _with_keys(self, value: Any) -> Any:
        """A value in which a key is named by itself, where it was named by its alias."""
        if isinstance(value, list | tuple):
            return [self._with_keys(inner) for inner in value]
        if not isinstance(value, str) or "${aws_kms_alias." not in value:
            return value
        return _KEY_OF_ALIAS.sub(self._key, value)

    def _key(self, match: re.Match[str]) -> str:
        alias = self.side.stack.by_address.get(match[1])
        key = self.side.references.first(alias.attributes.get("target_key_id"), "aws_kms_key") if alias else None
        return f"${{{key.address}.arn}}" if key else match[0]

    def _with_documents(self, value: Any, depth: int) -> Any:
        if isinstance(value, str):
            if "${data." not in value:
                return value
            return _DATA.sub(lambda match: self._document(match[1], depth) + match[2], value)
        if isinstance(value, dict):
            return {key: self._with_documents(inner, depth) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self._with_documents(inner, depth) for inner in value]
        return value

    def _document(self, address: str, depth: int) -> str:
        block = self.side.stack.by_address.get(address)
        if block is None or depth > _DEEPEST:
            return address
        if address not in self._documents:
            resolved = self._with_documents(self.side.resolved(dict(block.attributes)), depth + 1)
            self._documents[address] = f"{block.type} {json.dumps(meaning_of(resolved), sort_keys=True)}"
        return self._documents[address]
