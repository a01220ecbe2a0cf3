-- What could show one tenant's rows to another, each with the reason; :shared are the tables that all tenants share.
with relations as (
    select pg_class.oid, relname as name, relkind, relrowsecurity and relforcerowsecurity as forced
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where nspname <> 'information_schema' and nspname !~ '^pg_' and relkind in ('r', 'p', 'm', 'f')
      and relname <> all (cast(:shared as text[]))
),
keys as (
    select conrelid as table, conname as name, conkey as columns from pg_constraint where contype in ('p', 'u', 'f')
    union all
    select indrelid, relname, indkey::int2[] from pg_index join pg_class on pg_class.oid = indexrelid where indisunique
)
select name, 'is no table that row-level security can protect' as problem from relations where relkind in ('m', 'f')
union all
select name, 'has no row-level security that binds its owner too' from relations
where relkind in ('r', 'p') and not forced
union all
select name, 'has no tenant_id of type uuid that is never null' from relations
where relkind in ('r', 'p') and not exists (
    select from pg_attribute
    where attrelid = relations.oid and attname = 'tenant_id' and atttypid = 'uuid'::regtype and attnotnull
)
union all
select name, 'has other policies than the one of protect_table' from relations
where relkind in ('r', 'p') and (
    select array_agg(
        (polname::text, polcmd::text, polpermissive, polroles = array[0::oid],
         pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))::text
    )
    from pg_policy where polrelid = relations.oid
) is distinct from array[
    ('own_tenant', '*', true, true, '(tenant_id = current_tenant())', '(tenant_id = current_tenant())')::text
]
union all
-- Keys are checked behind the policies' back: they tell of other tenants' rows unless the tenant is part of them.
select relations.name, format('has the key %s without tenant_id', keys.name) from relations
join keys on keys.table = relations.oid
where relkind in ('r', 'p') and not exists (
    select from pg_attribute where attrelid = relations.oid and attname = 'tenant_id' and attnum = any (keys.columns)
)
union all
-- These go past the policies.
select name, format('lets %s %s', grantee, lower(privilege)) from relations
cross join unnest(array['app', 'audit']) as grantee
cross join unnest(array['TRUNCATE', 'REFERENCES', 'TRIGGER']) as privilege
where has_table_privilege(grantee, relations.oid, privilege)
union all
-- A function or view with its owner's rights is bound by the policies too, unless that owner is none of ours.
select format('%s', pg_proc.oid::regprocedure), 'runs as somebody else than owner' from pg_proc
join pg_namespace on pg_namespace.oid = pronamespace
where prosecdef and nspname <> 'information_schema' and nspname !~ '^pg_' and proowner <> 'owner'::regrole
union all
select relname, 'is a view of somebody else than owner' from pg_class
join pg_namespace on pg_namespace.oid = relnamespace
where relkind = 'v' and nspname <> 'information_schema' and nspname !~ '^pg_' and relowner <> 'owner'::regrole
union all
select rolname, 'passes row-level security' from pg_roles
where (rolsuper or rolbypassrls) and (rolname in ('owner', 'app', 'audit') or oid in (
    select member from pg_auth_members
    where roleid in ('owner'::regrole, 'app'::regrole, 'audit'::regrole) and (inherit_option or set_option)
))
order by 1, 2
