-- Run by RDS's master, who is no superuser. Creates the roles that own, use and read the data; nobody else has access.
-- Attributes keep CREATE ROLE's defaults (no superuser, no BYPASSRLS), because the master may not specify them.
do $$
declare
    name text;
begin
    foreach name in array array['owner', 'app', 'audit'] loop
        if not exists (select from pg_roles where rolname = name) then
            execute format('create role %I nologin', name);
        end if;
    end loop;
    -- Since PostgreSQL 16 the creator of a role can administer it, but is not a member of it.
    execute format('grant owner to %I with inherit false, set true', current_user);
    execute format('revoke all on database %I from public', current_database());
    execute format('grant connect on database %I to app, audit', current_database());
end
$$;

revoke all on schema public from public;
grant usage, create on schema public to owner;
grant usage on schema public to app, audit;
