create table notes (
    tenant_id uuid not null,
    note_id uuid primary key default gen_random_uuid(),
    text text not null
);
