"""A media bucket and the functions that settle its uploads, on a database with two tenants."""

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError
from ffp_lambda import database as sessions
from ffp_lambda.errors import FailedCallError
from ffp_lambda.tenancy import TENANCY

from application.functions.media import arrivals, create_upload, get_playback
from tests.application.functions.shipped import MIGRATIONS, request_event
from tests.library.fakes import CONTEXT, OTHER_TENANT, TENANT, body_of
from tests.library.postgres import FakeSecret, Instance, Server, prepared_on

BUCKET = "dev-ffp-media-111122223333"
LogLines = Callable[[], list[dict[str, Any]]]


@dataclass
class FakeBucket:
    """The objects that lie in the bucket now, each as its type and size, and what happens before each look."""

    objects: dict[str, tuple[str, int]] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    held_back: dict[str, str | None] = field(default_factory=dict)  # what a scan said of each that it did not pass
    before_look: Callable[[], None] = lambda: None

    def list_objects_v2(self, *, Bucket: str, Prefix: str, MaxKeys: int) -> dict[str, Any]:  # noqa: N803 - boto3's names
        self.before_look()
        assert Bucket == BUCKET
        found = sorted(key for key in self.objects if key.startswith(Prefix))[:MaxKeys]
        return {"Contents": [{"Key": key} for key in found]} if found else {}

    def head_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
        assert Bucket == BUCKET
        if Key in self.held_back:
            raise ClientError({"Error": {"Code": "403", "Message": "Forbidden"}}, "HeadObject")
        type_, size = self.objects[Key]
        return {"ContentType": type_, "ContentLength": size}

    def get_object_tagging(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
        assert Bucket == BUCKET
        status = self.held_back[Key]
        return {"TagSet": [{"Key": "GuardDutyMalwareScanStatus", "Value": status}] if status else []}

    def delete_object(self, *, Bucket: str, Key: str) -> None:  # noqa: N803 - boto3's names
        assert Bucket == BUCKET
        self.deleted.append(Key)
        del self.objects[Key]


@pytest.fixture(scope="module")
def prepared(server: Server) -> tuple[Instance, FakeSecret]:
    """A database that knows two tenants, and the application's user of it."""
    instance, secret = prepared_on(server, MIGRATIONS)
    with contextlib.closing(instance.as_master()) as master:
        master.run("begin; set local role owner")
        for tenant in (TENANT, OTHER_TENANT):
            master.run("insert into tenants values (:tenant)", tenant=tenant)
        master.run("commit")
    return instance, secret


@pytest.fixture
def bucket(
    server: Server, prepared: tuple[Instance, FakeSecret], monkeypatch: pytest.MonkeyPatch
) -> Iterator[FakeBucket]:
    found, connection = FakeBucket(), sessions.Connection(lambda: prepared[1].connect(server))
    monkeypatch.setenv("MEDIA_BUCKET", BUCKET)
    monkeypatch.setenv("MEDIA_KEY_ARN", "key")
    monkeypatch.setattr(arrivals, "S3", found)
    monkeypatch.setattr(arrivals, "tenants", connection.tenants)
    for handler in (arrivals, create_upload, get_playback):
        monkeypatch.setattr(handler, "tenant_session", connection.tenant_session)
    yield found
    connection._discard()


@pytest.fixture
def as_owner(prepared: tuple[Instance, FakeSecret]) -> Callable[..., Any]:
    def run(sql: str, tenant: str = TENANT, **parameters: object) -> Any:
        with contextlib.closing(prepared[0].as_master()) as master:
            master.run("begin; set local role owner")
            master.run("select set_config(:setting, :tenant, true)", setting=TENANCY.setting, tenant=tenant)
            found = master.run(sql, **parameters)
            master.run("commit")
        return found

    return run


def sign(tenant: str = TENANT, **body: object) -> tuple[str, str]:
    """The asset and the key that a form was given for."""
    answer = body_of(
        create_upload.handler(request_event(body or {"kind": "image"}, tenantId=tenant, sub=str(uuid4())), CONTEXT)
    )
    return str(answer["assetId"]), str(answer["fields"]["key"])


def arrival(key: str, bucket: str = BUCKET) -> dict[str, Any]:
    entity = {"key": quote_plus(key, safe="/"), "size": 5, "sequencer": "0A"}
    return {"Records": [{"eventName": "ObjectCreated:Post", "s3": {"bucket": {"name": bucket}, "object": entity}}]}


def is_playable(asset: str, tenant: str = TENANT) -> bool:
    """Whether playback finds the asset. What it signs then is tried elsewhere."""
    event = request_event(path={"assetId": asset}, tenantId=tenant, role="patient")
    try:
        answer = get_playback.handler(event, CONTEXT)
    except FailedCallError:
        return True  # it went on to sign, for which there is no key here
    assert (answer["statusCode"], json.loads(answer["body"])) == (404, {"message": "there is no such asset"})
    return False


def outcomes(log_lines: LogLines) -> list[str]:
    return [each["outcome"] for each in log_lines() if each["action"] == "receive-upload"]


IMAGE = ("image/jpeg", 5)
