"""Uploads: what the signed form allows, and what is written down of it."""

import base64
import json
from typing import Any

import pytest
from ffp_lambda.errors import FailedCallError

from application.functions.media import create_upload
from tests.application.functions.shipped import request_event
from tests.library.fakes import CONTEXT, TENANT, FakeConnection, body_of

KEY_ARN = "arn:aws:kms:eu-west-2:111122223333:key/media"
VIDEO, IMAGE = {"kind": "video", "lengthSeconds": 1800}, {"kind": "image"}
# What is asked for, and what of it the form and the database have: file, type, bytes, length.
UPLOADED = {
    "video": (VIDEO, "video.mp4", "video/mp4", 1024**3, 1800),
    "image": (IMAGE, "image.jpg", "image/jpeg", 10 * 1024**2, None),
}


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, database: FakeConnection) -> None:
    monkeypatch.setenv("MEDIA_BUCKET", "dev-ffp-media-111122223333")
    monkeypatch.setenv("MEDIA_KEY_ARN", KEY_ARN)


def _upload(body: object, role: str = "clinician") -> dict[str, Any]:
    answer: dict[str, Any] = create_upload.handler(request_event(body, role=role), CONTEXT)
    return answer


@pytest.mark.parametrize("kind", UPLOADED)
def test_upload_policy_fixes_key_type_encryption_and_size(kind: str) -> None:
    body, file, type_, maximum, _ = UPLOADED[kind]
    answer = body_of(_upload(body))
    policy = json.loads(base64.b64decode(answer["fields"]["policy"]))
    for condition in (
        {"key": f"media/{TENANT}/{answer['assetId']}/{file}"},
        {"Content-Type": type_},
        {"x-amz-server-side-encryption": "aws:kms"},
        {"x-amz-server-side-encryption-aws-kms-key-id": KEY_ARN},
        {"bucket": "dev-ffp-media-111122223333"},
        ["content-length-range", 1, maximum],
    ):
        assert condition in policy["conditions"]
    demanded = {k: v for c in policy["conditions"] if isinstance(c, dict) for k, v in c.items() if k != "bucket"}
    assert demanded.items() <= answer["fields"].items()
    assert answer["maximumBytes"] == maximum


def test_upload_goes_to_the_buckets_regional_address() -> None:
    answer = _upload(VIDEO)
    assert answer["statusCode"] == 201
    assert body_of(answer)["url"] == "https://dev-ffp-media-111122223333.s3.eu-west-2.amazonaws.com/"


@pytest.mark.parametrize("kind", UPLOADED)
def test_upload_is_written_down_in_the_callers_tenant(kind: str, database: FakeConnection) -> None:
    body, *_, length = UPLOADED[kind]
    asset = body_of(_upload(body))["assetId"]
    assert database.parameters_of("set_config")["tenant"] == TENANT
    assert database.parameters_of("insert into media") == {
        "tenant": TENANT,
        "asset": asset,
        "kind": kind,
        "length": length,
    }


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "kind must be a text"),
        ({"kind": "page", "lengthSeconds": 1}, "kind must be one of image, video"),
        ({"kind": "../video", "lengthSeconds": 1}, "kind must be one of"),
        ({"kind": ["video"], "lengthSeconds": 1}, "kind must be a text"),
        ({"kind": "video"}, "lengthSeconds must be a whole number from 1 to 14400"),
        ({"kind": "video", "lengthSeconds": 0}, "lengthSeconds must be"),
        ({"kind": "video", "lengthSeconds": -60}, "lengthSeconds must be"),
        ({"kind": "video", "lengthSeconds": 14401}, "lengthSeconds must be"),
        ({"kind": "video", "lengthSeconds": True}, "lengthSeconds must be"),
        ({"kind": "video", "lengthSeconds": "60"}, "lengthSeconds must be"),
        ({"kind": "video", "lengthSeconds": 1.5}, "lengthSeconds must be"),
    ],
)
def test_bad_upload_is_refused_and_leaves_no_row(body: object, message: str, database: FakeConnection) -> None:
    answer = _upload(body)
    assert answer["statusCode"] == 400
    assert message in body_of(answer)["message"]
    assert database.statements == []


def test_patient_may_not_upload(database: FakeConnection) -> None:
    assert _upload(VIDEO, role="patient")["statusCode"] == 403
    assert database.statements == []


def test_form_is_not_given_where_the_asset_cannot_be_written_down(database: FakeConnection) -> None:
    database.answers["insert into media"] = OSError()
    with pytest.raises(FailedCallError, match=r"^OSError$"):
        _upload(VIDEO)
