-- What RDS does when an instance comes into the world, as far as its customer sees it. The server may have stood for
-- an earlier instance: that one's roles go first (its database went before, outside of a transaction).
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
