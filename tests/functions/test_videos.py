"""Uploads and playback: what the signed form and the signed address allow."""

import base64
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.stub import Stubber
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from ffp_lambda.errors import FailedCallError

from functions.videos import create_upload, get_playback
from tests.functions.fakes import CONTEXT, TENANT, body_of, request_event

VIDEO = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
KEY_ARN = "arn:aws:kms:eu-west-2:111122223333:key/media"


@pytest.fixture
def upload(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The answer to a clinician's request to upload."""
    monkeypatch.setenv("MEDIA_BUCKET", "dev-ffp-media-111122223333")
    monkeypatch.setenv("MEDIA_KEY_ARN", KEY_ARN)
    answer = create_upload.handler(request_event(role="clinician"), CONTEXT)
    assert answer["statusCode"] == 201
    body: dict[str, Any] = body_of(answer)
    return body


def test_upload_goes_to_the_buckets_regional_address(upload: dict[str, Any]) -> None:
    assert upload["url"] == "https://dev-ffp-media-111122223333.s3.eu-west-2.amazonaws.com/"


def test_upload_policy_fixes_key_type_encryption_and_size(upload: dict[str, Any]) -> None:
    policy = json.loads(base64.b64decode(upload["fields"]["policy"]))
    for condition in (
        {"key": f"media/{TENANT}/{upload['videoId']}/video.mp4"},
        {"Content-Type": "video/mp4"},
        {"x-amz-server-side-encryption": "aws:kms"},
        {"x-amz-server-side-encryption-aws-kms-key-id": KEY_ARN},
        {"bucket": "dev-ffp-media-111122223333"},
        ["content-length-range", 1, 1024**3],
    ):
        assert condition in policy["conditions"]


def test_upload_form_holds_every_field_that_its_policy_demands(upload: dict[str, Any]) -> None:
    policy = json.loads(base64.b64decode(upload["fields"]["policy"]))
    demanded = {k: v for c in policy["conditions"] if isinstance(c, dict) for k, v in c.items() if k != "bucket"}
    assert demanded.items() <= upload["fields"].items()


def test_patient_may_not_upload() -> None:
    assert create_upload.handler(request_event(role="patient"), CONTEXT)["statusCode"] == 403


def pem_of(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


@pytest.fixture
def playback_secret(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Secrets Manager, which answers what the test adds and nothing more."""
    get_playback._private_key.cache_clear()
    monkeypatch.setenv("PLAYBACK_SECRET_ARN", "arn:aws:secretsmanager:eu-west-2:111122223333:secret:playback")
    monkeypatch.setenv("PLAYBACK_KEY_ID", "K2JCJMDEHXQW5F")
    monkeypatch.setenv("PUBLIC_ADDRESS", "https://app.example.org")
    with Stubber(get_playback.SECRETS) as secrets:
        yield secrets
    get_playback._private_key.cache_clear()


def cloudfront_decoded(text: str) -> bytes:
    return base64.b64decode(text.replace("-", "+").replace("_", "=").replace("~", "/"))


def test_playback_is_signed_for_the_callers_own_video_prefix(playback_secret: Any) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    # One answer for two calls: the key is read once.
    playback_secret.add_response("get_secret_value", {"SecretString": pem_of(key)})
    event = request_event(path={"videoId": VIDEO}, role="patient")
    get_playback.handler(event, CONTEXT)
    body = body_of(get_playback.handler(event, CONTEXT))

    prefix = f"https://app.example.org/media/{TENANT}/{VIDEO}/"
    query = parse_qs(urlsplit(body["url"]).query)
    policy = cloudfront_decoded(query["Policy"][0])
    key.public_key().verify(cloudfront_decoded(query["Signature"][0]), policy, padding.PKCS1v15(), hashes.SHA1())
    [statement] = json.loads(policy)["Statement"]
    assert statement["Resource"] == prefix + "*"
    assert list(statement["Condition"]) == ["DateLessThan"]
    assert query["Key-Pair-Id"] == ["K2JCJMDEHXQW5F"]
    assert body["url"] == f"{prefix}video.mp4?{body['query']}"
    assert body["address"] == prefix


def test_playback_of_a_malformed_id_is_refused_before_any_signature(playback_secret: Any) -> None:
    answer = get_playback.handler(request_event(path={"videoId": "../" + VIDEO}), CONTEXT)
    assert answer["statusCode"] == 400


def test_playback_key_of_another_kind_is_an_error_without_its_text(playback_secret: Any) -> None:
    playback_secret.add_response("get_secret_value", {"SecretString": pem_of(ec.generate_private_key(ec.SECP256R1()))})
    with pytest.raises(FailedCallError, match=r"^TypeError$"):
        get_playback.handler(request_event(path={"videoId": VIDEO}), CONTEXT)
