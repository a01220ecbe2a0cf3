-- Run by RDS's master, who is no superuser: roles that own, use and read the data, and nothing for anybody else.
-- Attributes are the defaults of CREATE ROLE (no superuser, no BYPASSRLS): the master may not even name them.
do $$
declare
    name text;
begin
    foreach name in array array['owner', 'app', 'audit'] loop
        if not exists (select from pg_roles where rolname = name) then
            execute format('create role %I nologin', name);
        end if;
    end loop;
    -- PostgreSQL 16 gives who makes a role its administration, and not the role itself.
    execute format('grant owner to %I with inherit false, set true', current_user);
    execute format('revoke all on database %I from public', current_database());
    execute format('grant connect on database %I to app, audit', current_database());
end
$$;

revoke all on schema public from public;
grant usage, create on schema public to owner;
grant usage on schema public to app, audit;
