"""The public halves of the keys that sign playback addresses, two for each environment.

`docs/security.md` says how one is renewed.
"""

from pathlib import Path

_FOLDER = Path(__file__).parent


def _pair(environment: str) -> tuple[str, str]:
    first, second = ((_FOLDER / f"{environment}-{half}.pem").read_text() for half in "ab")
    return first, second


PLAYBACK_KEYS = {environment: _pair(environment) for environment in ("dev", "staging", "prod", "local")}
