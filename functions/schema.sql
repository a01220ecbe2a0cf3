-- The tables that the handlers expect, and the policies that keep tenants apart. Run as RDS's master user, to
-- whom `app` is an ordinary role (made by the rotation function, or by `create role app login`).
-- A transaction names its tenant with set_config('app.tenant_id', …, true). Afterwards the setting is '' in that
-- session, not null: nullif turns both into "no tenant", which matches no row.

create table tenants (
    tenant_id uuid primary key    -- identifiers alone, so that jobs can go through the tenants; no policy
);

create table profiles (
    tenant_id uuid not null references tenants,
    user_id text not null,        -- Cognito's sub
    display_name text not null check (length(display_name) between 1 and 100),
    weekly_goal integer not null check (weekly_goal between 1 and 50),
    updated_at timestamptz not null default now(),
    primary key (tenant_id, user_id)
);

create table exercises (
    tenant_id uuid not null references tenants,
    exercise_id uuid not null default gen_random_uuid(),
    title text not null,
    description text not null default '',
    video_id uuid,                -- media/<tenant_id>/<video_id>/ in the media bucket
    primary key (tenant_id, exercise_id)
);

-- Keys lead with the tenant, so that no row can refer to another tenant's.
create table notes (
    tenant_id uuid not null references tenants,
    note_id uuid not null default gen_random_uuid(),
    user_id text not null,
    exercise_id uuid,
    body text not null check (length(body) between 1 and 4000),
    created_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, note_id),
    foreign key (tenant_id, exercise_id) references exercises
);
create index notes_by_user on notes (tenant_id, user_id, created_at desc);

create table reminders (
    tenant_id uuid not null references tenants,
    reminder_id uuid not null default gen_random_uuid(),
    user_id text not null,
    exercise_id uuid,
    due_at timestamptz not null,
    sent_at timestamptz,
    primary key (tenant_id, reminder_id),
    foreign key (tenant_id, exercise_id) references exercises
);
create index reminders_due on reminders (tenant_id, due_at) where sent_at is null;

do $$
declare
    name text;
begin
    foreach name in array array['profiles', 'exercises', 'notes', 'reminders'] loop
        execute format('alter table %I enable row level security', name);
        -- Without force the tables' owner passes every policy.
        execute format('alter table %I force row level security', name);
        execute format(
            'create policy own_tenant on %I using (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid)',
            name
        );
    end loop;
end
$$;

grant select on tenants, exercises to app;
grant select, insert, update on profiles to app;
grant select, insert on notes to app;
grant select, update on reminders to app;
