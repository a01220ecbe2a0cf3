"""Tenancy is one declaration: with other names in it, the shipped handlers and migrations follow."""

import base64
import json

import pytest

from tests.application.functions.shipped import MIGRATIONS_FOLDER
from tests.library.anew import CLAIMS, Functions, connection, event, reads_the_new_setting_alone
from tests.library.fakes import CONTEXT, TENANT, FakeConnection
from tests.library.postgres import Server


def test_uploads_go_to_the_new_folder(functions: Functions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIA_BUCKET", "bucket")
    monkeypatch.setenv("MEDIA_KEY_ARN", "key")
    upload, database = functions.application__functions__media__create_upload, FakeConnection()
    monkeypatch.setattr(functions.ffp_lambda__database._OF_THIS_ENVIRONMENT, "_open", lambda: database)
    answer = upload.handler(event(CLAIMS | {"duty": "clinician"}, {"kind": "image"}), CONTEXT)
    fields = json.loads(answer["body"])["fields"]
    assert fields["key"].startswith(f"films/{TENANT}/")
    assert any({"key": fields["key"]} == each for each in json.loads(base64.b64decode(fields["policy"]))["conditions"])


def test_the_tables_that_ship_are_read_by_the_new_setting(functions: Functions, server: Server) -> None:
    insert = "insert into notes (user_id, body) values ('u', 'x')"
    with connection(functions, server, MIGRATIONS_FOLDER) as opened:
        assert reads_the_new_setting_alone(opened, "notes", insert)
