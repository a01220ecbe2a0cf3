"""The users with a new `sub`: a table of old and new, and the SQL by which the application's rows follow them."""

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path

from ffp.files import put_in_place
from ffp.project import BUILD
from ffp.recover.users import Moved
from settings import Tenancy

# One statement for psql, so that all rows follow or none. It runs as `owner`, to whom row-level security applies too,
# and therefore sets each tenant in turn.
_SQL = """\
-- Rows follow their users to a new sub. Run it once as the master: all of it takes effect, or nothing.
begin;
set local role owner;
do $recovery$
declare
    moved constant jsonb := {moved};
    tenant text;
    target record;
    changed bigint;
begin
    for tenant in select distinct each->>'tenant' from jsonb_array_elements(moved) as each loop
        perform set_config({setting}, tenant, true);
        for target in
            select c.table_schema, c.table_name, c.udt_name
            from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
            where c.column_name = {column} and c.table_schema = 'public' and t.table_type = 'BASE TABLE'
        loop
            execute format(
                'update %I.%I as row set %I = (each->>''new'')::%I from jsonb_array_elements($1) as each '
                'where each->>''tenant'' = $2 and row.%I::text = each->>''old''',
                target.table_schema, target.table_name, {column}, target.udt_name, {column}
            ) using moved, tenant;
            get diagnostics changed = row_count;
            raise notice 'tenant %, table %: % rows', tenant, target.table_name, changed;
        end loop;
    end loop;
end
$recovery$;
commit;
"""


def write(environment: str, moved: Iterable[Moved], tenancy: Tenancy, folder: Path | None = None) -> tuple[Path, Path]:
    """Writes the table and the SQL, which only the caller can read, and returns their files."""
    folder = folder or BUILD / "recovery" / environment
    folder.mkdir(parents=True, exist_ok=True)
    found = list(moved)
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(("tenant", "old", "new"))
    rows.writerows((each.tenant, each.old, each.new) for each in found)
    files = folder / "moved-users.csv", folder / "moved-users.sql"
    for file, text in zip(files, (table.getvalue(), sql(found, tenancy)), strict=True):
        with put_in_place(file, text, mode=0o600):
            pass
    return files


def sql(moved: Iterable[Moved], tenancy: Tenancy) -> str:
    """The statements that update every table with the column of users, in each user's tenant."""
    with_tenant = [{"tenant": each.tenant, "old": each.old, "new": each.new} for each in moved if each.tenant]
    return _SQL.format(
        moved=_literal(json.dumps(with_tenant, indent=0)),
        setting=_literal(tenancy.database_setting),
        column=_literal(tenancy.user_column),
    )


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
