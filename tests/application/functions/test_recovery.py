"""The statements of docs/deployment.md after a user pool was lost, tried on a real PostgreSQL."""

import contextlib
import re
from uuid import uuid4

import pytest
from pg8000.native import Connection

from ffp.project import ROOT
from tests.library.postgres import FakeSecret, Instance

TENANT, STRANGER = str(uuid4()), str(uuid4())
OLD, NEW = str(uuid4()), str(uuid4())
SETTING = "select set_config('app.tenant_id', :tenant, true)"


@pytest.fixture
def statements() -> list[str]:
    """What the document gives, with its places filled; a terminal sends one statement after the other."""
    document = (ROOT / "docs/deployment.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```sql\n(.*?)```", document, re.DOTALL)
    for place, value in {"<tenant>": TENANT, "<old>": OLD, "<new>": NEW}.items():
        block = block.replace(place, value)
    return [line.strip() for line in block.strip().splitlines()]


def _add_rows(owner: Connection, tenant: str) -> None:
    owner.run("begin; set local role owner")
    owner.run(SETTING, tenant=tenant)
    owner.run("insert into tenants values (current_tenant())")
    owner.run("insert into profiles (user_id, display_name, weekly_goal) values (:user, 'any name', 3)", user=OLD)
    owner.run("insert into notes (user_id, body) values (:user, 'any text')", user=OLD)
    owner.run("insert into reminders (user_id, due_at) values (:user, now())", user=OLD)
    owner.run("commit")


def test_rows_follow_a_user_to_the_new_sub_in_the_users_own_tenant(instance: Instance, statements: list[str]) -> None:
    instance.prepare(FakeSecret())
    with contextlib.closing(instance.as_master()) as master:
        for tenant in (TENANT, STRANGER):
            _add_rows(master, tenant)
        for statement in statements:
            master.run(statement)
    naming = (
        "select table_name from information_schema.columns where table_schema = 'public' and column_name = 'user_id'"
    )
    tables = [name for (name,) in instance.ask(naming)]
    assert "notes" in tables
    for table in tables:
        kept = instance.ask(f"select tenant_id::text, user_id from {table}")
        assert sorted(kept) == sorted([[TENANT, NEW], [STRANGER, OLD]]), table
