"""The function that a deploy invokes: roles, helpers and migrations, once or again, whole or not at all."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from ffp_lambda.errors import FailedCallError

from functions.database import prepare_database as preparation
from functions.database.prepare_database import Migration
from tests.functions.postgres import MASTER, MIGRATIONS, FakeSecret, Instance, Server

Rows = list[list[object]]


@pytest.fixture
def instance(server: Server) -> Instance:
    """Empty, as RDS hands it over."""
    return server.bear()


def _ask(instance: Instance, sql: str) -> Rows:
    session = instance.server.as_superuser("ffp")
    try:
        return session.run(sql) or []
    finally:
        session.close()


def _next(sql: str) -> list[Migration]:
    return [*MIGRATIONS, Migration(len(MIGRATIONS) + 1, "next", sql)]


def test_the_master_is_no_superuser_as_on_rds(instance: Instance) -> None:
    attributes = "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname = "
    assert _ask(instance, f"{attributes} '{MASTER}'") == [[False, False, True, True]]


def test_a_second_run_changes_nothing(instance: Instance) -> None:
    secret = FakeSecret()
    assert instance.prepare(secret) == [each.name for each in MIGRATIONS]
    value, before = secret.value, _ask(instance, "select relname, relacl::text from pg_class order by 1, 2")
    assert instance.prepare(secret) == []
    assert secret.value == value
    assert _ask(instance, "select relname, relacl::text from pg_class order by 1, 2") == before


def test_owner_owns_everything_and_the_application_nothing(instance: Instance) -> None:
    instance.prepare(FakeSecret())
    owners = "select distinct pg_get_userbyid(relowner) from pg_class where relnamespace = 'public'::regnamespace"
    assert _ask(instance, owners) == [["owner"]]


def test_no_role_of_ours_passes_row_level_security_or_makes_roles(instance: Instance) -> None:
    instance.prepare(FakeSecret())
    ours = "'owner', 'app', 'audit', 'app_a', 'app_b'"
    powers = "rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication"
    assert _ask(instance, f"select rolname from pg_roles where rolname in ({ours}) and ({powers})") == []
    assert _ask(instance, f"select rolname from pg_roles where rolname in ({ours}) and rolcanlogin order by 1") == [
        ["app_a"],
        ["app_b"],
    ]


def test_public_may_do_nothing(instance: Instance) -> None:
    instance.prepare(FakeSecret())
    # In an ACL nobody's name stands for PUBLIC.
    assert _ask(instance, "select datacl::text ~ '[{,]=' from pg_database where datname = 'ffp'") == [[False]]
    assert _ask(instance, "select nspacl::text ~ '[{,]=' from pg_namespace where nspname = 'public'") == [[False]]
    assert (
        _ask(
            instance,
            "select proname from pg_proc where pronamespace = 'public'::regnamespace "
            "and (proacl is null or proacl::text ~ '[{,]=')",
        )
        == []
    )


def test_audit_reads_every_table_and_writes_none(instance: Instance) -> None:
    instance.prepare(
        FakeSecret(), _next("create table later (tenant_id uuid primary key); call protect_table('later')")
    )
    tables = "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
    assert _ask(instance, f"{tables} and not has_table_privilege('audit', oid, 'select')") == []
    assert _ask(instance, f"{tables} and has_table_privilege('audit', oid, 'insert, update, delete, truncate')") == []


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
    other = instance.server.bear()
    other.prepare(secret)
    assert secret.connect(instance.server).run("select current_user") == [["app_a"]]


def test_a_secret_of_somebody_else_is_refused(instance: Instance) -> None:
    with pytest.raises(FailedCallError, match="must be one of app_a, app_b"):
        instance.prepare(FakeSecret({"username": MASTER, "password": "any"}))


def test_each_migration_runs_once(instance: Instance) -> None:
    secret = FakeSecret()
    instance.prepare(secret)
    more = _next("create table later (tenant_id uuid primary key); call protect_table('later')")
    assert instance.prepare(secret, more) == ["next"]
    assert instance.prepare(secret, more) == []


def test_a_migration_that_ran_and_was_changed_is_an_error(instance: Instance) -> None:
    secret = FakeSecret()
    instance.prepare(secret)
    changed = [replace(MIGRATIONS[0], sql=MIGRATIONS[0].sql + "\n"), *MIGRATIONS[1:]]
    with pytest.raises(FailedCallError, match=r"0001_first_tables has run and was changed since"):
        instance.prepare(secret, changed)


def test_code_that_was_rolled_back_leaves_a_newer_schema_alone(instance: Instance) -> None:
    secret = FakeSecret()
    instance.prepare(secret)
    assert instance.prepare(secret, MIGRATIONS[:1]) == []
    assert _ask(instance, "select count(*) from schema_migrations") == [[len(MIGRATIONS)]]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("create table half (tenant_id uuid primary key); select 1 / 0", "next: SQLSTATE 22012"),
        ("create table half (tenant_id uuid primary key); commit; begin", "next ends the transaction"),
        ("create table half (tenant_id uuid primary key); commit", "next ends the transaction"),
        ("create table half (tenant_id uuid primary key); reset role", "next ends the transaction or leaves its role"),
    ],
)
def test_a_failed_migration_leaves_nothing_of_the_run(instance: Instance, sql: str, message: str) -> None:
    with pytest.raises(FailedCallError, match=message):
        instance.prepare(FakeSecret(), _next(sql))
    kept = _ask(instance, "select relname from pg_class where relname in ('half', 'notes') order by 1")
    assert kept == ([["half"], ["notes"]] if "commit" in sql else [])


def test_what_failed_is_told_without_quoting_rows(instance: Instance) -> None:
    with pytest.raises(FailedCallError) as told:
        instance.prepare(FakeSecret(), _next("select 'Nora Quill'::uuid"))
    assert "SQLSTATE 22P02" in str(told.value)
    assert "Quill" not in str(told.value)


@pytest.mark.parametrize("names", [("0002_second.sql",), ("0001_first.sql", "0003_third.sql"), ("first.sql",)])
def test_migrations_count_without_a_gap(tmp_path: Path, names: tuple[str, ...]) -> None:
    for name in names:
        (tmp_path / name).touch()
    with pytest.raises(FailedCallError, match="must begin with"):
        preparation.migrations(tmp_path)


UNPROTECTED = {
    "create table loose (id uuid primary key)": "loose has no row-level security",
    "create table loose (tenant_id uuid primary key); alter table loose enable row level security": "loose has no row",
    "create table loose (tenant_id text primary key); alter table loose enable row level security": "loose has no ten",
    "alter table notes no force row level security": "notes has no row-level security that binds its owner too",
    "alter table notes disable row level security": "notes has no row-level security that binds its owner too",
    "drop policy own_tenant on notes": "notes has other policies",
    "create policy wider on notes using (true)": "notes has other policies",
    "alter policy own_tenant on notes using (true)": "notes has other policies",
    "alter policy own_tenant on notes to app": "notes has other policies",
    "alter table notes alter tenant_id drop not null": "0A000|42P16|notes has no tenant_id",
    "alter table notes add unique (body)": "notes has the key notes_body_key without tenant_id",
    "create unique index on notes (body)": "notes has the key notes_body_idx without tenant_id",
    "alter table exercises add unique (tenant_id, title); alter table exercises add unique (exercise_id); "
    "alter table notes add foreign key (exercise_id) references exercises (exercise_id)": "notes_exercise_id_fkey",
    "create materialized view everything as select * from notes": "everything is no table that row-level security",
    "grant truncate on notes to app": "notes lets app truncate",
    "create view everything as select * from notes; grant select on everything to app": "",
}


@pytest.mark.parametrize("sql", UNPROTECTED)
def test_what_nobody_protected_is_found_before_it_is_committed(instance: Instance, sql: str) -> None:
    expected = UNPROTECTED[sql]
    if not expected:
        instance.prepare(FakeSecret(), _next(sql))
        return
    with pytest.raises(FailedCallError, match=expected):
        instance.prepare(FakeSecret(), _next(sql))
    assert _ask(instance, "select relname from pg_class where relname in ('loose', 'notes')") == []
