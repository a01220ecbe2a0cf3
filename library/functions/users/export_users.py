"""Exports all users and groups of the pool USER_POOL_ID to the bucket USER_EXPORTS_BUCKET, on a schedule.

One run writes one object of JSON lines, compressed by gzip: what it is, the groups, the users, who is in which group,
and at the end how many of each there are. The object appears only when its last part is stored, and a file without the
last line is not complete. It holds personal data, but no secrets: Cognito's API returns no passwords, MFA secrets or
tokens. Pages are written as they arrive, so that memory does not grow with the pool.
"""

import json
import os
import time
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.config import Config
from ffp_lambda import log
from ffp_lambda.http import LambdaContext
from ffp_lambda.job import job

FORMAT = 1  # `ffp recover users` reads no other

# Cognito allows an account 30 calls a second that list users, sign-in not included. Half of them are left to the
# application: https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
SECONDS_BETWEEN_CALLS = 1 / 15
MOST_IN_A_PAGE = 60  # Cognito's own limit
PART_BYTES = 8 * 1024**2  # S3 accepts no part below 5 MiB except for the last one

_RETRYING = Config(retries={"mode": "adaptive", "total_max_attempts": 10})
COGNITO: Any = boto3.client("cognito-idp", config=_RETRYING)
S3: Any = boto3.client("s3", config=_RETRYING)

_OF_USERS = ("Username", "Attributes", "Enabled", "UserStatus", "UserCreateDate", "UserLastModifiedDate")
_OF_GROUPS = ("GroupName", "Description", "Precedence")


class Upload:
    """An object that S3 stores when it is complete, and not before."""

    def __init__(self, bucket: str, key: str) -> None:
        self._target = {"Bucket": bucket, "Key": key}
        self._id = S3.create_multipart_upload(**self._target, ContentType="application/gzip")["UploadId"]
        self._parts: list[dict[str, Any]] = []
        self._compressor = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)  # as gzip
        self._buffer = bytearray()

    def write(self, line: Mapping[str, Any]) -> None:
        """Adds one line of JSON."""
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":"), default=_to_text)
        self._buffer += self._compressor.compress(f"{text}\n".encode())
        if len(self._buffer) >= PART_BYTES:
            self._send()

    def complete(self) -> None:
        """Makes the object appear."""
        self._buffer += self._compressor.flush()
        self._send()
        S3.complete_multipart_upload(**self._target, UploadId=self._id, MultipartUpload={"Parts": self._parts})

    def abort(self) -> None:
        """Discards what was sent."""
        S3.abort_multipart_upload(**self._target, UploadId=self._id)

    def _send(self) -> None:
        number = len(self._parts) + 1
        part = S3.upload_part(**self._target, UploadId=self._id, PartNumber=number, Body=bytes(self._buffer))
        self._parts.append({"PartNumber": number, "ETag": part["ETag"]})
        self._buffer.clear()


@job("export-users")
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Writes one export. A run that fails leaves none, and Lambda repeats it."""
    started, now = time.monotonic(), datetime.now(UTC)
    pool = os.environ["USER_POOL_ID"]
    upload = Upload(os.environ["USER_EXPORTS_BUCKET"], f"users/{now:%Y-%m-%dT%H%M%SZ}.jsonl.gz")
    try:
        upload.write({"export": {"format": FORMAT, "pool": pool, "begun": now}})
        counts: Counter[str] = Counter(users=0, groups=0, memberships=0)
        for line, counted in _contents(pool):
            upload.write(line)
            counts.update(counted)
        upload.write({"end": dict(counts)})
        upload.complete()
    except BaseException:
        upload.abort()
        raise
    log.write(
        "export-users",
        request_id=context.aws_request_id,
        durationMs=round((time.monotonic() - started) * 1000),
        users=counts["users"],
        groups=counts["groups"],
        memberships=counts["memberships"],
    )


def _contents(pool: str) -> Iterator[tuple[dict[str, Any], dict[str, int]]]:
    """Yields each line with what it adds to the counts. Only the groups' names are kept in memory."""
    names: list[str] = []
    for group in _all("list_groups", "Groups", pool):
        names.append(group["GroupName"])
        yield {"group": _only(group, _OF_GROUPS)}, {"groups": 1}
    for user in _all("list_users", "Users", pool):
        yield {"user": _only(user, _OF_USERS)}, {"users": 1}
    for name in names:
        for user in _all("list_users_in_group", "Users", pool, GroupName=name):
            yield {"membership": {"group": name, "username": user["Username"]}}, {"memberships": 1}


def _all(operation: str, key: str, pool: str, **more: str) -> Iterator[dict[str, Any]]:
    pages = COGNITO.get_paginator(operation).paginate(
        UserPoolId=pool, **more, PaginationConfig={"PageSize": MOST_IN_A_PAGE}
    )
    for page in pages:
        yield from page[key]
        time.sleep(SECONDS_BETWEEN_CALLS)


def _only(found: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: found[key] for key in keys if key in found}


def _to_text(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()
