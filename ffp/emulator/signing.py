"""The local platform's playback keys. The public halves in the repository are samples whose private halves nobody has:
each emulator makes a pair of its own, and is deployed with its public half in a sample's place.
"""

import json
from functools import partial
from typing import Any

from ffp.emulator.account import Account
from ffp.keys import Pair, PlaybackKeys, secret_of
from settings.playback_keys import SLOTS, fingerprint, public_half

# What of the stack says which keys are trusted.
_PARTS = {"aws_cloudfront_public_key": ("encoded_key", "name"), "aws_lambda_function": ("environment",)}


def keys(account: Account) -> PlaybackKeys:
    """The keys that this emulator's platform signs with; their public halves lie in its folder."""
    settings = account.settings
    return PlaybackKeys(settings.name, secret_of(settings), account.home.keys, partial(account.client, account.root))


def prepare(account: Account) -> Pair | None:
    """A pair whose public half is deployed next, where the platform has none; `PlaybackKeys.store` it afterwards.

    None where it has one, or where the application signs nothing.
    """
    if account.settings.application.playback_secret is None or keys(account).is_stored():
        return None
    pair = Pair.generate()
    account.home.keys.mkdir(exist_ok=True)
    for slot, pem in zip(SLOTS, (pair.public, account.settings.distribution.playback_keys[1]), strict=True):
        public_half(account.home.keys, account.settings.name, slot).write_text(pem, encoding="ascii")
    return pair


def override(account: Account, stack: dict[str, Any]) -> dict[str, Any]:
    """The resources of a synthesised stack that name a sample, with this emulator's keys instead."""
    if not account.settings.distribution.playback_keys:
        return {}
    text = json.dumps(
        {
            type_: {name: {key: block[key] for key in attributes} for name, block in found.items()}
            for type_, attributes in _PARTS.items()
            if (found := stack["resource"].get(type_))
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
            for name, block in named.items()
            if any(block[key] != stack["resource"][type_][name][key] for key in block)
        }
        for type_, named in changed.items()
    }
