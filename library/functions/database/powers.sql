-- Finds permissions beyond those of roles.sql, and functions of other users that `owner` could call by mistake. It runs
-- before anything runs as `owner`, and again before the commit. :users are the application's logins.
with role as (
    select oid, rolname, rolname = any (cast(:users as text[])) as is_user from pg_roles
    where rolname in ('owner', 'app', 'audit') or rolname = any (cast(:users as text[]))
),
-- Without the functions of trusted extensions, which PostgreSQL creates as a superuser.
ours as (
    select oid, proowner, proacl, prokind from pg_proc where pronamespace = 'public'::regnamespace and oid not in (
        select objid from pg_depend
        join pg_extension on pg_extension.oid = refobjid and refclassid = 'pg_extension'::regclass
        join pg_available_extension_versions as available on name = extname and version = extversion
        where classid = 'pg_proc'::regclass and deptype = 'e' and available.trusted
    )
),
granted as (
    select datname::text as name, acl.*, privilege_type = 'CONNECT' as is_given
    from pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) as acl
    where datname = current_database() and grantee <> session_user::regrole
    union all
    select nspname, acl.*, privilege_type = 'USAGE'
    from pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner))) as acl
    where nspname = 'public' and grantee not in ('owner'::regrole, 'pg_database_owner'::regrole)
    union all
    select oid::regprocedure::text, acl.*, prokind <> 'p'
    from ours, aclexplode(coalesce(proacl, acldefault('f', proowner))) as acl
    where grantee <> proowner
)
select name, format(
    'lets %s %s', case grantee when 0 then 'everybody' else grantee::regrole::text end,
    lower(privilege_type) || case when is_grantable then ' and grant it' else '' end
) as problem
from granted
where is_grantable or not is_given or grantee not in ('app'::regrole, 'audit'::regrole)
union all
select nspname, 'is a schema other than public' from pg_namespace
where nspname not in ('public', 'information_schema') and nspname !~ '^pg_'
union all
-- `owner` could call such a function instead of another one, if its arguments' types match better.
select oid::regprocedure::text, 'is a function that owner does not own' from ours where proowner <> 'owner'::regrole
union all
select rolname, 'bypasses row-level security' from pg_roles
where (rolsuper or rolbypassrls) and (oid in (select oid from role) or oid in (
    select member from pg_auth_members where roleid in (select oid from role) and (inherit_option or set_option)
))
union all
select rolname, 'can create roles or databases, replicate, or log in without being a user'
from pg_roles join role using (oid, rolname)
where rolcreaterole or rolcreatedb or rolreplication or rolcanlogin and not is_user
union all
-- The creator of a role may administer it, and accounts that read as `audit` are made members of it.
select member::regrole::text, format('is a member of %s', roleid::regrole) from pg_auth_members
where (member in (select oid from role) or roleid in (select oid from role where rolname <> 'audit'))
    and (roleid <> 'app'::regrole or member not in (select oid from role where is_user))
    and member <> session_user::regrole
    and roleid not in (select oid from pg_roles where rolname = 'rds_iam')
union all
select rolname, format('owns %s', pg_describe_object(classid, objid, objsubid))
from pg_shdepend join role on refobjid = role.oid and refclassid = 'pg_authid'::regclass and deptype = 'o'
where rolname <> 'owner' and dbid in (0, (select oid from pg_database where datname = current_database()))
union all
select setrole::regrole::text, 'has settings of its own' from pg_db_role_setting where setrole in (select oid from role)
order by 1, 2
