"""What a bug, or somebody who injects SQL, could try on the other tenant's rows."""

A, B = "00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"
NOTHING = "nothing"

# What is tried in a transaction of tenant A, and what must come of it: no row of B, or an error of this SQLSTATE.
# {A} and {B} are the tenants. Several statements are sent one after the other.
ATTACKS: dict[str, tuple[str, str]] = {
    # Reading
    "read the other's rows": ("select * from diary where tenant_id = '{B}'", NOTHING),
    "read all rows": ("select * from diary where tenant_id <> '{A}'", NOTHING),
    "count them": ("select 1 from diary having count(*) > 1", NOTHING),
    "read through OR": ("select * from diary where line = 1 or true offset 1", NOTHING),
    "join with the other's": ("select 1 from entries join lists on lists.tenant_id <> entries.tenant_id", NOTHING),
    "join with oneself": ("select 1 from diary one join diary two on one.tenant_id <> two.tenant_id", NOTHING),
    "outer join": (
        "select 1 from tenants left join diary using (tenant_id) where tenant_id = '{B}' and line is not null",
        NOTHING,
    ),
    "lateral join": (
        "select 1 from tenants, lateral (select * from diary where diary.tenant_id = tenants.tenant_id) as found "
        "where tenants.tenant_id = '{B}'",
        NOTHING,
    ),
    "subquery": ("select 1 where exists (select from diary where tenant_id = '{B}')", NOTHING),
    "subquery in a select list": (
        "select 1 where (select max(body) from diary where tenant_id = '{B}') <> ''",
        NOTHING,
    ),
    "common table expression": (
        "with d as materialized (select * from diary) select 1 from d where body ~ 'of b'",
        NOTHING,
    ),
    "recursion": (
        "with recursive d as (select * from diary union select diary.* from diary, d) select 1 from d where body ~ 'b'",
        NOTHING,
    ),
    "union": ("select 1 from (table diary union all table diary) as d where tenant_id = '{B}'", NOTHING),
    "window function": ("select 1 from (select count(*) over () as n from diary) as d where n > 1", NOTHING),
    "table sample": ("select 1 from diary tablesample system (100) where tenant_id = '{B}'", NOTHING),
    "row by its physical place": (
        "select 1 from diary where ctid = any (array['(0,1)', '(0,2)']::tid[]) offset 1",
        NOTHING,
    ),
    "read with a lock": ("select 1 from diary where tenant_id = '{B}' for update", NOTHING),
    "an error that only the other's row causes": (
        "select 1 from diary where 1 / (case when tenant_id = '{A}' then 1 else 0 end) = 2",
        NOTHING,
    ),
    "view of the owner": ("select 1 from diary_view where tenant_id <> '{A}'", NOTHING),
    "view of the caller": ("select 1 from diary_invoker where tenant_id <> '{A}'", NOTHING),
    "function with its owner's rights": ("select 1 from diary_of_owner() where tenant_id <> '{A}'", NOTHING),
    "function with the caller's rights": ("select 1 from diary_of_caller() where tenant_id <> '{A}'", NOTHING),
    "cursor": ("declare d cursor for select 1 from diary where tenant_id = '{B}'; fetch all from d", NOTHING),
    "prepared statement": ("prepare d as select 1 from diary where tenant_id = '{B}'; execute d", NOTHING),
    "anonymous block": (
        "do $$begin perform 1 from diary where tenant_id = '{B}'; if found then raise 'seen'; end if; end$$; "
        "select 1 where false",
        NOTHING,
    ),
    "the planner's statistics": ("select 1 from pg_stats where tablename in ('diary', 'entries')", NOTHING),
    "the statistics' table": ("select * from pg_statistic", "42501"),
    "what other sessions run": (
        "select 1 from pg_stat_activity where query like 'select 1 from diary where body%' "
        "having count(*) = 0 or bool_or(query like '%of b%')",
        NOTHING,
    ),
    "COPY out": ("copy diary to stdout", NOTHING),
    "COPY of a query": ("copy (select * from diary where tenant_id <> '{A}') to stdout", NOTHING),
    "COPY to a program": ("copy diary to program 'cat'", "42501"),
    "COPY to a file": ("copy diary to '/tmp/diary'", "42501"),
    # Writing
    "insert for the other": ("insert into diary (tenant_id, line, body) values ('{B}', 2, 'planted')", "42501"),
    "insert from a query": ("insert into diary select '{B}', 9, body from diary", "42501"),
    "insert for nobody": ("insert into diary (tenant_id, line, body) values (null, 2, 'planted')", "42501"),
    "insert through the owner's view": ("insert into diary_view values ('{B}', 2, 'planted')", "42501"),
    "insert with RETURNING": ("insert into diary values ('{B}', 2, 'planted') returning *", "42501"),
    "update the other's rows": ("update diary set body = 'broken' where tenant_id = '{B}' returning 1", NOTHING),
    "update all rows": (
        "with hit as (update diary set body = 'broken' returning *) select 1 from hit where tenant_id <> '{A}'",
        NOTHING,
    ),
    "update from a join": (
        "update diary set body = other.body from diary as other where other.tenant_id <> diary.tenant_id returning 1",
        NOTHING,
    ),
    "give a row to the other": ("update diary set tenant_id = '{B}', line = 7 returning 1", "42501"),
    "update through the owner's view": ("update diary_view set body = '' where tenant_id = '{B}' returning 1", NOTHING),
    "delete the other's rows": ("delete from diary where tenant_id = '{B}' returning 1", NOTHING),
    "delete with USING": (
        "delete from diary using tenants where tenants.tenant_id = '{B}' and diary.tenant_id = '{B}' returning 1",
        NOTHING,
    ),
    "upsert for the other": (
        "insert into diary values ('{B}', 1, 'x') on conflict (tenant_id, line) do update set body = 'broken'",
        "42501",
    ),
    "upsert that moves a row": (
        "insert into diary values ('{A}', 1, 'x') "
        "on conflict (tenant_id, line) do update set tenant_id = '{B}', line = 7",
        "42501",
    ),
    "upsert that tells whether a row is there": (
        "insert into diary values ('{B}', 1, 'x') on conflict do nothing",
        "42501",
    ),
    "merge": (
        "merge into diary using (values ('{B}'::uuid)) as v (t) on tenant_id = t "
        "when matched then update set body = 'broken' when not matched then do nothing",
        NOTHING,
    ),
    "merge that inserts": (
        "merge into diary using (values ('{B}'::uuid)) as v (t) on tenant_id = t "
        "when not matched then insert (tenant_id, line, body) values (t, 8, 'planted')",
        "42501",
    ),
    "refer to the other's row": (
        "insert into entries (tenant_id, user_id, list_id, body) values ('{A}', 'u', '{B}', 'x'); "
        "set constraints all immediate",
        "23503",
    ),
    "truncate": ("truncate diary", "42501"),
    "COPY in": ("copy diary from stdin", "0A000"),
    "write where nothing was granted": ("delete from entries", "42501"),
    "add a tenant": ("insert into tenants values (gen_random_uuid())", "42501"),
    # Sequences
    "turn a sequence": ("select nextval('diary_line_seq')", "42501"),
    "reset a sequence": ("select setval('diary_line_seq', 1)", "42501"),
    "read a sequence": ("select last_value from diary_line_seq", "42501"),
    # The setting
    "no setting": ("reset app.tenant_id; select 1 from diary", NOTHING),
    "empty setting": ("set local app.tenant_id = ''; select 1 from diary", NOTHING),
    "setting of spaces": ("set local app.tenant_id = '  '; select 1 from diary", "22P02"),
    "forged setting": ("set local app.tenant_id = '{A}'' or true --'; select 1 from diary", "22P02"),
    "setting with two tenants": ("set local app.tenant_id = '{A},{B}'; select 1 from diary", "22P02"),
    "setting of a wildcard": ("set local app.tenant_id = '%'; select 1 from diary", "22P02"),
    "setting of nobody": (
        "set local app.tenant_id = '00000000-0000-4000-8000-000000000000'; select 1 from diary",
        NOTHING,
    ),
    "setting of another name": ("set local app.tenant = '{B}'; select 1 from diary where tenant_id = '{B}'", NOTHING),
    "reset of everything in mid-transaction": ("reset all; select 1 from diary", NOTHING),
    "writing without a setting": ("reset app.tenant_id; insert into diary values ('{A}', 5, 'x')", "42501"),
    # Powers
    "become the owner": ("set role owner", "42501"),
    "become the auditor": ("set role audit", "42501"),
    "become the master": ("set role ffp_master", "42501"),
    "become the other user": ("set role app_b", "42501"),
    "become somebody else in the session": ("set session authorization owner", "42501"),
    "become the application's group": ("set local role app; select 1 from diary where tenant_id <> '{A}'", NOTHING),
    "switch row-level security off": ("set local row_security = off; select 1 from diary", "42501"),
    "disable it for the table": ("alter table diary disable row level security", "42501"),
    "take the force away": ("alter table diary no force row level security", "42501"),
    "drop the policy": ("drop policy own_tenant on diary", "42501"),
    "add a policy": ("create policy wider on diary using (true)", "42501"),
    "replace the helper": (
        "create or replace function current_tenant() returns uuid language sql return '{B}'::uuid",
        "42501",
    ),
    "call the helper of migrations": ("call protect_table('diary')", "42501"),
    "a helper of one's own before ours": (
        "create function pg_temp.current_tenant() returns uuid language sql return null",
        "42501",
    ),
    "make a table": ("create table mine (body text)", "42501"),
    "make a temporary table": ("create temporary table mine (body text)", "42501"),
    "make a schema": ("create schema mine", "42501"),
    "make an extension": ("create extension dblink", "42501"),
    "make a trigger": (
        "create trigger leak after insert on diary for each row execute function suppress_redundant_updates_trigger()",
        "42501",
    ),
    "make a rule": ("create rule leak as on insert to diary do nothing", "42501"),
    "grant it to all": (
        "grant select on diary to public; "
        "select 1 from pg_class, aclexplode(relacl) where oid = 'diary'::regclass and grantee = 0",
        NOTHING,
    ),
    "grant oneself more": ("grant owner to app_a", "42501"),
    "make a role": ("create role mine superuser", "42501"),
    "bypass by an attribute": ("alter role app_a bypassrls", "42501"),
    "read the passwords": ("select * from pg_authid", "42501"),
    "read the server's files": ("select pg_read_file('postgresql.conf')", "42501"),
    "import a file": ("select lo_import('/etc/hostname')", "42501"),
    "keep a setting for the user": ("alter role app_a set app.tenant_id = '{B}'", "42501"),
    "read which migrations ran": ("select * from schema_migrations", "42501"),
    "end another session": (
        "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'ffp_master'",
        "42501",
    ),
}
