-- What has been taken today from the quotas: one row for each user and quota, and one, taken by '', for all of the
-- tenant. The row of another day begins anew, so that there are never more. After a user pool was lost, nothing of it
-- has to follow its user.
create table daily_use (
    tenant_id uuid not null default current_tenant() references tenants,
    taken_by text not null,
    quota text not null,
    day date not null,
    used bigint not null check (used > 0),
    primary key (tenant_id, taken_by, quota)
);

call protect_table('daily_use');

grant select, insert, update on daily_use to app;
