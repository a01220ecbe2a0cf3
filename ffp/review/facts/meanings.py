"""What the name of a variable says it does, and whether another value does it less."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from ffp.review.concern import Topic


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_ON = _words("true 1 on yes enabled enable required require strict full always all verify-full")
_OFF = _words("false 0 off no none null disabled disable never optional unsafe anonymous insecure")
_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_CHECKS = _words(
    "VERIFY VERIFICATION TLS SSL SSLMODE HTTPS AUTH AUTHENTICATION AUTHORISATION AUTHORIZATION REQUIRE REQUIRED ENFORCE"
    " ENFORCED VALIDATE VALIDATION CHECK CHECKS SIGN SIGNED SIGNATURE SIGNATURES ENCRYPT ENCRYPTED ENCRYPTION SECURE"
    " SECURITY STRICT PROTECT PROTECTION AUDIT AUDITING MASK MASKING REDACT REDACTION SANITISE SANITIZE RLS ISOLATION"
    " MFA CSRF CAPTCHA GUARD LIMIT THROTTLE CONSENT TENANCY SCAN"
)
_EXCEPTIONS = _words("INSECURE UNSAFE BYPASS DEBUG ANONYMOUS MOCK UNSIGNED UNVERIFIED UNAUTHENTICATED")
_NEGATIONS = _words("SKIP DISABLE DISABLED NO IGNORE WITHOUT")
_RIGHTS = _words(
    "ROLE ROLES SCOPE SCOPES PERMISSION PERMISSIONS ALLOW ALLOWED ALLOWLIST WHITELIST ADMIN ADMINS GRANT GRANTS ORIGIN"
    " ORIGINS TRUST TRUSTED GROUP GROUPS CLAIM CLAIMS TENANT TENANCY ISSUER ISSUERS AUDIENCE AUDIENCES JWKS"
)
_LISTED_RIGHTS = _RIGHTS | {"TYPES", "EXTENSIONS", "METHODS"}
_TIMES = _words("TTL EXPIRY EXPIRES EXPIRATION LIFETIME VALIDITY VALID")
_UNITS = _words("SECONDS MINUTES HOURS DAYS")
_BOUNDS = _words("MOST MAX MAXIMUM BEYOND")
_NO_TIMES = _words("CACHE CACHED TIMEOUT RETRY RETRIES WAIT INTERVAL BATCH")
_LIMITS = _words("QUOTA QUOTAS LIMIT LIMITS MAX MAXIMUM RATE THROTTLE BURST")
_STAGES = _words("ENVIRONMENT ENV STAGE")
_TRIALS = _words("dev develop development local test tests testing staging sandbox debug demo qa uat preview")
_LEVELS = ("FATAL", "ERROR", "WARN", "INFO")
_HIJACKS = re.compile(
    r"AWS_ENDPOINT_URL\w*|(HTTPS?|ALL)_PROXY|LD_PRELOAD|AWS_LAMBDA_EXEC_WRAPPER|AWS_CA_BUNDLE|REQUESTS_CA_BUNDLE"
    r"|SSL_CERT_(FILE|DIR)|NODE_EXTRA_CA_CERTS|PYTHON(STARTUP|PATH|HOME)|NODE_PATH|LD_LIBRARY_PATH|CLASSPATH|RUBYLIB|PERL5LIB",
    re.IGNORECASE,
)
_RUNNING_MORE = re.compile(
    r"--(require|import|loader|experimental-loader|inspect|tls-min)|(^|\s)-r\s|-javaagent|insecure"
)
_TIMES_LONGER = 2  # a lifetime that is at least so many times as long needs a look
_TIMES_MORE = 10  # and a limit that is so many times as high


def level_of(value: Any) -> str:
    """A variable's value as a text, truth values as JSON writes them."""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


