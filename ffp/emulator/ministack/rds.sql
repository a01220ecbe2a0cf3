-- The roles that RDS creates with an instance, as far as its customer sees them. The server may have served an earlier
-- instance: drop its roles first (its database was dropped before, outside of a transaction).
do $$
declare
    name text;
begin
    for name in select rolname from pg_roles where rolname !~ '^pg_' and rolname <> current_user loop
        execute format('drop owned by %I', name);
        execute format('drop role %I', name);
    end loop;
end
$$;
-- RDS's own roles hold more than these; nothing of ours needs it.
create role rds_superuser nologin;
grant pg_monitor, pg_signal_backend to rds_superuser;
create role rds_iam nologin;
create role {master} login createrole createdb in role rds_superuser password {verifier};
grant rds_iam to {master} with admin option, inherit false, set false;
