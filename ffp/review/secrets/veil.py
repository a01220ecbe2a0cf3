"""Hides every secret of a review, wherever it stands and however it is written."""

import base64
import html
import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from itertools import accumulate
from typing import Any
from urllib.parse import quote, quote_plus

from ffp.review.report import Review
from ffp.review.secrets import signs
from ffp.review.secrets.found import found_in
from ffp.review.side import Side, Unknown

HIDDEN = "(not shown)"
_CONTAINED = 8  # characters from which a value is hidden inside words, too
_MIXED = 6  # the same for values of letters and digits
_SHORTEST = 4  # shorter ones are hidden only where they are the whole text
_CUT = 12  # characters of a value by which its beginning is recognised where an output cut it
_REST, _ENDS = "\0", ("…", "...", "")
_BETWEEN = "\n\0\n"  # between texts that are searched at once: no form contains it
_ENCODED = 24  # characters from which a whole text may be base64 of one with a secret in it
_ORDINARY = re.compile(r"(?:true|false|yes|no|on|off|null|none|-?\d{1,5}|\(not shown\)|)", re.IGNORECASE)


class Veil:
    """Hides some values, in every notation in which a review may write them, and whatever else looks like a secret."""

    def __init__(self, values: Iterable[str]) -> None:
        self._values = {value: _probes(value) for value in values if _is_telling(value)}

    def over(self, text: str) -> str:
        """The text with every secret replaced."""
        return self.over_all([text]).get(text, text)

    def over_all(self, texts: Iterable[str]) -> dict[str, str]:
        """Each text that holds a secret, with every secret replaced. All texts are searched at once, which is fast."""
        unique = list(dict.fromkeys(texts))
        joined = _BETWEEN.join(unique)
        starts = list(accumulate((len(text) + len(_BETWEEN) for text in unique), initial=0))
        wanted = self._notations_in(joined)
        places = [place for each in wanted for place in _all(joined, each)]
        places += [start for _, start, _ in signs.spans(joined)]
        some = {bisect_right(starts, place) - 1 for place in places}
        some.update(place for place, text in enumerate(unique) if text.strip() in self._values)
        some.update(place for place, text in enumerate(unique) if _is_encoded_secret(text))
        pattern = re.compile("|".join(sorted(map(_pattern, wanted), key=len, reverse=True))) if wanted else None
        hidden = ((unique[place], self._hidden(unique[place], pattern)) for place in some)
        return {text: after for text, after in hidden if text != after}

    def _notations_in(self, joined: str) -> list[str]:
        """The notations of the values that a text contains, whole or as far as an output cut them."""
        found: dict[str, None] = {}
        for value, probes in self._values.items():
            if any(probe in joined for probe in probes):
                for each in _notations(value):
                    if len(each) >= _SHORTEST and each in joined:
                        found[each] = None
                    if len(each) > _CUT + 3 and each[:_CUT] in joined and not re.search(r"\s|://|^-----", each[:_CUT]):
                        found.update((f"{each[:_CUT]}{_REST}{end}", None) for end in _ENDS)
        return list(found)

    def _hidden(self, text: str, pattern: re.Pattern[str] | None) -> str:
        if text.strip() in self._values or _is_encoded_secret(text):
            return HIDDEN
        if pattern is not None:
            text = pattern.sub(HIDDEN, text)
        parts, at = [], 0
        for start, end in sorted((start, end) for _, start, end in signs.spans(text)):
            if start >= at and HIDDEN not in text[start:end] and "${" not in text[start:end]:
                parts += [text[at:start], HIDDEN]
                at = end
        return "".join([*parts, text[at:]])


def _all(text: str, notation: str) -> Iterator[int]:
    """Every place of a notation in a text."""
    beginning = notation.split(_REST)[0]
    at = text.find(beginning)
    while at >= 0:
        yield at
        at = text.find(beginning, at + 1)


def _pattern(notation: str) -> str:
    beginning, rest, end = notation.partition(_REST)
    if rest:
        return rf"{re.escape(beginning)}[^\n\0]*?(?={re.escape(end)})" if end else rf"{re.escape(beginning)}\S*\Z"
    pattern = re.escape(notation)
    is_rare = len(notation) >= _CONTAINED or (len(notation) >= _MIXED and signs.is_mixed(notation))
    return pattern if is_rare else rf"(?:(?<![\w-])|(?<=%[0-9A-Fa-f]{{2}})){pattern}(?![\w-])"


