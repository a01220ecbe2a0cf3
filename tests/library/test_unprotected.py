"""The check of every deploy: what nobody protected is found before it is committed, whoever made it."""

import contextlib

import pytest
from ffp_lambda import log
from ffp_lambda.errors import FailedCallError
from ffp_lambda.log import WITHHELD

from library.functions.database.prepare_database import UnprotectedError
from tests.library.postgres import FakeSecret, Instance

NOT_FORCED = "has no row-level security that binds its owner too, call protect_table on it in its migration"
UNPROTECTED = {
    "create table loose (id uuid primary key)": "loose has no row-level security",
    "create table loose (tenant_id uuid primary key); alter table loose enable row level security": "loose has no row",
    "create table loose (tenant_id text primary key)": "loose has no tenant_id of type uuid",
    "create table loose (id uuid) partition by hash (id)": "loose has no row-level security",
    "create table loose () inherits (entries)": "loose has no row-level security",
    "alter table entries no force row level security": f"entries {NOT_FORCED}",
    "alter table entries disable row level security": f"entries {NOT_FORCED}",
    "drop policy own_tenant on entries": "entries has other policies",
    "create policy wider on entries using (true)": "entries has other policies",
    "alter policy own_tenant on entries using (true)": "entries has other policies",
    "alter policy own_tenant on entries to app": "entries has other policies",
    "alter table entries add unique (body)": "entries has the key entries_body_key without tenant_id",
    "create unique index on entries (body)": "entries has the key entries_body_idx without tenant_id",
    "create unique index on entries (lower(body))": "entries has the key entries_lower_idx without tenant_id",
    "create unique index on entries (body) include (tenant_id)": "without tenant_id",
    "alter table entries add exclude using hash (body with =)": "has the key entries_body_excl without tenant_id",
    "alter table entries add other uuid; "
    "alter table entries add foreign key (other, tenant_id) references entries (tenant_id, entry_id)": (
        "to the same tenant"
    ),
    "create materialized view everything as select * from entries": "everything is no table that row-level security",
    "create table other (tenant_id uuid primary key); grant select on other to app": "other has no row-level security",
    "grant truncate on entries to app": "entries lets app truncate",
    "grant references on entries to audit": "entries lets audit references",
    "grant trigger on entries to app_a": "entries lets app_a trigger",
    "grant select on entries to app_b": "entries lets app_b select",
    "grant select on entries to public": "entries lets everybody select",
    "grant references (tenant_id, entry_id) on entries to app": "entries lets app references",
    "grant update (body) on entries to audit": "entries lets audit update",
    "grant insert on tenants to app": "tenants lets app insert",
    "grant delete on schema_migrations to app": "schema_migrations lets app delete",
    "alter table tenants add name text": "tenants holds more than identifiers",
    "create sequence numbers; grant usage on numbers to app": "numbers lets app usage",
    "grant select on entries to app with grant option": "entries lets app select and grant it",
    "grant insert (body) on entries to app with grant option": "entries lets app insert and grant it",
    "grant execute on procedure protect_table to app": "protect_table(regclass) lets app execute",
    "grant execute on function current_tenant to public": "current_tenant() lets everybody execute",
    "grant execute on function current_tenant to app with grant option": "lets app execute and grant it",
}
# What `owner` could not even do by itself.
BY_THE_MASTER = {
    "create schema other": "other is a schema other than public",
    "create table stray (tenant_id uuid primary key)": "stray is not owned by owner",
    "create view stray as select 1": "stray is not owned by owner",
    "create function stray() returns int language sql security definer as 'select 1'": (
        "a function that owner does not own"
    ),
    "create function stray() returns int language sql as 'select 1'": "stray() is a function that owner does not own",
    "create publication stray": "stray publishes rows without the policies",
    "grant owner to app": "app is a member of owner",
    "grant app to audit": "audit is a member of app",
    "grant audit to app_a": "app_a is a member of audit",
    "grant app_a to app_b": "app_b is a member of app_a",
    "create role stranger login in role app": "stranger is a member of app",
    "create role stranger; grant app_b to stranger": "stranger is a member of app_b",
    "grant create on schema public to app": "public lets app create",
    "grant create on schema public to app_a": "public lets app_a create",
    "grant usage on schema public to app_b": "public lets app_b usage",
    "grant usage on schema public to app with grant option": "public lets app usage and grant it",
    "grant create, temporary on database ffp to app": "ffp lets app temporary",
    "grant create on database ffp to app_b": "ffp lets app_b create",
    "grant connect on database ffp to app with grant option": "ffp lets app connect and grant it",
    "create role stranger; grant connect on database ffp to stranger": "ffp lets stranger connect",
    "alter role app_a createrole": "app_a can create roles",
    "alter role audit createdb": "audit can create roles or databases",
    "alter role owner login": "owner can create roles or databases, replicate, or log in",
    "select lo_create(4242)": "large objects have no tenant",
}
# What only RDS itself could do.
BY_RDS = {
    "alter role app bypassrls": "app bypasses row-level security",
    "alter role app_a bypassrls": "app_a bypasses row-level security",
    "alter role app_b replication": "app_b can create roles or databases, replicate",
    "grant pg_read_server_files to app_a": "app_a is a member of pg_read_server_files",
    "create operator public.<=> (leftarg = text, rightarg = text, function = texteq); "
    "alter operator public.<=> (text, text) owner to app_a": "app_a owns operator",
    "create function strange(varchar[]) returns int language sql as 'select 1'": "strange(character varying--)",
    "create function \"Odd\"() returns int language sql as 'select 1'": "-odd-()",
    "alter role audit superuser": "audit bypasses row-level security",
    "alter role audit set app.tenant_id = '5f0c3f0e-6a8e-4c3e-9a42-0d4a7a1d2b11'": "audit has settings of its own",
}


