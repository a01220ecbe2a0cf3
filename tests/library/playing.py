"""What a function that signs addresses finds: keys that CloudFront trusts, and the secret with the private ones."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from botocore.stub import Stubber
from ffp_lambda import signing

from ffp.keys import Pair
from settings.playback_keys import fingerprint

SECRET_ARN = "arn:aws:secretsmanager:eu-west-2:111122223333:secret:playback"
ADDRESS = "https://app.example.org"


@contextmanager
def surroundings(monkeypatch: pytest.MonkeyPatch, trusted: Mapping[str, str]) -> Iterator[None]:
    """An execution environment that has read no key yet."""
    monkeypatch.setenv("PLAYBACK_SECRET_ARN", SECRET_ARN)
    monkeypatch.setenv("PUBLIC_ADDRESS", ADDRESS)
    trust(monkeypatch, trusted)
    signing.signing_key.cache_clear()
    yield
    signing.signing_key.cache_clear()


def trust(monkeypatch: pytest.MonkeyPatch, trusted: Mapping[str, str]) -> None:
    """Makes CloudFront trust these public halves, by their ids."""
    monkeypatch.setenv("PLAYBACK_KEY_IDS", json.dumps({fingerprint(pem): id_ for id_, pem in trusted.items()}))


@contextmanager
def secret_of(*values: Pair | str | None) -> Iterator[None]:
    """Secrets Manager, which is asked for AWSCURRENT, then for AWSPREVIOUS, no more often than there are values."""
    with Stubber(signing.SECRETS) as stub:
        for stage, value in zip(("AWSCURRENT", "AWSPREVIOUS"), values, strict=False):
            asked = {"SecretId": SECRET_ARN, "VersionStage": stage}
            if value is None:
                stub.add_client_error("get_secret_value", "ResourceNotFoundException", expected_params=asked)
            else:
                text = value.private if isinstance(value, Pair) else value
                stub.add_response("get_secret_value", {"SecretString": text}, asked)
        yield
        stub.assert_no_pending_responses()
