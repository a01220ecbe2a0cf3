"""What a text names as a destination: a resource of the stack, or an ARN, a web address, a host or a mailbox."""

import re
from dataclasses import dataclass
from functools import cached_property

_ARN = re.compile(r"arn:aws[\w-]*:[^:\s]*:[^:\s]*:(?P<account>\d{12}|[^:\s]*):\S+")
_URL = re.compile(r"[a-z][a-z0-9+.-]*://(?:[^/@\s]*@)?(?P<host>[^/:?#\s]+)", re.IGNORECASE)
_MAIL = re.compile(r"[^@\s/:]+@[\w.-]+\.\w+")
_ADDRESS = re.compile(r"\d{1,3}(\.\d{1,3}){3}(:\d+)?")
_HOST = re.compile(r"(?=.*[a-z])([a-z0-9-]+\.)+[a-z]{2,}(:\d+)?", re.IGNORECASE)
_FILE = re.compile(r"\.(js|mjs|py|json|ya?ml|txt|html?|jpe?g|png|mp4|csv|zip|pem|crt|handler|main)$", re.IGNORECASE)
_PLAIN = re.compile(r"-?\d+(\.\d+)?|true|false|on|off|yes|no", re.IGNORECASE)
_QUEUE = re.compile(r"https://sqs\.[^/]+/(?P<account>\d{12})/")


@dataclass(frozen=True)
class Target:
    """What a text names. `own` are the addresses of the stack's resources that it names; `account` is the stack's."""

    text: str
    own: frozenset[str] = frozenset()
    account: str = ""

    @cached_property
    def foreign(self) -> str:
        """A destination that is no resource of the stack, without what does not tell who receives; empty for none."""
        text = self.text.strip()
        if self.own or "${" in text:
            return ""
        if found := _URL.match(text):
            queue = _QUEUE.match(text)
            return text.lower() if queue else found["host"].lower()
        if any(pattern.fullmatch(text) for pattern in (_ARN, _MAIL, _ADDRESS)):
            return text
        return text.lower() if _HOST.fullmatch(text) and not _FILE.search(text) else ""

    @property
    def is_of_others(self) -> bool:
        """Whether it surely belongs to another account."""
        found = _ARN.fullmatch(self.text.strip()) or _QUEUE.match(self.text.strip())
        account = found["account"] if found else ""
        return bool(self.account and account.isdigit() and account != self.account and not self.own)

    @property
    def is_plain(self) -> bool:
        """Whether it names nothing: a number or a truth value."""
        return bool(_PLAIN.fullmatch(self.text.strip())) or not self.text.strip()


def is_elsewhere(before: Target | None, after: Target) -> bool:
    """Whether what went to one place goes to another now, or to somebody else's account for the first time."""
    if before is None or before.is_plain:
        return after.is_of_others
    if before.own:
        return not after.is_plain and not (before.own <= after.own)
    if before.foreign:
        return bool(after.foreign and before.foreign != after.foreign)
    return after.is_of_others
