"""What in a text looks like a secret, and which part of it: well-known formats, names that say it, and randomness."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from ffp.review.secrets.forms import decoded as decoded
from ffp.review.secrets.forms import is_mixed as is_mixed
from ffp.review.secrets.forms import possible
from settings.secrecy import secret_format, secret_variable

_ASSIGNED = "a password written out"
_WORDS_FOR_SECRETS = ("passw", "passphrase", "pwd", "secret", "token", "key")
_BY_NAME = re.compile(
    r"(?P<name>passw(?:or)?d|passphrase|pwd|secret|token|key)(?P<between>[\"']?\s*(?:=>|[:=]|\s(?:is|was)\s)\s*[\"']?)"
    r"(?!\$|%[({]|<|arn:)(?P<value>[^\s\"'`$,;&<>(){}\[\]]{3,})",
    re.IGNORECASE,
)
# In prose, right after the word: only what nobody would take for another word.
_AFTER_THE_WORD = re.compile(
    r"(?i:passw(?:or)?d|passphrase|pwd)\s+[\"']?(?P<value>(?=\S*\d)(?=\S*[a-z])(?=\S*[A-Z])[\w!@#%&*+~^?=|-]{8,}[.!]?)"
)
_KEY = re.compile(r"(?:api|access|private)[_-]?$", re.IGNORECASE)
_LIKE_A_PASSWORD = re.compile(r"(?=\D*\d)(?=[^A-Za-z]*[A-Za-z])[\w!@#%&*+~^?=|-]{6,}[.!]?")

# Whose name ends like this holds the secret itself; `DB_SECRET_NAME` and `TOKEN_LIFETIME` do not.
_WORD = (
    r"(?:PASSW(?:OR)?DS?|PASSPHRASE|PWD|(?:^|(?<=_))(?:PASS|PASSCODE|PIN|SALT|PEPPER)|SECRET|TOKEN|CREDENTIALS?|"
    r"(?:API|ACCESS|PRIVATE|SIGNING|SIGNATURE|ENCRYPTION|MASTER|AUTH|HMAC|SESSION|JWT|SHARED|PRESHARED|CLIENT|"
    r"LICEN[CS]E|SERVICE|WEBHOOK|DEPLOY|ADMIN|ACCOUNT|STORAGE|SYMMETRIC|AES|SSH)_?KEYS?|"
    r"SECRET_(?:STRING|BINARY)|KEY_MATERIAL)"
)
_SAYS_SECRET = re.compile(
    rf"{_WORD}(?:_(?:VALUE|TEXT|STRING|BINARY|BASE64|B64|PEM|PLAIN|PLAINTEXT|OLD|NEW|CURRENT|PREVIOUS|PENDING|PRIMARY|"
    r"SECONDARY|DEV|TEST|STAGING|PROD|PRODUCTION|LIVE|WO|V?\d+))*$"
)
# Tokens that only tell two requests apart, and names of keys that somebody has registered.
_ONLY_NAMES = re.compile(r"(?:^|_)(?:CREATION|IDEMPOTENCY|REQUEST|UPDATE)_TOKEN$|EC2_SSH_KEY$")
_SAYS_HARMLESS = re.compile(
    r"HASH|SHA_?\d|SHA$|DIGEST|CHECKSUM|ETAG|FINGERPRINT|THUMBPRINT|COMMIT|REVISION|VERSION|PUBLIC|CERTIFICATE|SCHEMA|"
    r"IMAGE|FILENAME|HANDLER|(?:^|_)(?:ARNS?|IDS?|URLS?|URI|PATH|FILE|AMI|GIT|BUILD|S3_KEY|ENCODED_KEY|DN)$|^KEY$"
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NO_VALUE = re.compile(
    r"(?:true|false|yes|no|on|off|null|none|enabled|disabled|required|optional|default|auto|managed|seconds|minutes|"
    r"hours|days|never|always|bearer|basic|jwt|access|id|refresh|header|authorizer|aws[_-]managed|\*+|x+|\.+|-?\d{1,5}|"
    r"\$+\.\S*|(?:arn:|alias/)\S*|https?://[^:@]*|/?[a-z][\w.-]*(?:/[\w.*-]+)+|/[\w.-]+|)",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"[$%]\{[^}]*\}")
_RUN = re.compile(r"(?<![\w/+.-])[A-Za-z0-9+/_=-]{20,}(?![\w/.-])")
_WORDS = re.compile(r"[A-Za-z]+\d{0,4}(?:[-_.][A-Za-z]*\d{0,4})+")  # such as a TLS policy
_SHORTEST_FORM = 7
_SWITCHES = 0.45  # how often the kind of character changes in a random text; in `CamelCase2` it does so rarely


def spans(text: str) -> Iterator[tuple[str, int, int]]:
    """Yields the kind and the place of each secret that a text holds by its form."""
    for form in possible(text):
        yield from form.spans(text)
    if "=" in text or ":" in text or " " in text:
        yield from _written_out(text)


_IN_ARN = re.compile(r"arn:[\w-]*:secretsmanager:[^:\s]*:[^:\s]*:$")  # before the word `secret` of a secret's ARN


def _written_out(text: str) -> Iterator[tuple[str, int, int]]:
    """A password after its name: `password=…` as it is, in prose and other notations only if it looks like one."""
    lower = text.lower()
    if len(lower) != len(text):  # some letters are longer in lower case
        lower = "".join(each.lower() if len(each.lower()) == 1 else each for each in text)
    for word in _WORDS_FOR_SECRETS:
        at = lower.find(word)
        while at >= 0:
            match = None if _IN_ARN.search(text, max(at - 90, 0), at) else _BY_NAME.match(text, at)
            if match and (word != "key" or _KEY.search(text, max(at - 8, 0), at)) and _is_password(match):
                yield _ASSIGNED, *match.span("value")
            elif (told := _AFTER_THE_WORD.match(text, at)) and _is_no_word(told["value"]):
                yield _ASSIGNED, *told.span("value")
            at = lower.find(word, at + 1)


def _is_password(match: re.Match[str]) -> bool:
    if _NO_VALUE.fullmatch(match["value"]):
        return False
    assigned = match["between"].rstrip("\"'") == "=" and match["name"].lower() != "key"
    return assigned or _LIKE_A_PASSWORD.fullmatch(match["value"]) is not None


def _is_no_word(text: str) -> bool:
    """Whether what follows the word `password` is one: it has signs inside, or its letters and digits are mixed."""
    return re.search(r"[!@#%&*+~^][^.]", text) is not None or _switches(text) >= _SWITCHES


@lru_cache(maxsize=16384)
def snake(name: str) -> str:
    """A name in upper case with underscores, however it is written; of a path only the last step."""
    return re.sub(r"[^A-Za-z0-9]+", "_", _CAMEL.sub("_", name.rstrip("/").rpartition("/")[2])).upper().strip("_")


def says_secret(name: str) -> bool:
    """Whether whatever has this name is a secret itself."""
    return bool(_SAYS_SECRET.search(snake(name))) and not _ONLY_NAMES.search(snake(name))


def says_harmless(name: str) -> bool:
    """Whether this is the name of something random that is public: a hash, an id, a public key."""
    return bool(_SAYS_HARMLESS.search(snake(name)))


def is_value(text: str) -> bool:
    """Whether a text under a secret's name may be the secret, rather than a switch, a place or a number."""
    plain = literal(text).strip()
    return _NO_VALUE.fullmatch(plain) is None or _is_long(plain)


