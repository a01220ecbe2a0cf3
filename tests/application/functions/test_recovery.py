"""The statements that `ffp recover users` writes after a user pool was lost, tried on a real PostgreSQL."""

import contextlib
from uuid import uuid4

import pytest
from pg8000.exceptions import DatabaseError
from pg8000.native import Connection

from application.tenancy import TENANCY
from ffp.recover import moved
from ffp.recover.users import Moved
from tests.library.postgres import FakeSecret, Instance

TENANT, STRANGER = str(uuid4()), str(uuid4())
OLD, NEW = str(uuid4()), str(uuid4())
SETTING = "select set_config('app.tenant_id', :tenant, true)"


def _add_rows(owner: Connection, tenant: str) -> None:
    owner.run("begin; set local role owner")
    owner.run(SETTING, tenant=tenant)
    owner.run("insert into tenants values (current_tenant())")
    owner.run("insert into profiles (user_id, display_name, weekly_goal) values (:user, 'any name', 3)", user=OLD)
    owner.run("insert into notes (user_id, body) values (:user, 'any text')", user=OLD)
    owner.run("insert into reminders (user_id, due_at) values (:user, now())", user=OLD)
    owner.run("commit")


def _tables(instance: Instance) -> list[str]:
    naming = (
        "select table_name from information_schema.columns where table_schema = 'public' and column_name = 'user_id'"
    )
    return [name for (name,) in instance.ask(naming)]


def test_rows_follow_a_user_to_the_new_sub_in_the_users_own_tenant(instance: Instance) -> None:
    instance.prepare(FakeSecret())
    with contextlib.closing(instance.as_master()) as master:
        for tenant in (TENANT, STRANGER):
            _add_rows(master, tenant)
        master.run(moved.sql([Moved(TENANT, OLD, NEW), Moved(TENANT, str(uuid4()), str(uuid4()))], TENANCY))
    tables = _tables(instance)
    assert "notes" in tables
    for table in tables:
        kept = instance.ask(f"select tenant_id::text, user_id from {table}")
        assert sorted(kept) == sorted([[TENANT, NEW], [STRANGER, OLD]]), table


def test_rows_follow_all_together_or_not_at_all(instance: Instance) -> None:
    """The user has signed in already, and has rows under the new sub that collide with those under the old one."""
    instance.prepare(FakeSecret())
    with contextlib.closing(instance.as_master()) as master:
        _add_rows(master, TENANT)
        master.run("begin; set local role owner")
        master.run(SETTING, tenant=TENANT)
        master.run("insert into profiles (user_id, display_name, weekly_goal) values (:user, 'any name', 3)", user=NEW)
        master.run("commit")
        with pytest.raises(DatabaseError):
            master.run(moved.sql([Moved(TENANT, OLD, NEW)], TENANCY))
    for table in set(_tables(instance)) - {"profiles"}:
        assert instance.ask(f"select user_id from {table}") == [[OLD]], table
