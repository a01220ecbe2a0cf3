"""Reads the objects that Terraform expressions such as `jsonencode({…})` contain."""

import json
import re
from typing import Any

_CALL = re.compile(r"\$\{\s*jsonencode\s*\((.*)\)\s*\}", re.DOTALL)
_SPACE = re.compile(r"(?:\s|#[^\n]*|//[^\n]*)*")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_WORD = re.compile(r"[A-Za-z_][\w-]*")
_CLOSING = {"(": ")", "[": "]", "{": "}"}


class NotReadableError(Exception):
    """The expression is none of objects, lists, texts and references."""


def encoded(text: str) -> Any:
    """The value that `${jsonencode(…)}` encodes; None if the text is something else or cannot be read."""
    if (call := _CALL.fullmatch(text.strip())) is None:
        return None
    try:
        reader = _Reader(call[1])
        value = reader.value()
        reader.skip()
    except (NotReadableError, IndexError, ValueError, RecursionError):
        return None
    return value if reader.at == len(reader.text) else None


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

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
            if self.text.startswith(("$${", "%%{"), self.at):
                raw += self.text[self.at : self.at + 3]
                self.at += 3
            elif self.text.startswith(("${", "%{"), self.at):
                self.at += 1
                inner = self.at
                self._brackets()
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

    def _brackets(self) -> None:
        """Goes past a bracket, all that it contains, and the bracket that ends it."""
        closing = _CLOSING[self.text[self.at]]
        self.at += 1
        while self.text[self.at] != closing:
            if self.text[self.at] == '"':
                self._string()
            elif self.text[self.at] in _CLOSING:
                self._brackets()
            else:
                self.at += 1
        self.at += 1

    def _expression(self) -> Any:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in ",]})\n":
            if self.text[self.at] == '"':
                self._string()
            elif self.text[self.at] in _CLOSING:
                self._brackets()
            else:
                self.at += 1
        word = self.text[start : self.at].strip()
        if not word:
            raise NotReadableError
        return {"true": True, "false": False, "null": None}.get(word, f"${{{word}}}")
