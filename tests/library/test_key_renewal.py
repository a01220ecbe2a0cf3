"""The command that renews playback keys and the function that signs, together: playback never stops."""

import json
import random
from pathlib import Path

import pytest
from botocore.signers import CloudFrontSigner
from ffp_lambda import signing

from ffp.emulator.cloudfront import OPENS, SignedAddress, judge
from ffp.keys import Pair
from settings.playback_keys import fingerprint
from tests.ffp.fake_account import FakeAccount

PAIRS = [Pair.generate() for _ in range(12)]
ADDRESS = "https://app.example.org/media/a/b/"


def _play(account: FakeAccount, monkeypatch: pytest.MonkeyPatch) -> str:
    """An address signed by a function that starts now, with the variables of the last deploy."""
    ids = {fingerprint(pem): id_ for id_, pem in account.trusted.items()}
    monkeypatch.setenv("PLAYBACK_KEY_IDS", json.dumps(ids))
    monkeypatch.setenv("PLAYBACK_SECRET_ARN", "arn")
    monkeypatch.setattr(signing, "SECRETS", account)
    signing.signing_key.cache_clear()
    key = signing.signing_key()
    signing.signing_key.cache_clear()
    policy = {"Resource": f"{ADDRESS}*", "Condition": {"DateLessThan": {"AWS:EpochTime": 4102444800}}}
    url: str = CloudFrontSigner(key.id, key.sign).generate_presigned_url(
        f"{ADDRESS}video.mp4", policy=json.dumps({"Statement": [policy]})
    )
    return url


@pytest.mark.parametrize("seed", range(3))
def test_playback_goes_on_whenever_keys_are_made_lost_and_deployed(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance, made = random.Random(seed), iter(PAIRS * 10)
    monkeypatch.setattr(Pair, "generate", lambda: next(made))
    account = FakeAccount(tmp_path)
    account.check_out({"a": PAIRS[-1].public, "b": PAIRS[-2].public})
    account.deploy()
    account.keys.renew()
    account.deploy()
    signed, deployed = _play(account, monkeypatch), account.files()
    for _ in range(20):
        match chance.choice(("renew", "renew", "deploy", "lose")):
            case "renew":
                account.keys.renew()
            case "deploy":
                account.deploy()
                deployed = account.files()
                now = SignedAddress.read(signed).expires_at.replace(year=2026)
                assert judge(signed, account.trusted, now) == OPENS, "what the key before signed"
            case "lose":
                account.check_out(deployed)
        signed = _play(account, monkeypatch)
        now = SignedAddress.read(signed).expires_at.replace(year=2026)
        assert judge(signed, account.trusted, now) == OPENS
