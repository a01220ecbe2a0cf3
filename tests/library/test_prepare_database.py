"""The function that a deploy invokes: roles, helpers and migrations, once or again, whole or not at all."""

import contextlib
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ffp_lambda.errors import FailedCallError
from pg8000.native import Connection

from library.functions.database import prepare_database as preparation
from tests.library.fakes import CONTEXT
from tests.library.postgres import MASTER, FakeSecret, Instance
from tests.library.sample.tables import MIGRATIONS
from tests.library.test_unprotected import NOT_FORCED

CHANGED = "next must not change its role or settings"


def test_the_master_is_no_superuser_as_on_rds(instance: Instance) -> None:
    attributes = "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname = "
    assert instance.ask(f"{attributes} '{MASTER}'") == [[False, False, True, True]]


def test_a_second_run_changes_nothing(instance: Instance) -> None:
    secret = FakeSecret()
    assert instance.prepare(secret) == [each.name for each in MIGRATIONS]
    value, before = secret.value, instance.ask("select relname, relacl::text from pg_class order by 1, 2")
    assert instance.prepare(secret) == []
    assert secret.value == value
    assert instance.ask("select relname, relacl::text from pg_class order by 1, 2") == before


def test_owner_owns_everything_and_the_application_nothing(instance: Instance) -> None:
    instance.prepare(FakeSecret())
    owners = "select distinct pg_get_userbyid(relowner) from pg_class where relnamespace = 'public'::regnamespace"
    assert instance.ask(owners) == [["owner"]]


def test_no_role_of_ours_passes_row_level_security_or_makes_roles(instance: Instance) -> None:
    instance.prepare(FakeSecret())
    ours = "'owner', 'app', 'audit', 'app_a', 'app_b'"
    powers = "rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication"
    assert instance.ask(f"select rolname from pg_roles where rolname in ({ours}) and ({powers})") == []
    assert instance.ask(f"select rolname from pg_roles where rolname in ({ours}) and rolcanlogin order by 1") == [
        ["app_a"],
        ["app_b"],
    ]


def test_public_may_do_nothing(instance: Instance) -> None:
    instance.prepare(FakeSecret())
    # In an ACL nobody's name stands for PUBLIC.
    assert instance.ask("select datacl::text ~ '[{,]=' from pg_database where datname = 'ffp'") == [[False]]
    assert instance.ask("select nspacl::text ~ '[{,]=' from pg_namespace where nspname = 'public'") == [[False]]
    assert (
        instance.ask(
            "select proname from pg_proc where pronamespace = 'public'::regnamespace "
            "and (proacl is null or proacl::text ~ '[{,]=')",
        )
        == []
    )


def test_audit_reads_every_table_and_writes_none(instance: Instance) -> None:
    later = "create table later (tenant_id uuid primary key); call protect_table('later')"
    instance.prepare(FakeSecret(), instance.followed_by(later))
    tables = "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
    assert instance.ask(f"{tables} and not has_table_privilege('audit', oid, 'select')") == []
    assert instance.ask(f"{tables} and has_table_privilege('audit', oid, 'insert, update, delete, truncate')") == []


def test_the_application_reads_the_tenants_ids_whatever_its_migrations_grant(instance: Instance) -> None:
    secret = FakeSecret()
    instance.prepare(
        secret, instance.followed_by("revoke all on tenants from app; revoke all (tenant_id) on tenants from app")
    )
    assert secret.connect(instance.server).run("select tenant_id from tenants") == []


def test_an_empty_secret_gets_its_first_value_and_the_user_logs_in(instance: Instance) -> None:
    secret = FakeSecret()
    instance.prepare(secret)
    assert secret.connect(instance.server).run("select current_user") == [["app_a"]]


def test_no_password_reaches_the_server(instance: Instance) -> None:
    """Which logs every statement here, and its parameters."""
    session = instance.server.as_superuser()
    settings = {name: session.run(f"show {name}") for name in ("log_statement", "log_min_duration_statement")}
    session.close()
    assert settings == {"log_statement": [["ddl"]], "log_min_duration_statement": [["0"]]}
    secret = FakeSecret()
    instance.prepare(secret)
    assert secret.value
    log = instance.server.log()
    assert re.search(r"alter role .?app_a.? password '?E?'?SCRAM-SHA-256\$", log)
    assert secret.value["password"] not in log
    assert instance.master_password not in log


def test_a_database_that_was_restored_learns_the_password_of_its_secret(instance: Instance) -> None:
    secret = FakeSecret()
    instance.prepare(secret)
    other = instance.server.create_instance(MIGRATIONS)
    other.prepare(secret)
    assert secret.connect(instance.server).run("select current_user") == [["app_a"]]


def test_a_secret_of_somebody_else_is_refused(instance: Instance) -> None:
    with pytest.raises(FailedCallError, match="must be one of app_a, app_b"):
        instance.prepare(FakeSecret({"username": MASTER, "password": "any"}))


def test_each_migration_runs_once(instance: Instance) -> None:
    secret = FakeSecret()
    instance.prepare(secret)
    more = instance.followed_by("create table later (tenant_id uuid primary key); call protect_table('later')")
    assert instance.prepare(secret, more) == ["next"]
    assert instance.prepare(secret, more) == []


def test_a_migration_may_set_what_it_resets(instance: Instance) -> None:
    resets = "set local lock_timeout = 0; set work_mem = '8MB'; reset work_mem; set local lock_timeout = '5s'"
    assert instance.prepare(FakeSecret(), instance.followed_by(resets))[-1] == "next"


