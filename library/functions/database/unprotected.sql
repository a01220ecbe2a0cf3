-- Lists tables that could show one tenant's rows to another, with the reason. :shared are the tables of all tenants.
with ours as (
    select pg_class.oid, relname, relkind, relowner, relacl, relrowsecurity and relforcerowsecurity as forced,
        pg_class.oid in (select to_regclass(name) from unnest(cast(:shared as text[])) as name) as shared,
        (select attnum from pg_attribute where attrelid = pg_class.oid and attname = 'tenant_id') as tenant
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where nspname <> 'information_schema' and nspname !~ '^pg_' and relkind in ('r', 'p', 'm', 'f', 'v', 'S')
),
tables as (select oid, relname as name, forced, tenant from ours where relkind in ('r', 'p') and not shared),
granted as (
    select oid, relname, relkind, shared, grantee, privilege_type, is_grantable
    from ours, aclexplode(relacl) where grantee <> relowner
    union
    select ours.oid, relname, relkind, shared, grantee, privilege_type, is_grantable
    from ours join pg_attribute on attrelid = ours.oid cross join aclexplode(attacl) where grantee <> relowner
)
select relname as name, 'is not owned by owner' as problem from ours where relowner <> 'owner'::regrole
union all
select relname, 'is no table that row-level security can protect' from ours where relkind in ('m', 'f')
union all
select name, 'has no row-level security that binds its owner too, call protect_table on it in its migration' from tables where not forced
union all
select name, 'has no tenant_id of type uuid that is never null' from tables where not exists (
    select from pg_attribute where attrelid = oid and attnum = tenant and atttypid = 'uuid'::regtype and attnotnull
)
union all
select name, 'has other policies than the one of protect_table' from tables where (
    select array_agg(
        (polname::text, polcmd::text, polpermissive, polroles = array[0::oid],
         pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))::text
    )
    from pg_policy where polrelid = tables.oid
) is distinct from array[
    ('own_tenant', '*', true, true, '(tenant_id = current_tenant())', '(tenant_id = current_tenant())')::text
]
union all
-- PostgreSQL checks keys without the policies, so a key without the tenant reveals other tenants' rows.
select name, format('has the key %s without tenant_id', indexrelid::regclass)
from tables join pg_index on indrelid = oid
where (indisunique or indisexclusion) and not exists (
    select from unnest(indkey) with ordinality as part (attnum, place) where attnum = tenant and place <= indnkeyatts
)
union all
select name, format('has the key %s that does not lead to the same tenant', conname)
from tables join pg_constraint on conrelid = tables.oid and contype = 'f' join ours as parent on parent.oid = confrelid
where not (parent.shared and parent.tenant is null) and not exists (
    select from unnest(conkey, confkey) as pair (here, there) where here = tables.tenant and there = parent.tenant
)
union all
select relname, format(
    'lets %s %s', case grantee when 0 then 'everybody' else grantee::regrole::text end,
    lower(privilege_type) || case when is_grantable then ' and grant it' else '' end
)
from granted
where is_grantable
    or grantee not in ('app'::regrole, 'audit'::regrole)
    or relkind = 'S'
    or privilege_type not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
    or privilege_type <> 'SELECT' and (shared or grantee = 'audit'::regrole)
union all
select 'tenants', 'holds more than identifiers'
where (select count(*) from pg_attribute where attrelid = to_regclass('tenants') and attnum > 0 and not attisdropped) > 1
union all
select pubname, 'publishes rows without the policies' from pg_publication
union all
select 'large objects', 'have no tenant' where exists (select from pg_largeobject_metadata)
order by 1, 2
