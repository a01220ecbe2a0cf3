-- What ffp_lambda.quotas counts in.
create table daily_use (
    tenant_id uuid not null default current_tenant() references tenants,
    taken_by text not null,
    quota text not null,
    day date not null,
    used bigint not null check (used > 0),
    primary key (tenant_id, taken_by, quota)
);

call public.protect_table('daily_use'::regclass);

grant select, insert, update on daily_use to app;
