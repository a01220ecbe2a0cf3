"""The public halves of the keys that sign playback addresses, two for each environment.

`ffp keys new` generates a pair; `docs/security.md` describes how one is renewed.
"""

import hashlib
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from settings.base import InvalidSettings, Problem
from settings.code import ROOT

FOLDER = ROOT / "environments" / "keys"
SLOTS = "ab"


def public_half(folder: Path, environment: str, slot: str) -> Path:
    """The file of one of an environment's two public halves."""
    return folder / f"{environment}-{slot}.pem"


def fingerprint(pem: str) -> str:
    """Identifies a public half: 16 digits of SHA-256, since a whole hash looks like a secret in a variable.

    Raises ValueError for a text that is no key.
    """
    try:
        key = load_pem_public_key(pem.encode())
    except UnsupportedAlgorithm as failure:
        raise ValueError(str(failure)) from None
    public = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(public).hexdigest()[:16]


def public_halves(environment: str, folder: Path = FOLDER) -> tuple[str, str]:
    """Both public halves of an environment. Raises InvalidSettings with the files that are missing."""
    files = [public_half(folder, environment, slot) for slot in SLOTS]
    remedy = "restore it from version control; README.md describes how a new environment gets its first two"
    missing = [
        Problem(file.relative_to(ROOT).as_posix(), None, "is missing", remedy) for file in files if not file.is_file()
    ]
    if missing:
        raise InvalidSettings(missing)
    first, second = (file.read_text(encoding="ascii") for file in files)
    return first, second
