"""The local platform's playback keys.

Nobody has the private keys of the public keys in the repository, which are only samples. Each emulator therefore
generates its own pair, and the platform is deployed with that public key in place of a sample.
"""

import json
from functools import partial
from typing import Any

from ffp.emulator.account import Account
from ffp.keys import Pair, PlaybackKeys, secret_of
from settings.playback_keys import SLOTS, fingerprint, public_half

# The stack's resources and attributes that contain the trusted keys or their fingerprints.
_KEY_ATTRIBUTES = {"aws_cloudfront_public_key": ("encoded_key", "name"), "aws_lambda_function": ("environment",)}


def keys(account: Account) -> PlaybackKeys:
    """The playback keys of this emulator's platform. Their public keys are in the emulator's folder."""
    settings = account.settings
    return PlaybackKeys(settings.name, secret_of(settings), account.home.keys, partial(account.client, account.root))


def prepare(account: Account) -> Pair | None:
    """Generates a pair if the platform has none, and writes its public key for the next deploy.

    Store the pair with `PlaybackKeys.store` after the deploy. Returns None if the platform has a key or needs none.
    """
    if account.settings.application.playback_secret is None or keys(account).is_stored():
        return None
    pair = Pair.generate()
    account.home.keys.mkdir(exist_ok=True)
    for slot, pem in zip(SLOTS, (pair.public, account.settings.distribution.playback_keys[1]), strict=True):
        public_half(account.home.keys, account.settings.name, slot).write_text(pem, encoding="ascii")
    return pair


def override(account: Account, stack: dict[str, Any]) -> dict[str, Any]:
    """The resources of a stack that contain a sample key, with this emulator's keys in its place."""
    if not account.settings.distribution.playback_keys:
        return {}
    text = json.dumps(
        {
            type_: {name: {key: block[key] for key in attributes} for name, block in resources.items()}
            for type_, attributes in _KEY_ATTRIBUTES.items()
            if (resources := stack["resource"].get(type_))
        }
    )
    for slot, sample in zip(SLOTS, account.settings.distribution.playback_keys, strict=True):
        file = public_half(account.home.keys, account.settings.name, slot)
        if file.exists():
            own = file.read_text(encoding="ascii")
            text = text.replace(json.dumps(sample.strip())[1:-1], json.dumps(own.strip())[1:-1])
            text = text.replace(fingerprint(sample), fingerprint(own))
    changed: dict[str, Any] = json.loads(text)
    return {
        type_: {
            name: block
            for name, block in blocks.items()
            if any(block[key] != stack["resource"][type_][name][key] for key in block)
        }
        for type_, blocks in changed.items()
    }
