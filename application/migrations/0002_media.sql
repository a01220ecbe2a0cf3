-- What lies in the media bucket, as <prefix>/<tenant>/<asset>/: playback asks here how long an address must last.
create table media (
    tenant_id uuid not null default current_tenant() references tenants,
    asset_id uuid not null default gen_random_uuid(),
    kind text not null,
    length_seconds integer check (length_seconds > 0),    -- of what plays
    created_at timestamptz not null default now(),
    primary key (tenant_id, asset_id)
);

call protect_table('media');

grant select, insert on media to app;
