-- Run by `owner`, once. Identifiers only; the one table that all tenants share.
create table tenants (
    tenant_id uuid primary key
);

create table lists (
    tenant_id uuid not null default current_tenant() references tenants,
    list_id uuid not null default gen_random_uuid(),
    title text not null,
    primary key (tenant_id, list_id)
);

create table entries (
    tenant_id uuid not null default current_tenant() references tenants,
    entry_id uuid not null default gen_random_uuid(),
    user_id text not null,
    list_id uuid,
    body text not null check (length(body) between 1 and 4000),
    created_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, entry_id),
    foreign key (tenant_id, list_id) references lists
);

call public.protect_table('lists'::regclass);
call public.protect_table('entries'::regclass);

-- One table that the application may update, and one to which it may only add.
grant select (tenant_id) on tenants to app;
grant select, insert, update on lists to app;
grant select, insert on entries to app;
