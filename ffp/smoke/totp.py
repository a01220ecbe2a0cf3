"""Codes of an authenticator app, as RFC 6238 defines them: thirty seconds, six digits, SHA-1.

Ten lines of the standard library, tested with the RFC's vectors; a library would be another package to keep.
"""

import base64
import hashlib
import hmac

PERIOD_SECONDS = 30
_DIGITS = 6


def code(seed: str, at: float) -> str:
    """The code at a moment (seconds since 1970). The seed is in base32, as Cognito gives it."""
    key = base64.b32decode(seed + "=" * (-len(seed) % 8), casefold=True)
    digest = hmac.digest(key, int(at // PERIOD_SECONDS).to_bytes(8, "big"), hashlib.sha1)
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}}"