def _is_telling(value: str) -> bool:
    """Whether hiding a value helps: not what stands in every text, such as a switch or a small number."""
    return _ORDINARY.fullmatch(value.strip()) is None


def _probes(value: str) -> list[str]:
    """Texts of which a text contains at least one if it contains the value in any notation, or its beginning."""
    run = max(re.findall(r"[A-Za-z0-9]+", value), key=len, default="")
    plain = [run, value[:_CUT]] if len(run) >= _SHORTEST else list(_notations(value))
    return [each for each in (*plain, *_in_base64(value.encode(errors="replace"))) if len(each) >= _SHORTEST]


def _notations(value: str) -> Iterator[str]:
    """The ways in which a review, or a text that it quotes, may write a value."""
    lines = [line.strip() for line in value.splitlines() if len(line.strip()) > _CUT and "-----" not in line]
    for each in dict.fromkeys([value, value.strip(), *(lines if len(lines) > 1 else ())]):
        once = json.dumps(each)[1:-1]
        escaped = (each, once, json.dumps(each, ensure_ascii=False)[1:-1], json.dumps(once)[1:-1], repr(each)[1:-1])
        for text in dict.fromkeys(escaped):
            yield text
            yield from (html.escape(text), html.escape(text, quote=False))
        yield from (quote(each, safe=""), quote(each), quote_plus(each), quote(each, safe="").replace("%2F", "%2f"))
        if len(each) >= _SHORTEST + 2:
            yield from _in_base64(each.encode(errors="replace"))


def _in_base64(data: bytes) -> Iterator[str]:
    """What of a value's base64 is the same wherever in a longer text it begins."""
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + data).decode()
        core = encoded[(0, 2, 3)[offset] :].rstrip("=")
        core = core[: len(core) - (1 if (offset + len(data)) % 3 else 0)]
        if len(core) >= _CONTAINED:
            yield core
            yield core.replace("+", "-").replace("/", "_")


def _is_encoded_secret(text: str) -> bool:
    """Whether a whole text is base64 of something with a secret in it."""
    inner = signs.decoded(text) if len(text) >= _ENCODED and " " not in text else ""
    return bool(inner) and signs.form_of(inner) is not None


def without_secrets(review: Review, sides: Iterable[Side], sensitive: Iterable[Any] = ()) -> Review:
    """The review without any secret of its sides, any value that a plan marks sensitive, and anything that looks so."""
    values = {value for side in sides for found in found_in(side) for value in found.values}
    for text in _texts_of(sensitive):
        values.update([text, *(text[start:end] for _, start, end in signs.spans(text))])
    hidden = Veil(values).over_all(_strings(review))
    return _replaced(review, hidden) if hidden else review


def _texts_of(values: Any) -> Iterator[str]:
    """Every text in values of any shape; numbers, too."""
    if isinstance(values, str):
        yield values
    elif isinstance(values, dict):
        yield from (text for each in values.values() for text in _texts_of(each))
    elif isinstance(values, bool | None | Unknown):
        return
    elif isinstance(values, int | float):
        yield str(values)
    elif isinstance(values, Iterable):
        yield from (text for each in values for text in _texts_of(each))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, Enum):
        return
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        yield from (text for field in fields(value) for text in _strings(getattr(value, field.name)))
    elif isinstance(value, dict):
        yield from (text for each in (*value, *value.values()) for text in _strings(each))
    elif isinstance(value, list | tuple | set | frozenset):
        yield from (text for each in value for text in _strings(each))


def _replaced(value: Any, hidden: dict[str, str]) -> Any:
    """The value with texts replaced, and everything without one as it is."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return hidden.get(value, value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {}
        for field in fields(value):
            old = getattr(value, field.name)
            new = _replaced(old, hidden)
            if new is not old:
                changed[field.name] = new
        return replace(value, **changed) if changed else value
    if isinstance(value, dict):
        return {_replaced(key, hidden): _replaced(inner, hidden) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        inner = [_replaced(each, hidden) for each in value]
        return value if all(one is other for one, other in zip(inner, value, strict=True)) else type(value)(inner)
    return value
