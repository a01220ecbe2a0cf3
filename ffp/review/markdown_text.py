"""Values as text of a code host's Markdown: none can become markup, a link, a mention, a reference or a comment.

Entities are used throughout, because they mean the same inside and outside HTML and cannot begin any markup. Code hosts
look for what they link after they read entities, so a space without width separates what they look for.
"""

import re

from ffp.review.shown import clipped, one_line, shown

_APART = "&#8203;"
_MARKUP = re.compile(r"[&<>\\`*_\[\]|~]")
_AT_THE_START = re.compile(r"[-+=#>:]|\d+(?=[.)](?:\s|$))")  # a list, a heading, a quotation
_LINKED = re.compile(r"@|#|\bGH-(?=\d)|:(?=//)|\bwww(?=\.)|:(?=[\w+-]+:)|\b(?:mailto|xmpp)(?=:)", re.IGNORECASE)
_PLAIN = re.compile(r"[^`|\\<>\n]+")


def words(value: str, most: int) -> str:
    """A value as plain words in one line, at most so many characters of it, also inside a table or HTML."""
    line = clipped(one_line(shown(value)), most)
    first = _AT_THE_START.match(line)
    start = "".join(f"&#{ord(each)};" for each in first[0]) if first else ""
    rest = line[first.end() :] if first else line
    if first and first[0] == "#":
        start += _APART
    parts: list[str] = []
    at = 0
    for match in _LINKED.finditer(rest):
        parts += [_escaped(rest[at : match.end()]), _APART]
        at = match.end()
    # A dollar that is alone in an element cannot begin a formula.
    return (start + "".join([*parts, _escaped(rest[at:])])).replace("$", "<span>$</span>")


def code(value: str, most: int) -> str:
    """A value as code in one line, at most so many characters of it, also inside a table; empty if there is none."""
    line = clipped(shown(value).strip().replace("\n", "⏎"), most)
    if not line:
        return ""
    if _PLAIN.fullmatch(line):
        return f"`{line}`"
    return f"<code>{''.join(each if each.isalnum() or each == ' ' else f'&#{ord(each)};' for each in line)}</code>"


def _escaped(text: str) -> str:
    return _MARKUP.sub(lambda match: f"&#{ord(match[0])};", text)
