"""The public halves of the keys that sign playback addresses, two for each environment.

`ffp keys new` makes a pair; `docs/security.md` says how one is renewed.
"""

import hashlib
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

FOLDER = Path(__file__).parent
SLOTS = "ab"


def public_half(folder: Path, environment: str, slot: str) -> Path:
    """Where one of an environment's two lies."""
    return folder / f"{environment}-{slot}.pem"


def fingerprint(pem: str) -> str:
    """What tells public halves apart: 16 digits of SHA-256, since a whole hash looks like a secret in a variable."""
    public = load_pem_public_key(pem.encode()).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(public).hexdigest()[:16]


def _pair(environment: str) -> tuple[str, str]:
    first, second = (public_half(FOLDER, environment, slot).read_text(encoding="ascii") for slot in SLOTS)
    return first, second


PLAYBACK_KEYS = {environment: _pair(environment) for environment in ("dev", "staging", "prod", "local")}
