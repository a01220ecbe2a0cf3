-- Run by `owner`. {setting} is the tenancy's PostgreSQL setting, as a literal.
alter default privileges revoke execute on functions from public;
alter default privileges in schema public grant select on tables to audit;

-- The current tenant, or null. After a transaction with a tenant, the setting of its session is '' instead of null.
create or replace function current_tenant() returns uuid
    language sql stable parallel safe
    return nullif(current_setting({setting}, true), '')::uuid;
grant execute on function current_tenant() to app, audit;

-- Separates the tenants in a table: every role, its owner too, reads and writes only the rows of the current tenant.
create or replace procedure protect_table(target regclass)
    language plpgsql set search_path = pg_catalog, public
as $$
begin
    -- A query rather than `add column if not exists`, which fails for a partition whose parent has the column.
    if not exists (select from pg_attribute where attrelid = target and attname = 'tenant_id') then
        execute format(
            'alter table %s add column tenant_id uuid not null default current_tenant() references tenants', target
        );
    end if;
    execute format('alter table %s enable row level security', target);
    execute format('alter table %s force row level security', target);
    execute format('drop policy if exists own_tenant on %s', target);
    execute format(
        'create policy own_tenant on %s using (tenant_id = current_tenant()) with check (tenant_id = current_tenant())',
        target
    );
    if not exists (
        select from pg_index join pg_attribute on attrelid = indrelid and attnum = indkey[0]
        where indrelid = target and attname = 'tenant_id' and indpred is null
    ) then
        execute format('create index on %s (tenant_id)', target);
    end if;
end
$$;

-- Jobs read the tenants' ids, and so does the rotation to test a new password. Migrations need not grant this.
do $$
begin
    if to_regclass('public.tenants') is not null then
        grant select (tenant_id) on public.tenants to app;
    end if;
end
$$;
