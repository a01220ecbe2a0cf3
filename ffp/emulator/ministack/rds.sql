-- Creates the roles that RDS creates with an instance and that a customer sees. First drops the roles of an earlier
-- instance on this server; its database was already dropped, which is not possible in a transaction.
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
-- RDS's roles have more privileges, which the platform does not need.
create role rds_superuser nologin;
grant pg_monitor, pg_signal_backend to rds_superuser;
create role rds_iam nologin;
create role {master} login createrole createdb in role rds_superuser password {verifier};
grant rds_iam to {master} with admin option, inherit false, set false;
