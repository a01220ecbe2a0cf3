"""Uploads assets with signed forms, as browsers do, and inspects the media bucket."""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import requests

from ffp.emulator.servers import browser
from ffp.emulator.smoke.walk import Walk
from ffp.smoke.sign_in import TIMEOUT_SECONDS
from settings import DataDomain

CONTENT = b"an asset of few bytes"
# The emulator trusts a proxy's header about the caller's protocol, so that the bucket's policy sees plain HTTP.
PLAIN_HTTP = {"X-Forwarded-Proto": "http"}
ENCRYPTION = "x-amz-server-side-encryption"
KEY = f"{ENCRYPTION}-aws-kms-key-id"
_REASON = re.compile(r"\$[\w-]+|Extra input fields: [\w-]+|expired")


@dataclass(frozen=True)
class Form:
    """A signed form for the upload of one asset."""

    asset: str
    address: str
    fields: Mapping[str, str]
    maximum_bytes: int

    @property
    def key(self) -> str:
        return self.fields["key"]

    @property
    def policy(self) -> dict[str, Any]:
        """The policy, which the signature covers."""
        policy: dict[str, Any] = json.loads(base64.b64decode(self.fields["policy"]))
        return policy

    def with_fields(self, changed: Mapping[str, str | None]) -> "Form":
        """A copy with changed fields; None removes a field."""
        fields = {**self.fields, **changed}
        return replace(self, fields={name: value for name, value in fields.items() if value is not None})


def send(
    walk: Walk, form: Form, content: bytes = CONTENT, headers: Mapping[str, str] | None = None
) -> requests.Response:
    """Uploads an asset with the form and returns S3's response."""
    return browser(walk.account.home).post(
        form.address,
        data=form.fields,
        files={"file": ("asset", content, "application/octet-stream")},
        headers=headers,
        timeout=TIMEOUT_SECONDS,
    )


def status_and_error(answer: requests.Response) -> str:
    """S3's status and error code, with the field or the reason that the error names."""
    parts = [str(answer.status_code), *re.findall(r"<Code>(\w+)", answer.text)]
    return " ".join(parts + [f"({reason})" for reason in _REASON.findall(answer.text)[:1]])


def bucket(walk: Walk) -> str:
    """The media bucket's name."""
    settings = walk.application.media_bucket
    if settings is None:
        raise LookupError("the application has no media")
    return walk.account.name(f"{settings.name}-{walk.account.settings.account_id}")


def key_arn(walk: Walk, data: str) -> str:
    """The ARN of the key for this data domain."""
    return str(walk.client("kms").describe_key(KeyId=f"alias/{walk.account.name(data)}")["KeyMetadata"]["Arn"])


def is_under_media_key(walk: Walk, stored: Mapping[str, Any]) -> bool:
    """Whether S3 encrypted an object with the media key, according to its response."""
    return (stored.get("ServerSideEncryption"), stored.get("SSEKMSKeyId")) == (
        "aws:kms",
        key_arn(walk, DataDomain.MEDIA),
    )


def versions(walk: Walk, prefix: str) -> list[dict[str, str]]:
    """All object versions in the bucket with this prefix."""
    listing = walk.client("s3").list_object_versions(Bucket=bucket(walk), Prefix=prefix)
    return [{name: each[name] for name in ("Key", "VersionId")} for each in listing.get("Versions", [])]


@contextmanager
def deleted_afterwards(walk: Walk, key: str) -> Iterator[None]:
    """Deletes all versions of an object after the block."""
    try:
        yield
    finally:
        for version in versions(walk, key):
            walk.client("s3").delete_object(Bucket=bucket(walk), **version)
