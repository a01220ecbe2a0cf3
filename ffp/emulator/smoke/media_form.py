"""The signed form with which a browser uploads an asset, and what of it lies in the media bucket."""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import requests

from ffp.emulator.servers import TIMEOUT_SECONDS, browser
from ffp.emulator.smoke.walk import Walk

FILM = b"a film of few bytes"
VIDEO: Mapping[str, object] = {"kind": "video", "lengthSeconds": 1800}
IMAGE: Mapping[str, object] = {"kind": "image"}
# The emulator takes a proxy's word for how the caller reached it, so that the bucket's policy judges it.
PLAIN_HTTP = {"X-Forwarded-Proto": "http"}
ENCRYPTION = "x-amz-server-side-encryption"
KEY = f"{ENCRYPTION}-aws-kms-key-id"
_REASON = re.compile(r"\$[\w-]+|Extra input fields: [\w-]+|expired")


@dataclass(frozen=True)
class Form:
    """What a browser sends to upload one asset."""

    asset: str
    address: str
    fields: Mapping[str, str]
    maximum_bytes: int

    @property
    def key(self) -> str:
        return self.fields["key"]

    @property
    def policy(self) -> dict[str, Any]:
        """What the signature covers."""
        policy: dict[str, Any] = json.loads(base64.b64decode(self.fields["policy"]))
        return policy

    def having(self, changed: Mapping[str, str | None]) -> "Form":
        """The form with other fields; None takes one away."""
        fields = {**self.fields, **changed}
        return replace(self, fields={name: value for name, value in fields.items() if value is not None})


def ask(walk: Walk, role: str, tenant: int, asset: Mapping[str, object] = VIDEO) -> requests.Response:
    """The API's answer to whoever wants to upload an asset."""
    return walk.call("POST", "/api/media", token=walk.sign_in(walk.user(role, tenant)).access, body=asset)


def receive(walk: Walk, role: str = "clinician", tenant: int = 0, asset: Mapping[str, object] = VIDEO) -> Form:
    """The form that the API gives."""
    given = ask(walk, role, tenant, asset).json()
    return Form(given["assetId"], given["url"], given["fields"], given["maximumBytes"])


def send(walk: Walk, form: Form, content: bytes = FILM, headers: Mapping[str, str] | None = None) -> requests.Response:
    """S3's answer to the form with a film."""
    return browser(walk.account.home).post(
        form.address,
        data=form.fields,
        files={"file": ("film.mp4", content, "video/mp4")},
        headers=headers,
        timeout=TIMEOUT_SECONDS,
    )


def said(answer: requests.Response) -> str:
    """S3's status and error, with the field or the reason that it names."""
    said = [str(answer.status_code), *re.findall(r"<Code>(\w+)", answer.text)]
    return " ".join(said + [f"({reason})" for reason in _REASON.findall(answer.text)[:1]])


def bucket(walk: Walk) -> str:
    """The media bucket's name."""
    return walk.account.name(f"media-{walk.account.settings.account_id}")


def key_arn(walk: Walk, data: str) -> str:
    """The ARN of the key for this kind of data."""
    return str(walk.client("kms").describe_key(KeyId=f"alias/{walk.account.name(data)}")["KeyMetadata"]["Arn"])


def is_under_media_key(walk: Walk, stored: Mapping[str, Any]) -> bool:
    """Whether S3 says of an object that it encrypted it with the key for media."""
    return (stored.get("ServerSideEncryption"), stored.get("SSEKMSKeyId")) == ("aws:kms", key_arn(walk, "media"))


def versions(walk: Walk, prefix: str) -> list[dict[str, str]]:
    """What lies in the bucket, old versions included."""
    found = walk.client("s3").list_object_versions(Bucket=bucket(walk), Prefix=prefix)
    return [{name: each[name] for name in ("Key", "VersionId")} for each in found.get("Versions", [])]


@contextmanager
def uploaded(walk: Walk) -> Iterator[Form]:
    """A film of the first tenant, for as long as this lasts; the database knows it ever after."""
    form = receive(walk)
    with cleared(walk, form.key):
        send(walk, form).raise_for_status()
        yield form


@contextmanager
def cleared(walk: Walk, key: str) -> Iterator[None]:
    """Leaves nothing of an object."""
    try:
        yield
    finally:
        for version in versions(walk, key):
            walk.client("s3").delete_object(Bucket=bucket(walk), **version)
