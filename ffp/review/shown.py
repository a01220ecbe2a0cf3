"""Values as an output shows them: a resource's value is input, so what could deceive a reader is made visible."""

import re
from urllib.parse import quote

# Control characters, surrogates that no encoding accepts, and characters that are invisible or turn the text around.
_DECEIVING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_SHORTEST_CUT = 20  # characters that the note on what was cut may take


def shown(text: str) -> str:
    """The text with each deceiving character replaced by its code, such as `\\u202e`. Line ends and tabs stay."""
    return _DECEIVING.sub(_code, text.replace("\r\n", "\n"))


def clipped(text: str, length: int) -> str:
    """The text, or so much of its beginning that it and the number of characters left out fit into the length."""
    if len(text) <= length:
        return text
    note = f"… ({len(text):,} characters)"
    return f"{text[: max(length - len(note), _SHORTEST_CUT)]}{note}"


def one_line(text: str) -> str:
    """The text in one line."""
    return " ".join(text.split())


def counted(number: int, what: str, many: str = "") -> str:
    """A number with its noun, in the plural unless it is one."""
    return f"{number:,} {what if number == 1 else many or f'{what}s'}"


def source_link(source: str, base_url: str) -> str:
    """The address of a line of Python at a code host; empty without a base or for a base that is no web address."""
    file, _, line = source.rpartition(":")
    if not (source and re.match(r"https?://[^\s\"'<>]+$", base_url)):
        return ""
    path, anchor = (file, f"#L{line}") if file and line.isdigit() else (source, "")
    return f"{base_url.rstrip('/')}/{_quoted(path)}{anchor}"


def _code(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _quoted(path: str) -> str:
    return quote(path, safe="/~", errors="replace")
