"""Reads Terraform's expressions as far as they are literal: objects, lists, texts, and functions of them."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

_CALL = re.compile(r"\$\{\s*jsonencode\s*\((.*)\)\s*\}", re.DOTALL)
_NAMED_CALL = re.compile(r"([a-z][a-z0-9_]*)\(")
_VERB = re.compile(r"%(.)")
_ORDINARY = re.compile(r"[^\"$%\\]+")
_NO_BRACKETS = re.compile(r"[^\"()\[\]{}]+")
_AFTER_VALUE = ",]})\n"
_SPACE = re.compile(r"(?:\s|#[^\n]*|//[^\n]*)*")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_WORD = re.compile(r"[A-Za-z_][\w-]*")
_CLOSING = {"(": ")", "[": "]", "{": "}"}


class NotReadableError(Exception):
    """The expression is none of objects, lists, texts and references."""


_UNREADABLE = (NotReadableError, IndexError, ValueError, RecursionError)


def encoded(text: str) -> Any:
    """The value that `${jsonencode(…)}` encodes; None if the text is something else or cannot be read."""
    if (call := _CALL.fullmatch(text.strip())) is None:
        return None
    try:
        return _Reader(call[1]).whole()
    except _UNREADABLE:
        return None


def evaluated(text: str) -> Any:
    """A template with each of its expressions evaluated that is literal; the others stay as they are.

    A template that is one expression becomes that expression's value, of whatever type.
    """
    found: list[Any] = []
    at = 0
    while (start := text.find("${", at)) >= 0:
        if text.startswith("$", start - 1) and start > at:  # `$${` is the text `${`
            found.append(text[at : start + 2])
            at = start + 2
            continue
        reader = _Reader(text, start + 1)
        try:
            reader.brackets()
            value = _Reader(text[start + 2 : reader.at - 1]).whole()
        except _UNREADABLE:
            return text
        found += [text[at:start], value]
        at = reader.at
    pieces = [each for each in [*found, text[at:]] if each != ""]
    if len(pieces) == 1:
        return pieces[0]
    return "".join(map(_text, pieces)) if all(map(_is_plain, pieces)) else text


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float)


def _text(value: Any) -> str:
    """A value as a template contains it."""
    if not _is_plain(value):
        raise NotReadableError
    return str(value).lower() if isinstance(value, bool) else str(value)


def _join(separator: str, *lists: list[Any]) -> str:
    return separator.join(_text(each) for one in lists for each in _list_of(one))


def _format(pattern: str, *values: Any) -> str:
    left = list(values)

    def filled(match: re.Match[str]) -> str:
        if match[1] == "%":
            return "%"
        if match[1] not in "sd" or not left:
            raise NotReadableError
        return _text(left.pop(0))

    return _VERB.sub(filled, pattern)


def _concat(*lists: list[Any]) -> list[Any]:
    return [each for one in lists for each in _list_of(one)]


def _merge(*objects: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for each in objects for key, value in each.items()}


def _list_of(value: Any) -> list[Any]:
    """A literal list. What a reference stands for may be one with other elements."""
    if not isinstance(value, list):
        raise NotReadableError
    return value


def _set(value: Any) -> list[Any]:
    return list({json.dumps(each): each for each in _list_of(value)}.values())


_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "concat": _concat,
    "format": _format,
    "join": _join,
    "merge": _merge,
    "tolist": _list_of,
    "tomap": _merge,
    "toset": _set,
    "tostring": _text,
}


class _Reader:
    def __init__(self, text: str, at: int = 0) -> None:
        self.text = text
        self.at = at

    def whole(self) -> Any:
        """The value that is the whole text. Raises one of `_UNREADABLE` if there is more or less."""
        value = self.value()
        self.skip()
        if self.at != len(self.text):
            raise NotReadableError
        return value

    def skip(self) -> None:
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def value(self) -> Any:
        """The next value. What is not literal becomes an interpolation, as in Terraform's JSON."""
        self.skip()
        match self.text[self.at]:
            case "{":
                return self._object()
            case "[":
                return self._list()
            case '"':
                return self._string()
        if number := _NUMBER.match(self.text, self.at):
            self.at = number.end()
            return json.loads(number[0])
        if (call := _NAMED_CALL.match(self.text, self.at)) and call[1] in _FUNCTIONS:
            return self._called(call)
        return self._expression()

    def _called(self, call: re.Match[str]) -> Any:
        """What a function makes of literal values; else the expression with the call."""
        start, self.at = self.at, call.end()
        values = []
        try:
            while not self._ends(")"):
                values.append(self.value())
            self.skip()
            if self.at == len(self.text) or self.text[self.at] in _AFTER_VALUE:
                return _FUNCTIONS[call[1]](*values)
        except (*_UNREADABLE, AttributeError, TypeError):
            pass
        self.at = start
        return self._expression()

    def _object(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        self.at += 1
        while not self._ends("}"):
            if self.text[self.at] == '"':
                key = self._string()
            elif word := _WORD.match(self.text, self.at):
                key, self.at = word[0], word.end()
            else:
                raise NotReadableError
            self.skip()
            if self.text[self.at] not in "=:":
                raise NotReadableError
            self.at += 1
            found[key] = self.value()
        return found

    def _list(self) -> list[Any]:
        found = []
        self.at += 1
        while not self._ends("]"):
            found.append(self.value())
        return found

    def _ends(self, closing: str) -> bool:
        self.skip()
        while self.text[self.at] == ",":
            self.at += 1
            self.skip()
        if self.text[self.at] == closing:
            self.at += 1
            return True
        return False

    def _string(self) -> str:
        """A text with its interpolations as they are written."""
        start = self.at
        self.at += 1
        raw = ""
        while self.text[self.at] != '"':
            if plain := _ORDINARY.match(self.text, self.at):
                raw += plain[0]
                self.at = plain.end()
                continue
            if self.text.startswith(("$${", "%%{"), self.at):
                raw += self.text[self.at : self.at + 3]
                self.at += 3
            elif self.text.startswith(("${", "%{"), self.at):
                self.at += 1
                inner = self.at
                self.brackets()
                raw += json.dumps(f"${self.text[inner : self.at]}")[1:-1]
            elif self.text[self.at] == "\\":
                raw += self.text[self.at : self.at + 2]
                self.at += 2
            else:
                raw += self.text[self.at]
                self.at += 1
        self.at += 1
        try:
            return str(json.loads(f'"{raw}"', strict=False))
        except ValueError as problem:
            raise NotReadableError(self.text[start : self.at]) from problem

    def brackets(self) -> None:
        """Goes past a bracket, all that it contains, and the bracket that ends it."""
        closing = _CLOSING[self.text[self.at]]
        self.at += 1
        while self.text[self.at] != closing:
            if plain := _NO_BRACKETS.match(self.text, self.at):
                self.at = plain.end()
            elif self.text[self.at] == '"':
                self._string()
            elif self.text[self.at] in _CLOSING:
                self.brackets()
            else:
                self.at += 1
        self.at += 1

    def _expression(self) -> Any:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in _AFTER_VALUE:
            if self.text[self.at] == '"':
                self._string()
            elif self.text[self.at] in _CLOSING:
                self.brackets()
            else:
                self.at += 1
        word = self.text[start : self.at].strip()
        if not word:
            raise NotReadableError
        return {"true": True, "false": False, "null": None}.get(word, f"${{{word}}}")