@dataclass(frozen=True)
class Meaning:
    """What a variable does, by the words of its path."""

    path: str

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(word.upper() for word in _WORD.findall(self.path))

    @property
    def _is_level(self) -> bool:
        return {"LOG", "LEVEL"} <= self._words

    @cached_property
    def topic(self) -> Topic:
        """What a change for the worse is about."""
        return Topic.WATCHING if self._is_level else Topic.ACCESS if self._words & _RIGHTS else Topic.EXPOSURE

    @property
    def why(self) -> str:
        """What such a change may do."""
        if self._is_level:
            return "Lines below the level are dropped, and with them what alarms, audits and queries read."
        if self._words & _RIGHTS:
            return "By its name it decides who may do what, or whose data somebody sees."
        return "It may send data elsewhere, let in more, or switch off a check."

    @property
    def names_a_database(self) -> bool:
        """Whether it is the name of a database, which may be too short to be recognised anywhere else."""
        return bool({"DATABASE", "DB"} & self._words and "NAME" in self._words)

    def grows(self, before: Sequence[str], after: Sequence[str]) -> bool:
        """Whether a list allows more than before."""
        more = set(after) - set(before)
        return "*" in more or bool(more and self._words & _LISTED_RIGHTS)

    def is_worse(self, before: str | None, after: str | None) -> bool:
        """Whether the second value does less of what the name says. None is a variable that is not set."""
        old, new = (None if each is None else each.strip().lower() for each in (before, after))
        if self._is_level:
            return _rank(after, _LEVELS) < _rank(before, _LEVELS)
        return (
            self._is_off(old, new)
            or self._is_hijacked(new)
            or self._is_other_right(before, after)
            or self._is_looser(old, new)
            or bool(self._words & _STAGES and old and new is not None and _is_for_trials(old, new))
        )

    def _is_off(self, old: str | None, new: str | None) -> bool:
        is_check = bool(self._words & _CHECKS or "VERIFY" in self.path.upper() or "SSL" in self.path.upper())
        is_exception = bool(self._words & _EXCEPTIONS or (is_check and self._words & _NEGATIONS))
        if is_exception:
            return new in _ON and old not in _ON
        if not is_check:
            return False
        if old in _SSL_MODES or new in _SSL_MODES:
            return new is not None and _mode(new) < _mode(old)
        return (new in _OFF and old not in _OFF) or (new in (None, "") and old in _ON)

    def _is_hijacked(self, new: str | None) -> bool:
        if not new:
            return False
        return bool(_HIJACKS.fullmatch(self.path) or (self.path.endswith("_OPTIONS") and _RUNNING_MORE.search(new)))

    def _is_other_right(self, before: str | None, after: str | None) -> bool:
        """Whether a right goes to others: a role, a claim, a tenant, or a kind of file."""
        if after is not None and "*" in after and "*" not in (before or ""):
            return bool(self._words & _LISTED_RIGHTS)
        is_user = bool({"USER", "USERNAME"} & self._words and {"DATABASE", "DB"} & self._words)
        is_right = self._words & _RIGHTS or is_user or (after is not None and {"CONTENT", "TYPE"} <= self._words)
        if not is_right or before in (None, "") or self._words & _LIMITS:
            return False
        old, new = (set(re.split(r"[,;\s]+", each or "")) - {""} for each in (before, after))
        return not new <= old or not new

    def _is_looser(self, old: str | None, new: str | None) -> bool:
        """Whether a lifetime is much longer, or a limit much higher or gone."""
        is_time = self._words & _TIMES or (self._words & _UNITS and self._words & _BOUNDS)
        is_limit = self._words & _LIMITS
        if not (is_time or is_limit) or self._words & _NO_TIMES or (was := _number(old)) is None or was <= 0:
            return False
        if new is None:
            return self.path.count(".") <= 1  # deeper inside, what it limited is gone as well
        now = _number(new)
        return now is None or now <= 0 or now >= was * (_TIMES_LONGER if is_time else _TIMES_MORE)


def _is_for_trials(old: str, new: str) -> bool:
    """Whether a variable stops naming production, or newly names an environment for tests."""
    was, now = (_TRIALS & set(re.findall("[a-z]+", each)) for each in (old, new))
    return ("prod" in old and "prod" not in new) or bool(now and not was)


@cache
def meaning_of(path: str) -> Meaning:
    """What the variable with this path does."""
    return Meaning(path)


def _rank(value: str | None, ranks: Sequence[str]) -> int:
    text = {"WARNING": "WARN", "CRITICAL": "FATAL"}.get(str(value).upper(), str(value).upper())
    return ranks.index(text) if text in ranks else len(ranks) - 1


def _mode(value: str | None) -> int:
    """How strictly a mode of PostgreSQL checks its server. Not set, it does not."""
    return _SSL_MODES.index(value) if value in _SSL_MODES else _SSL_MODES.index("prefer")


def _number(text: str | None) -> float | None:
    try:
        return float(text or "")
    except ValueError:
        return None