BY_HAND = BY_THE_MASTER | BY_RDS


@pytest.mark.attack
@pytest.mark.parametrize("sql", UNPROTECTED)
def test_what_nobody_protected_is_found_before_it_is_committed(instance: Instance, sql: str) -> None:
    with pytest.raises(UnprotectedError) as found:
        instance.prepare(FakeSecret(), instance.followed_by(sql))
    assert any(UNPROTECTED[sql] in each for each in found.value.findings), found.value.findings
    assert instance.ask("select relname from pg_class where relname in ('loose', 'entries')") == []


@pytest.mark.attack
@pytest.mark.parametrize("sql", BY_HAND)
def test_what_somebody_did_by_hand_is_found_by_the_next_deploy(instance: Instance, sql: str) -> None:
    secret = FakeSecret()
    instance.prepare(secret)
    session = instance.as_master() if sql in BY_THE_MASTER else instance.server.as_superuser("ffp")
    with contextlib.closing(session):
        session.run(sql)
    with pytest.raises(UnprotectedError) as found:
        instance.prepare(secret)
    assert any(BY_HAND[sql] in each for each in found.value.findings), found.value.findings
    assert WITHHELD not in map(log.describe_error, map(FailedCallError, found.value.findings))


@pytest.mark.parametrize(
    "sql",
    [
        "create view everything as select * from entries; grant select on everything to app",
        "create table parts (tenant_id uuid not null, id uuid, primary key (tenant_id, id)) partition by hash (id); "
        "create table part partition of parts for values with (modulus 1, remainder 0); "
        "call protect_table('parts'); call protect_table('part'); grant select on parts to app",
        "alter table entries add constraint one exclude using hash (tenant_id with =)",
    ],
)
def test_what_is_protected_is_let_through(instance: Instance, sql: str) -> None:
    assert instance.prepare(FakeSecret(), instance.followed_by(sql))[-1] == "next"


def test_a_trusted_extension_is_let_through_and_no_other_is(instance: Instance) -> None:
    secret = FakeSecret()
    instance.prepare(secret)
    with contextlib.closing(instance.as_master()) as master:
        master.run("create extension pgcrypto")
    instance.prepare(secret)
    with contextlib.closing(instance.server.as_superuser("ffp")) as superuser:  # as RDS lets its master
        superuser.run("create extension dblink")
    with pytest.raises(UnprotectedError, match="dblink"):
        instance.prepare(secret)


PLANTED = {
    "preferred by a migration's call, which runs it as the owner": "procedure protect_table(target text)",
    "preferred by roles.sql, which runs it as the master": "function format(text, name) returns text",
    "preferred where the master waits for its turn": "function pg_advisory_xact_lock(text) returns void",
}


@pytest.mark.attack
@pytest.mark.parametrize("sql", PLANTED.values(), ids=PLANTED.keys())
def test_what_somebody_planted_is_found_before_it_is_called(instance: Instance, sql: str) -> None:
    secret = FakeSecret()
    instance.prepare(secret)
    with contextlib.closing(instance.as_master()) as master:
        master.run("grant create on schema public to app")
    with contextlib.closing(secret.connect(instance.server)) as attacker:
        attacker.run(f"create {sql} language plpgsql as 'begin raise sqlstate ''P0666''; end'")
    with contextlib.closing(instance.as_master()) as master:
        master.run("revoke create on schema public from app")  # what it made stays
    later = "create table later (tenant_id uuid primary key); call protect_table('later')"
    with pytest.raises(UnprotectedError, match=r"^app_a owns "):
        instance.prepare(secret, instance.followed_by(later))