def literal(text: str) -> str:
    """A text without its references."""
    return _REFERENCE.sub("", text) if "{" in text else text


@lru_cache(maxsize=16384)
def form_of(text: str) -> str | None:
    """The well-known kind of secret in a text, in words; None if it has none."""
    if len(text) < _SHORTEST_FORM:
        return None
    if kind := next((kind for kind, _, _ in spans(text)), None):
        return kind
    plain = literal(text)
    if inner := decoded(plain):
        return form_of(inner)
    kind = secret_format(plain)
    return None if kind == _ASSIGNED else kind  # what it takes for one may be code: TOKEN=`curl …`


@lru_cache(maxsize=16384)
def is_random(name: str, text: str, *, strictly: bool) -> bool:
    """Whether a text is, or holds, a random key. `strictly` for places in which names and ids are usual."""
    plain = literal(text)
    if (
        says_harmless(name)
        or "-----BEGIN PUBLIC" in plain
        or "-----BEGIN CERT" in plain
        or "sha256:" in plain
        or "DKIM1" in plain
    ):
        return False
    if not strictly:
        is_place = plain.startswith(("arn:", "assets/", "http://", "https://"))
        is_place |= _WORDS.fullmatch(plain) is not None and _switches(plain) < _SWITCHES
        return not is_place and (plain[:1] != "/" or _is_long(plain)) and secret_variable("", plain) is not None
    return any(_is_random_run(run) for run in _RUN.findall(plain))


def _is_long(text: str) -> bool:
    """Whether what begins like a path has a step that is too long, and too random, for one."""
    return text[:4] != "arn:" and "://" not in text and any(map(_is_random_run, re.findall(r"[\w+=-]{20,}", text)))


def _is_random_run(run: str) -> bool:
    is_mixed = any(map(str.islower, run)) and any(map(str.isupper, run)) and any(map(str.isdigit, run))
    return is_mixed and _switches(run) >= _SWITCHES and secret_variable("", run) is not None


def _switches(text: str) -> float:
    """How often the kind of character changes, as a part of the length."""
    kinds = [1 if each.islower() else 2 if each.isupper() else 3 if each.isdigit() else 4 for each in text]
    return sum(one != other for one, other in pairwise(kinds)) / max(len(text), 1)
