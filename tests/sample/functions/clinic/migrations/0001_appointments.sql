create table tenants (
    tenant_id uuid primary key
);

create table appointments (
    tenant_id uuid not null default current_tenant() references tenants,
    appointment_id uuid not null default gen_random_uuid(),
    insured_id text not null,
    schedule_id integer not null,
    country text not null,
    status text not null default 'pending' check (status in ('pending', 'completed')),
    created_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, appointment_id)
);

-- What each country's consumer has stored. There are 999 schedules in a country.
create table appointments_of_countries (
    tenant_id uuid not null default current_tenant() references tenants,
    appointment_id uuid not null,
    country text not null,
    schedule_id integer not null check (schedule_id < 1000),
    primary key (tenant_id, appointment_id, country),
    foreign key (tenant_id, appointment_id) references appointments
);

call protect_table('appointments');
call protect_table('appointments_of_countries');

grant select on tenants to app;
grant select, insert, update on appointments to app;
grant select, insert on appointments_of_countries to app;
