-- Run by `owner`, once, in the transaction of everything that is new.

-- Identifiers alone, so that jobs can go through the tenants; the one table without a tenant's policy.
create table tenants (
    tenant_id uuid primary key
);

create table profiles (
    tenant_id uuid not null default current_tenant() references tenants,
    user_id text not null,        -- Cognito's sub
    display_name text not null check (length(display_name) between 1 and 100),
    weekly_goal integer not null check (weekly_goal between 1 and 50),
    updated_at timestamptz not null default now(),
    primary key (tenant_id, user_id)
);

create table exercises (
    tenant_id uuid not null default current_tenant() references tenants,
    exercise_id uuid not null default gen_random_uuid(),
    title text not null,
    description text not null default '',
    video_id uuid,                -- the asset of that id
    primary key (tenant_id, exercise_id)
);

-- Keys lead with the tenant, so that no row can refer to another tenant's.
create table notes (
    tenant_id uuid not null default current_tenant() references tenants,
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
    tenant_id uuid not null default current_tenant() references tenants,
    reminder_id uuid not null default gen_random_uuid(),
    user_id text not null,
    exercise_id uuid,
    due_at timestamptz not null,
    sent_at timestamptz,
    primary key (tenant_id, reminder_id),
    foreign key (tenant_id, exercise_id) references exercises
);
create index reminders_due on reminders (tenant_id, due_at) where sent_at is null;

call protect_table('profiles');
call protect_table('exercises');
call protect_table('notes');
call protect_table('reminders');

grant select on tenants, exercises to app;
grant select, insert, update on profiles to app;
grant select, insert on notes to app;
grant select, update on reminders to app;
