"""What somebody with SQL of their own can still learn or do beyond their tenant, each tried on a real PostgreSQL.

docs/authentication.md lists it, row for row: nothing here is refused, and whatever is refused is in attacks.py.
"""

import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from ffp_lambda.database import Connection, Session
from pg8000.exceptions import DatabaseError, InterfaceError

from ffp.project import ROOT
from tests.library.attacks import A, B
from tests.library.postgres import FakeSecret, Instance, Server
from tests.library.sample.tables import MIGRATIONS

STRANGER = "a-user-of-b"  # whom A has heard of
DOCUMENT = ROOT / "docs/authentication.md"


@dataclass(frozen=True)
class World:
    """Two tenants: A has three hundred entries, B five hundred, nearly all of one user."""

    instance: Instance
    secret: FakeSecret

    @contextlib.contextmanager
    def tenant(self, tenant: str) -> Iterator[Session]:
        """A transaction of this tenant, over a connection of its own."""
        connection = Connection(lambda: self.secret.connect(self.instance.server))
        try:
            with connection.tenant_session(tenant) as session:
                yield session
        finally:
            connection._discard()

    def write(self, tenant: str, user: str = "u", count: int = 1) -> None:
        with self.tenant(tenant) as session:
            sql = (
                "insert into entries (user_id, body) select :user, 'x' from generate_series(1, cast(:count as integer))"
            )
            session.run(sql, user=user, count=count)


@pytest.fixture(scope="module")
def world(server: Server) -> World:
    world = World(server.create_instance(MIGRATIONS), FakeSecret())
    world.instance.prepare(world.secret)
    world.instance.ask(f"insert into tenants values ('{A}'), ('{B}')")
    world.write(A, count=300)
    world.write(B, STRANGER, 490)
    world.write(B, "another", 10)
    world.instance.ask("analyze entries")
    return world


def notifying(folder: str) -> list[str]:
    """The files of the folder, code and SQL, that send notifications or listen to them."""
    sources = [file for file in (ROOT / folder).rglob("*") if file.suffix in {".py", ".sql"}]
    assert len(sources) >= 5
    used = re.compile(r"\bnotify\b|(?<!un)\blisten\b", re.IGNORECASE)
    return [file.name for file in sources if used.search(file.read_text(encoding="utf-8"))]


def _ask(session: Session, sql: str) -> list[Any]:
    return [row[0] for row in session.run(sql) or []]


def _estimate(session: Session, condition: str) -> int:
    plan = "\n".join(_ask(session, f"explain select from entries where {condition}"))
    (rows,) = re.findall(r"\(cost=\S+ rows=(\d+) ", plan.splitlines()[0])
    return int(rows)


def _estimates(world: World) -> None:
    """A value that many rows of anybody's have makes the planner expect more."""
    with world.tenant(A) as session:
        session.run("set local enable_indexscan = off; set local enable_bitmapscan = off")
        known, unknown = (_estimate(session, f"user_id = '{each}'") for each in (STRANGER, "nobody-at-all"))
        assert known > 10 * unknown
        # Not by an operator that could tell more than equal or not: a part of a text, say.
        parts = [_estimate(session, f"user_id like '%{each}%'") for each in (STRANGER, "nobody-at-all")]
        assert parts[0] == parts[1]


def _removed_rows(world: World) -> None:
    """How many rows there are of all others, exactly; not of whom."""
    with world.tenant(A) as session:
        session.run("set local enable_indexscan = off; set local enable_bitmapscan = off")
        for condition in ("true", f"user_id = '{STRANGER}'", "user_id = 'nobody-at-all'"):
            plan = "\n".join(_ask(session, f"explain (analyze, timing off) select from entries where {condition}"))
            (removed,) = re.findall(r"Rows Removed by Filter: (\d+)", plan)
            assert int(removed) == (500 if condition == "true" else 800)  # A's own too, where they do not fit


def _sizes(world: World) -> None:
    """How much all tenants together have, and how much they write."""
    with world.tenant(A) as session:
        assert _ask(session, "select reltuples from pg_class where relname = 'entries'") == [800]
        assert _ask(session, "select pg_relation_size('entries') > 8192") == [True]
        assert _ask(session, "select n_live_tup > 300 from pg_stat_user_tables where relname = 'entries'") == [True]
        before, lsn = _ask(session, "select pg_current_xact_id()::text"), "select pg_current_wal_lsn()::text"
        written = _ask(session, lsn)
    world.write(B)
    with world.tenant(A) as session:
        assert int(_ask(session, "select pg_current_xact_id()::text")[0]) > int(before[0]) + 1
        assert _ask(session, lsn) != written


def _ids(world: World) -> None:
    """The ids of all tenants, which jobs go through."""
    with world.tenant(A) as session:
        assert sorted(map(str, _ask(session, "select tenant_id from tenants"))) == [A, B]


def _sessions(world: World) -> None:
    """That others are at work, in which function and with which statement; parameters are not part of its text."""
    with world.tenant(B) as stranger:
        stranger.run("select 1 from entries where body = :body", body="of b")
        with world.tenant(A) as session:
            others = _ask(
                session, "select query from pg_stat_activity where usename = 'app_a' and pid <> pg_backend_pid()"
            )
            assert [each for each in others if "where body = $1" in each]
            assert "of b" not in str(others)
    with contextlib.closing(world.instance.as_master()), world.tenant(A) as session:
        masters = _ask(session, "select query from pg_stat_activity where usename = 'ffp_master'")
        assert masters == ["<insufficient privilege>"]


