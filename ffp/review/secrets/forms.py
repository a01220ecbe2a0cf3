"""The well-known forms of secrets. Each pattern begins with fixed characters, so that long texts are searched fast."""

import base64
import binascii
import gzip
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

_FURTHEST_BEFORE = 40  # characters before the fixed ones that may belong to a secret


_ENCODED = re.compile(r"[A-Za-z0-9+/\s_-]{16,}={0,2}\s*")


@dataclass(frozen=True)
class Form:
    """A well-known form. A text has it only if it contains one of the needles; the last group is what is secret.

    `before` is what must come before the fixed characters, and belongs to the secret. `is_real` judges what was found.
    """

    kind: str
    needles: tuple[str, ...]
    pattern: re.Pattern[str]
    before: re.Pattern[str] | None = None
    is_real: Callable[[str], bool] | None = None

    def spans(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Yields the kind and the place of each secret of this form, in a text with one of the needles."""
        for match in self.pattern.finditer(text):
            start, end = match.span(match.lastindex or 0)
            if self.is_real and not self.is_real(text[start:end]):
                continue
            if self.before:
                earlier = self.before.search(text, max(start - _FURTHEST_BEFORE, 0), start)
                if earlier is None:
                    continue
                start = earlier.start()
            yield self.kind, start, end


@lru_cache(maxsize=16384)
def decoded(text: str) -> str:
    """The text inside base64, also when it is compressed; empty for anything else."""
    if len(text) < 12 or not (_ENCODED.fullmatch(text) or text.endswith("=") or len(text) < 16):
        return ""
    compact = "".join(text.split()).replace("-", "+").replace("_", "/")
    try:
        data = base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
        return (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode()
    except (ValueError, OSError, EOFError, binascii.Error):
        return ""


def _form(
    kind: str, needles: str, pattern: str, before: str = "", is_real: Callable[[str], bool] | None = None
) -> Form:
    behind = re.compile(rf"(?:{before})\Z") if before else None
    return Form(kind, tuple(needles.split()), re.compile(pattern), behind, is_real)


def is_mixed(text: str) -> bool:
    """Whether a text has letters and digits."""
    return any(map(str.isdigit, text)) and any(map(str.isalpha, text))


def _is_encoded_pair(text: str) -> bool:
    return ":" in decoded(text)


_TOKENS = (  # needles, pattern, what comes before
    ("AIza", r"AIza[\w-]{35}", ""),
    ("ya29.", r"ya29\.[\w-]{20,}", ""),
    ("GOCSPX-", r"GOCSPX-[\w-]{20,}", ""),
    ("dop_v1_", r"dop_v1_[0-9a-f]{40,}", ""),
    ("dapi", r"dapi[0-9a-f]{32}", ""),
    ("glpat-", r"glpat-[\w-]{20,}", ""),
    ("npm_", r"npm_[A-Za-z0-9]{30,}", ""),
    ("pypi-", r"pypi-[\w-]{40,}", ""),
    ("dckr_pat_", r"dckr_pat_[\w-]{20,}", ""),
    ("AKCp8", r"AKCp8\w{50,}", ""),
    ("xapp-", r"xapp-[\w-]{20,}", ""),
    ("hooks.slack.com/services/", r"hooks\.slack\.com/services/([\w/]{20,})", ""),
    ("whsec_", r"whsec_\w{20,}", ""),
    ("sq0csp-", r"sq0csp-[\w-]{30,}", ""),
    ("shpat_ shpca_ shppa_ shpss_", r"shp(?:at|ca|pa|ss)_[0-9a-f]{32}", ""),
    ("SG.", r"SG\.[\w-]{16,}\.[\w-]{16,}", ""),
    ("key-", r"key-[0-9a-f]{32}\b", ""),
    ("-us", r"-us\d{1,2}\b", r"\b[0-9a-f]{32}"),
    ("SK", r"SK[0-9a-f]{32}\b", ""),
    ("sk-", r"sk-[\w-]{32,}", r"(?<![\w-])"),
    ("hvs. hvb.", r"hv[sb]\.[\w-]{24,}", ""),
    (".atlasv1.", r"\.atlasv1\.[\w-]{40,}", r"\w{14}"),
    ("NRAK-", r"NRAK-[A-Z0-9]{20,}", ""),
    ("glsa_ glc_", r"gl(?:sa|c)_\w{20,}", ""),
    ("lin_api_", r"lin_api_\w{30,}", ""),
    ("PMAK-", r"PMAK-[\w-]{40,}", ""),
    ("AGE-SECRET-KEY-1", r"AGE-SECRET-KEY-1[A-Z0-9]{50,}", ""),
    (":AA", r":AA[\w-]{33}", r"\b\d{8,10}"),
    ("8Q~", r"8Q~[\w.~-]{30,}", r"\w{3}"),
    ("//", r"//([0-9a-f]{32})@", ""),
    ("AccountKey=", r"AccountKey=([\w+/=]{40,})", ""),
    (".", r"\.[\w-]{6}\.[\w-]{27,}", r"(?<![\w.-])[MN][\w-]{23,27}"),
)
FORMS: tuple[Form, ...] = (
    _form(
        "a private key",
        "PRIVATE",
        r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----[^\0]*?"
        r"(?:-----END (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|\0|\Z)",
    ),
    _form("an AWS access key", "AKIA ASIA", r"A(?:KIA|SIA)[A-Z0-9]{16}"),
    _form("a GitHub token", "ghp_ gho_ ghr_ ghs_ ghu_ github_pat_", r"g(?:h[oprsu]_|ithub_pat_)\w{22,}"),
    _form("a Slack token", "xox", r"xox[abeoprs]-[\w-]{10,}"),
    _form("a Stripe key", "k_live_ k_test_", r"[rs]k_(?:live|test)_\w{16,}"),
    _form("a signed token", "eyJ", r"eyJ[\w-]{8,}\.[\w.-]*"),
    _form("a password in an address", "://", r"://[^/\s:@\"'<>]*:([^/\s@$\"'<>][^/\s@\"'<>]*)@"),
    _form(  # cut by an output before its end
        "a password in an address", "…", r"://[^/\s:@\"'<>]*:([^/\s@$\"'<>…]*[A-Za-z][^/\s@\"'<>…]*)…"
    ),
    _form("a credential of a header", "Bearer", r"Bearer ([A-Za-z0-9._~+/-]{12,}={0,2})", is_real=is_mixed),
    _form("a credential of a header", "Basic", r"Basic ([A-Za-z0-9+/-]{12,}={0,2})", is_real=_is_encoded_pair),
    *(_form("a token", needles, pattern, before) for needles, pattern, before in _TOKENS),
)
_NEEDLES = tuple((needle, place) for place, form in enumerate(FORMS) for needle in form.needles)


def possible(text: str) -> list[Form]:
    """The forms of which a text contains a needle."""
    return [FORMS[place] for place in sorted({place for needle, place in _NEEDLES if needle in text})]