def test_a_migration_that_ran_and_was_changed_is_an_error(instance: Instance) -> None:
    secret = FakeSecret()
    instance.prepare(secret)
    changed = [replace(MIGRATIONS[0], sql=MIGRATIONS[0].sql + "\n"), *MIGRATIONS[1:]]
    with pytest.raises(FailedCallError, match=r"0001_tables has run and was changed since"):
        instance.prepare(secret, changed)


def test_code_that_was_rolled_back_leaves_a_newer_schema_alone(instance: Instance) -> None:
    secret = FakeSecret()
    instance.prepare(secret)
    assert instance.prepare(secret, MIGRATIONS[:1]) == []
    assert instance.ask("select count(*) from schema_migrations") == [[len(MIGRATIONS)]]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("create table half (tenant_id uuid primary key); select 1 / 0", "next: SQLSTATE 22012"),
        ("create table half (tenant_id uuid primary key); commit; begin", "next: SQLSTATE 0A000"),
        ("create table half (tenant_id uuid primary key); commit", "next: SQLSTATE 0A000"),
        ("create table half (tenant_id uuid primary key); rollback", "next: SQLSTATE 0A000"),
        ("create table half (tenant_id uuid primary key); do 'begin commit; end'", "next: SQLSTATE 2D000"),
        ("create table half (tenant_id uuid primary key); end'; commit; do 'begin", "next: SQLSTATE 42601"),
        ("create table half (tenant_id uuid primary key); reset role", CHANGED),
        ("set local search_path = pg_catalog", CHANGED),
        ("set local app.tenant_id = '5f0c3f0e-6a8e-4c3e-9a42-0d4a7a1d2b11'", CHANGED),
        ("set local row_security = off", CHANGED),
        ("set lock_timeout = 0", CHANGED),
    ],
)
def test_a_failed_migration_leaves_nothing_of_the_run(instance: Instance, sql: str, message: str) -> None:
    with pytest.raises(FailedCallError, match=message):
        instance.prepare(FakeSecret(), instance.followed_by(sql))
    assert instance.ask("select relname from pg_class where relname in ('half', 'entries')") == []


@pytest.mark.parametrize(
    ("sql", "place"),
    [
        ("select 1;\nselect $$it's$$ from nowhere", "32"),
        ("select 1; selec", "11"),
        ("do 'begin perform 1 from nowhere; end'", "-"),  # its place in a text that is not the migration's
    ],
)
def test_where_a_migration_fails_is_told(instance: Instance, sql: str, place: str) -> None:
    with pytest.raises(FailedCallError, match=rf"^next: SQLSTATE 42\w+ at {place} "):
        instance.prepare(FakeSecret(), instance.followed_by(sql))


def test_what_failed_is_told_without_quoting_rows(instance: Instance) -> None:
    with pytest.raises(FailedCallError) as told:
        instance.prepare(FakeSecret(), instance.followed_by("select 'Nora Quill'::uuid"))
    assert "SQLSTATE 22P02" in str(told.value)
    assert "Quill" not in str(told.value)


@pytest.mark.parametrize("names", [("0002_second.sql",), ("0001_first.sql", "0003_third.sql"), ("first.sql",)])
def test_migrations_count_without_a_gap(tmp_path: Path, names: tuple[str, ...]) -> None:
    for name in names:
        (tmp_path / name).touch()
    with pytest.raises(FailedCallError, match="must begin with"):
        preparation.migrations(tmp_path)


def test_helpers_that_a_migration_replaced_are_put_back(instance: Instance) -> None:
    replaced = "create or replace function current_tenant() returns uuid language sql stable return gen_random_uuid()"
    instance.prepare(FakeSecret(), instance.followed_by(replaced))
    assert "app.tenant_id" in str(instance.ask("select pg_get_functiondef('current_tenant'::regproc)"))


def test_what_a_user_set_for_itself_ends_with_the_next_deploy(instance: Instance) -> None:
    secret = FakeSecret()
    instance.prepare(secret)
    with contextlib.closing(secret.connect(instance.server)) as attacker:
        attacker.run("alter role app_a set default_transaction_read_only = on")
        attacker.run("alter role app_a in database ffp set statement_timeout = 1")
    instance.prepare(secret)
    assert instance.ask("select count(*) from pg_db_role_setting where setrole = 'app_a'::regrole") == [[0]]
    with contextlib.closing(secret.connect(instance.server)) as session:
        assert session.run("show default_transaction_read_only") == [["off"]]


def test_a_deploy_tells_every_finding_and_waits_longer_than_a_handler(
    instance: Instance, monkeypatch: pytest.MonkeyPatch, log_lines: Callable[[], list[dict[str, Any]]]
) -> None:
    """By the handler itself, as the deploy invokes it."""
    timeouts = []

    def connect(user: str, password: str, timeout_seconds: int) -> Connection:
        timeouts.append(timeout_seconds)
        return instance.server.connect(user, password)

    loose = instance.followed_by("create table loose (id uuid primary key)")
    monkeypatch.setenv("MASTER_SECRET_ARN", "arn:master")
    monkeypatch.setenv("DATABASE_NAME", "ffp")
    monkeypatch.setenv("DATABASE_AUTHENTICATION", "secret")
    monkeypatch.setattr(preparation, "read_credentials", lambda _: (MASTER, instance.master_password))
    monkeypatch.setattr(preparation, "connect", connect)
    monkeypatch.setattr(preparation, "_current_value", lambda: None)
    monkeypatch.setattr(preparation, "migrations", lambda _: loose)
    with pytest.raises(FailedCallError, match=r"^loose .*; and [2-9] more in the function's log$"):
        preparation.handler({}, CONTEXT)
    told = [line["error"] for line in log_lines() if line["action"] == "prepare-database-finding"]
    assert f"loose {NOT_FORCED}" in told
    assert all("withheld" not in each for each in told)
    assert 240 <= timeouts[0] < 300
