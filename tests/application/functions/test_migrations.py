"""The tables that ship, and the guide's changes of them, on a real PostgreSQL, as a deploy makes them."""

import contextlib
import re

import pytest
from ffp_lambda.errors import FailedCallError

from ffp.project import ROOT
from tests.application.functions.shipped import MIGRATIONS
from tests.library.postgres import FakeSecret, Instance

TABLES = "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"


def test_a_second_run_changes_nothing(instance: Instance) -> None:
    secret = FakeSecret()
    assert instance.prepare(secret) == [each.name for each in MIGRATIONS]
    before = instance.ask("select relname, relacl::text from pg_class order by 1, 2")
    assert instance.prepare(secret) == []
    assert instance.ask("select relname, relacl::text from pg_class order by 1, 2") == before


def test_owner_owns_everything_and_audit_reads_every_table_and_writes_none(instance: Instance) -> None:
    instance.prepare(FakeSecret())
    owners = "select distinct pg_get_userbyid(relowner) from pg_class where relnamespace = 'public'::regnamespace"
    assert instance.ask(owners) == [["owner"]]
    assert instance.ask(f"{TABLES} and not has_table_privilege('audit', oid, 'select')") == []
    assert instance.ask(f"{TABLES} and has_table_privilege('audit', oid, 'insert, update, delete, truncate')") == []


def test_no_table_that_ships_counts_for_all_tenants(instance: Instance) -> None:
    """The numbers of a sequence would tell how many rows others add."""
    instance.prepare(FakeSecret())
    assert instance.ask("select relname from pg_class where relkind = 'S'") == []


def _documented(beginning: str) -> str:
    """The guide's SQL that begins so."""
    guide = (ROOT / "docs/protect-a-new-table.md").read_text(encoding="utf-8")
    (found,) = re.findall(rf"```sql\n({beginning}.*?)```", guide, re.DOTALL)
    return str(found)


def _add_exercise(instance: Instance) -> None:
    """A tenant's row, with a video that there is not."""
    with contextlib.closing(instance.as_master()) as session:
        session.run("begin; set local role owner; select set_config('app.tenant_id', gen_random_uuid()::text, true)")
        session.run("insert into tenants values (current_tenant())")
        session.run("insert into exercises (title, video_id) values ('Bridge', gen_random_uuid())")
        session.run("commit")


def test_a_foreign_key_on_a_table_with_rows_is_checked_as_the_guide_says(instance: Instance) -> None:
    secret = FakeSecret()
    instance.prepare(secret)
    _add_exercise(instance)
    documented = _documented("alter table exercises no force")
    with pytest.raises(FailedCallError, match="SQLSTATE 23503"):
        instance.prepare(secret, instance.followed_by(documented))
    (key,) = [line for line in documented.splitlines() if "foreign key" in line]
    assert instance.prepare(secret, instance.followed_by(key)) == ["next"]  # alone it would be believed


def test_a_column_of_a_table_with_rows_is_filled_as_the_guide_says(instance: Instance) -> None:
    secret = FakeSecret()
    instance.prepare(secret)
    _add_exercise(instance)
    documented = _documented("alter table exercises add column")
    instance.prepare(secret, instance.followed_by(documented))
    assert instance.ask("select sort_key from exercises") == [["bridge"]]
