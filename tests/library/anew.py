"""Functions under another tenancy: the library reads its names when it is imported, so all is imported anew."""

import contextlib
import importlib
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from settings import Tenancy
from tests.library.fakes import TENANT, USER
from tests.library.postgres import DATABASE, FakeSecret, Server
from tests.library.sample.declaration import TENANCY

CLAIMS = {"token_use": "access", "sub": USER, "practiceId": TENANT, "duty": "editor"}
_OURS = ("ffp_lambda", "application.functions.", "library.functions.", "tests.library.sample.functions.")


def renamed(tenancy: Tenancy) -> Tenancy:
    """The declaration with other names. Its roles stay: handlers name them."""
    return replace(
        tenancy,
        tenant="practiceId",
        role="duty",
        log_field="practice",
        database_setting="ffp.practice",
        media_prefix="films",
    )


def event(claims: dict[str, str], body: object = None) -> dict[str, Any]:
    """A call with these claims and no others."""
    return {"requestContext": {"authorizer": {"jwt": {"claims": claims}}}, "body": json.dumps(body)}


class Functions:
    """The functions, imported again with another declaration in TENANCY."""

    def __getattr__(self, name: str) -> ModuleType:
        return importlib.import_module(name.replace("__", "."))


def imported_with(monkeypatch: pytest.MonkeyPatch, tenancy: Tenancy) -> Iterator[Functions]:
    """The functions with this declaration. Afterwards the modules that were imported before are back."""
    kept = {name: module for name, module in sys.modules.items() if name.startswith(_OURS)}
    for name in kept:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setenv("TENANCY", tenancy.names)
    yield Functions()
    for name in [name for name in sys.modules if name.startswith(_OURS)]:
        del sys.modules[name]


@pytest.fixture
def functions(monkeypatch: pytest.MonkeyPatch) -> Iterator[Functions]:
    """The functions with the sample's declaration under other names."""
    yield from imported_with(monkeypatch, renamed(TENANCY))


@contextlib.contextmanager
def connection(functions: Functions, server: Server, migrations: Path) -> Iterator[Any]:
    """The library's connection to a database with these migrations and one tenant."""
    instance, secret = server.create_instance([]), FakeSecret()
    preparation = functions.library__functions__database__prepare_database
    with pytest.MonkeyPatch.context() as patch, contextlib.closing(instance.as_master()) as master:
        patch.setenv("DATABASE_AUTHENTICATION", "secret")
        patch.setenv("DATABASE_NAME", DATABASE)
        patch.setattr(preparation, "_current_value", lambda: None)
        secret.value = preparation.prepare(master, preparation.migrations(migrations), [TENANT]).first
    opened = functions.ffp_lambda__database.Connection(lambda: secret.connect(server))
    yield opened
    opened._discard()


def reads_the_new_setting_alone(opened: Any, table: str, insert: str) -> bool:
    """Whether a row that this statement inserts is the tenant's by the new setting, and nobody's by the old one."""
    with opened.tenant_session(TENANT) as session:
        session.run(insert)
        [settings] = session.run("select current_setting('ffp.practice'), current_setting('app.tenant_id', true)")
        seen = session.run(f"select tenant_id::text from {table}")
        session.run(f"set local ffp.practice = ''; set local app.tenant_id = '{TENANT}'")
        return (settings, seen, session.run(f"select * from {table}")) == ([TENANT, None], [[TENANT]], [])
