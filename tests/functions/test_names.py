"""Tenancy is one declaration: with other names in it, the functions follow, down to the SQL."""

import base64
import contextlib
import importlib
import json
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

from ffp.project import ROOT
from tests import renamed
from tests.functions.fakes import CONTEXT, TENANT, USER, FakeConnection
from tests.functions.postgres import FakeSecret, Server

CLAIMS = {"token_use": "access", "sub": USER, "practiceId": TENANT, "duty": "clinician"}
OLD_CLAIMS = {"token_use": "access", "sub": USER, "tenantId": TENANT, "role": "clinician"}
HANDLERS = ("application.functions.", "library.functions.")


class Functions:
    """The functions, imported where TENANCY has the other names."""

    def __getattr__(self, name: str) -> ModuleType:
        return importlib.import_module(name.replace("__", "."))


@pytest.fixture
def functions(monkeypatch: pytest.MonkeyPatch) -> Iterator[Functions]:
    kept = {name: module for name, module in sys.modules.items() if name.startswith(("ffp_lambda", *HANDLERS))}
    for name in kept:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setenv("TENANCY", renamed.RENAMED.names)
    yield Functions()
    for name in [name for name in sys.modules if name.startswith(("ffp_lambda", *HANDLERS))]:
        del sys.modules[name]


def _event(claims: dict[str, str], body: object = None) -> dict[str, Any]:
    return {"requestContext": {"authorizer": {"jwt": {"claims": claims}}}, "body": json.dumps(body)}


def test_the_trigger_reads_and_writes_them(functions: Functions) -> None:
    attributes = {"custom:practiceId": TENANT, "custom:duty": "patient"}
    event = {"version": "2", "request": {"userAttributes": attributes}, "response": {}}
    told = functions.library__functions__token__add_claims.handler(event, CONTEXT)["response"][
        "claimsAndScopeOverrideDetails"
    ]
    for token in ("idTokenGeneration", "accessTokenGeneration"):
        assert told[token]["claimsToAddOrOverride"] == {"practiceId": TENANT, "duty": "patient"}


def test_handlers_believe_the_new_claims_alone(functions: Functions) -> None:
    caller_of = functions.ffp_lambda__tenant.caller_of
    assert caller_of(_event(CLAIMS)).tenant_id == TENANT
    with pytest.raises(functions.ffp_lambda__errors.RefusalError, match="names no tenant"):
        caller_of(_event(OLD_CLAIMS))


def test_log_lines_follow(functions: Functions, log_lines: Callable[[], list[dict[str, Any]]]) -> None:
    functions.ffp_lambda__log.write("anything", request_id="1", tenant_id=TENANT)
    (line,) = log_lines()
    assert (line["practice"], "tenantId" in line) == (TENANT, False)


def test_uploads_go_to_the_new_folder(functions: Functions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIA_BUCKET", "bucket")
    monkeypatch.setenv("MEDIA_KEY_ARN", "key")
    upload, database = functions.application__functions__media__create_upload, FakeConnection()
    monkeypatch.setattr(functions.ffp_lambda__database._OF_THIS_ENVIRONMENT, "_open", lambda: database)
    answer = upload.handler(_event(CLAIMS, {"kind": "image"}), CONTEXT)
    fields = json.loads(answer["body"])["fields"]
    assert fields["key"].startswith(f"films/{TENANT}/")
    assert any({"key": fields["key"]} == each for each in json.loads(base64.b64decode(fields["policy"]))["conditions"])


def test_row_level_security_reads_the_new_setting(functions: Functions, server: Server) -> None:
    instance, secret = server.bear(), FakeSecret()
    preparation = functions.library__functions__database__prepare_database
    with pytest.MonkeyPatch.context() as patch, contextlib.closing(instance.as_master()) as master:
        patch.setenv("DATABASE_AUTHENTICATION", "secret")
        patch.setenv("DATABASE_NAME", "ffp")
        patch.setattr(preparation, "_current_value", lambda: None)
        migrations = preparation.migrations(ROOT / "application/migrations")
        secret.value = preparation.prepare(master, migrations, [TENANT]).first
    connection = functions.ffp_lambda__database.Connection(lambda: secret.connect(server))
    with connection.tenant_session(TENANT) as session:
        session.run("insert into notes (user_id, body) values ('u', 'x')")
        assert session.run("select current_setting('ffp.practice'), current_setting('app.tenant_id', true)") == [
            [TENANT, None]
        ]
        session.run("set local ffp.practice = ''; set local app.tenant_id = '" + TENANT + "'")
        assert session.run("select * from notes") == []
    connection._discard()
