-- Of the tenants the application reads the ids and nothing else: `xmax`, which belongs to whoever reads the whole table,
-- tells which tenant has just written something.
revoke select on tenants from app;
grant select (tenant_id) on tenants to app;
