"""The export of the user pool: all of it or nothing, page by page, without secrets, and without data in the log."""

import gzip
import json
import re
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from ffp_lambda.errors import FailedCallError

from library.functions.users import export_users
from tests.library.fakes import CONTEXT, OTHER_TENANT, TENANT
from tests.library.user_pool import INVITED, POOL, Stored, UserPool

BUCKET = "prod-ffp-user-exports-333333333333"


class Bucket:
    """A bucket that takes multipart uploads, behind the real client."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.parts: list[int] = []
        self.aborted = 0
        self.refuses = ""
        self._pending: dict[int, bytes] = {}

    def answer(self, model: Any, params: dict[str, Any], **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        assert BUCKET in params["url"]
        key, body = params["url_path"].partition(f"{BUCKET}/")[2] or params["url_path"], params["body"]
        if model.name == self.refuses:
            error = {"Error": {"Code": "AccessDenied", "Message": "refused"}, "ResponseMetadata": {}}
            return AWSResponse("", 403, HTTPHeaders(), None), error
        result: dict[str, Any] = {}
        if model.name == "CreateMultipartUpload":
            self._pending.clear()
            result = {"UploadId": "upload-1"}
        elif model.name == "UploadPart":
            content = body if isinstance(body, bytes) else body.read()
            self._pending[int(params["query_string"]["partNumber"])] = content
            self.parts.append(len(content))
            result = {"ETag": "etag"}
        elif model.name == "CompleteMultipartUpload":
            self.objects[key.lstrip("/")] = b"".join(self._pending[number] for number in sorted(self._pending))
        else:
            assert model.name == "AbortMultipartUpload"
            self.aborted += 1
        return AWSResponse("", 200, HTTPHeaders(), None), result

    def lines(self) -> list[dict[str, Any]]:
        """The lines of the only object."""
        (content,) = self.objects.values()
        return [json.loads(line) for line in gzip.decompress(content).splitlines()]


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch, pool: UserPool) -> Iterator[Bucket]:
    """The bucket of exports; the function lists the test's pool, and waits for nothing."""
    monkeypatch.setenv("USER_EXPORTS_BUCKET", BUCKET)
    monkeypatch.setattr(export_users, "SECONDS_BETWEEN_CALLS", 0)
    bucket = Bucket()
    pool.serve(export_users.COGNITO)
    export_users.S3.meta.events.register("before-call.s3", bucket.answer, unique_id="exports")
    yield bucket
    pool.leave(export_users.COGNITO)
    export_users.S3.meta.events.unregister("before-call.s3", unique_id="exports")


def _run() -> None:
    export_users.handler({}, CONTEXT)


def test_all_users_groups_and_memberships_of_several_pages_are_written_once(pool: UserPool, bucket: Bucket) -> None:
    for number in range(130):
        pool.add(f"{number}@example.org", TENANT if number % 2 else OTHER_TENANT)
    pool.add("new@example.org", None, status=INVITED)
    pool.groups |= {f"group-{number}": [] for number in range(61)}
    _run()
    first, *lines, end = bucket.lines()
    assert (first["export"]["format"], first["export"]["pool"]) == (1, POOL)
    users = [line["user"] for line in lines if "user" in line]
    assert sorted(each["Username"] for each in users) == sorted(pool.users)
    assert [each["UserStatus"] for each in users].count(INVITED) == 1
    members = [line["membership"] for line in lines if "membership" in line]
    assert sorted((each["group"], each["username"]) for each in members) == sorted(
        (name, member) for name, names in pool.groups.items() for member in names
    )
    assert end == {"end": {"users": 131, "groups": 64, "memberships": 131}}
    (key,) = bucket.objects
    assert re.fullmatch(r"users/20[0-9-]{8}T[0-9]{6}Z\.jsonl\.gz", key)


def test_a_users_attributes_are_kept_and_nothing_else_that_cognito_might_return(
    pool: UserPool, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    user, shown = pool.add("a@example.org", TENANT, role="administrator"), Stored.shown
    monkeypatch.setattr(
        Stored, "shown", lambda self, key: shown(self, key) | {"MFAOptions": [{"DeliveryMedium": "SMS"}]}
    )
    _run()
    (line,) = [line["user"] for line in bucket.lines() if "user" in line]
    assert {each["Name"]: each["Value"] for each in line.pop("Attributes")} == {"sub": user.name, **user.attributes}
    assert line == {"Username": user.name, "Enabled": True, "UserStatus": "CONFIRMED"}


@pytest.mark.parametrize("refused", ["UploadPart", "CompleteMultipartUpload"])
def test_an_export_that_fails_leaves_no_object_and_raises_an_error(
    pool: UserPool, bucket: Bucket, refused: str
) -> None:
    pool.add("a@example.org", TENANT)
    bucket.refuses = refused
    with pytest.raises(FailedCallError):
        _run()
    assert (bucket.objects, bucket.aborted) == ({}, 1)


def test_a_pool_that_refuses_half_way_leaves_no_object(pool: UserPool, bucket: Bucket) -> None:
    pool.add("a@example.org", TENANT)

    def lose_the_group() -> None:
        pool.groups.clear()

    pool.before["ListUsersInGroup"] = lose_the_group
    with pytest.raises(FailedCallError):
        _run()
    assert (bucket.objects, bucket.aborted) == ({}, 1)


def test_the_log_holds_counts_and_no_personal_data(
    pool: UserPool, bucket: Bucket, log_lines: Callable[[], list[dict[str, Any]]]
) -> None:
    pool.add("somebody@example.org", TENANT)
    _run()
    (line,) = log_lines()
    assert (line["action"], line["users"], line["groups"], line["memberships"]) == ("export-users", 1, 1, 1)
    assert "somebody" not in json.dumps(line)


def test_memory_does_not_grow_with_the_pool(pool: UserPool, bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are made on request here, so that the stand-in does not hold the users itself."""
    users, part_bytes = 6000, 64 * 1024

    def contents(_: str) -> Iterator[tuple[dict[str, Any], dict[str, int]]]:
        for _number in range(users):
            user = {"Username": str(uuid4()), "Attributes": [{"Name": "email", "Value": f"{uuid4()}@example.org"}]}
            yield {"user": user}, {"users": 1}

    monkeypatch.setattr(export_users, "_contents", contents)
    monkeypatch.setattr(export_users, "PART_BYTES", part_bytes)
    tracemalloc.start()
    try:
        _run()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(bucket.parts) > 2
    assert all(size >= part_bytes for size in bucket.parts[:-1])
    assert bucket.lines()[-1]["end"]["users"] == users
    assert peak < 1024**2 + sum(bucket.parts)  # the stand-in keeps the parts