def _locks(world: World) -> None:
    """Which tables others are using, and the numbers of their advisory locks."""
    with world.tenant(B) as stranger:
        stranger.run("insert into entries (user_id, body) values ('u', 'x'); select pg_advisory_xact_lock(4242)")
        with world.tenant(A) as session:
            held = "select mode from pg_locks where pid <> pg_backend_pid() and "
            assert "RowExclusiveLock" in _ask(session, held + "relation = 'entries'::regclass")
            assert _ask(session, held + "locktype = 'advisory' and objid = 4242") == ["ExclusiveLock"]


def _advisory_locks(world: World) -> None:
    """A lock on a number, which the next holder of that number waits for, the deploy's preparation too."""
    with world.tenant(A) as session:
        session.run("select pg_advisory_lock(4242)")
        with world.tenant(B) as stranger:
            assert _ask(stranger, "select pg_try_advisory_xact_lock(4242)") == [False]
    with world.tenant(B) as stranger:  # and it ends with the connection, or with the next transaction on it
        assert _ask(stranger, "select pg_try_advisory_xact_lock(4242)") == [True]


def _notifications(world: World) -> None:
    """Whatever anybody notifies of, and notifications for whoever listens: the library does neither."""
    with contextlib.closing(world.secret.connect(world.instance.server)) as listener:
        listener.run("listen anything")
        with world.tenant(B) as stranger:
            stranger.run("notify anything, 'of b'")
        listener.run("select 1")
        assert [payload for _, _, payload in listener.notifications] == ["of b"]
    assert notifying("library") == []


def _large_objects(world: World) -> None:
    """Large objects of any tenant, which the same user owns: a deploy finds any."""
    with world.tenant(B) as stranger:
        ((made,),) = stranger.run("select lo_from_bytea(0, 'of b')") or []
    with world.tenant(A) as session:
        assert _ask(session, f"select convert_from(lo_get({made}), 'UTF8')") == ["of b"]
        session.run(f"select lo_unlink({made})")


def _catalogue(world: World) -> None:
    """How everything is called and guarded: tables, columns, policies, functions, roles; nothing of what they hold."""
    with world.tenant(A) as session:
        assert "entries" in _ask(session, "select relname from pg_class")
        assert "(tenant_id = current_tenant())" in _ask(session, "select qual from pg_policies")
        assert {"owner", "app", "audit", "ffp_master"} <= set(_ask(session, "select rolname from pg_roles"))
        assert _ask(session, "select 1 from pg_stats where tablename = 'entries'") == []


def _places(world: World) -> None:
    """Where one's own rows lie, and so how many of others lie between them."""
    world.write(A)
    world.write(B, count=300)
    world.write(A)
    with world.tenant(A) as session:
        pages = _ask(session, "select (ctid::text::point)[0]::integer from entries order by created_at")
        assert pages[-1] > pages[0]


def _stopping(world: World) -> None:
    """Tables that the application may update, and other sessions of the same user: their work ends, not their rows."""
    stranger = world.secret.connect(world.instance.server)
    (process,) = _ask(stranger, "select pg_backend_pid()")
    with world.tenant(A) as session:
        session.run("lock table lists in access exclusive mode")
        assert _ask(session, f"select pg_terminate_backend({process})") == [True]
        with pytest.raises(DatabaseError) as refused:
            session.run("savepoint s; lock table entries in access exclusive mode")
        assert refused.value.args[0]["C"] == "42501"
        session.run("rollback to s")
    with pytest.raises((DatabaseError, InterfaceError, OSError)):
        stranger.run("select 1")


# By the row's first cell in the document.
LEARNT: dict[str, Callable[[World], None]] = {
    "`EXPLAIN`": _estimates,
    "`EXPLAIN ANALYZE`": _removed_rows,
    "sizes and counters": _sizes,
    "`tenants`": _ids,
    "`pg_stat_activity`": _sessions,
    "`pg_locks`": _locks,
    "advisory locks": _advisory_locks,
    "`LISTEN` and `NOTIFY`": _notifications,
    "large objects": _large_objects,
    "the catalogue": _catalogue,
    "`ctid`": _places,
    "stopping others": _stopping,
}


@pytest.mark.parametrize("name", LEARNT)
def test_what_sql_tells_is_what_the_document_says(world: World, name: str) -> None:
    LEARNT[name](world)


@pytest.mark.attack
@pytest.mark.parametrize("column", ["xmin", "xmax", "ctid", "tableoid"])
def test_of_the_tenants_nothing_but_their_ids_can_be_read(world: World, column: str) -> None:
    """Whoever writes a row locks its tenant's: `xmax` would tell who has just written something."""
    with pytest.raises(DatabaseError) as refused, world.tenant(A) as session:
        session.run(f"select {column} from tenants")
    assert refused.value.args[0]["C"] == "42501"
    [[before]] = world.instance.ask(f"select xmax::text from tenants where tenant_id = '{B}'")
    world.write(B)
    assert world.instance.ask(f"select xmax::text from tenants where tenant_id = '{B}'") != [[before]]


def test_the_document_has_each_row() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    table = text.partition("### What SQL of one's own still tells\n")[2].partition("\n#")[0]
    assert re.findall(r"^\| (.+?) \|", table, re.MULTILINE)[2:] == list(LEARNT)
