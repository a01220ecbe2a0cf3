"""Fifty tenants over a few connections that break now and then: nobody sees another's rows, and no row is lost."""

import contextlib
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from uuid import UUID, uuid4

import pg8000.native
import pytest
from ffp_lambda.database import Connection, Session
from pg8000.exceptions import DatabaseError, InterfaceError

from tests.library.postgres import FakeSecret, Instance, Server
from tests.library.sample.tables import MIGRATIONS

TENANTS = [str(UUID(int=number, version=4)) for number in range(1, 51)]
LIST = str(UUID(int=1, version=4))  # every tenant has one of this id
TRANSACTIONS, CONNECTIONS = 10_000, 8
SECONDS_BETWEEN_KILLS = 0.25
TOO_LATE = datetime.max.replace(tzinfo=timezone(timedelta(hours=-14)))
BROKEN = (DatabaseError, InterfaceError, OSError)


@dataclass
class Seen:
    """What the transactions of one connection saw and did."""

    strangers: list[str] = field(default_factory=list)
    entries: set[str] = field(default_factory=set)
    done: int = 0
    broken: int = 0


@pytest.fixture(scope="module")
def prepared(server: Server) -> tuple[Instance, FakeSecret]:
    instance, secret = server.create_instance(MIGRATIONS), FakeSecret()
    instance.prepare(secret)
    with contextlib.closing(instance.as_master()) as master:
        master.run("begin; set local role owner")
        for tenant in TENANTS:
            master.run("insert into tenants values (:tenant)", tenant=tenant)
        master.run("commit")
    return instance, secret


def _read(session: Session, tenant: str, seen: Seen) -> None:
    sql = "select tenant_id::text from entries union select tenant_id::text from lists"
    seen.strangers += [row[0] for row in session.run(sql) or [] if row[0] != tenant]


def _work(connection: Connection, seed: int, seen: Seen, enough: threading.Event) -> None:
    chance = random.Random(seed)
    while not enough.is_set():
        tenant, entry = chance.choice(TENANTS), str(uuid4())
        kind = chance.choice(("read", "read", "write", "upsert", "fail", "overflow"))
        try:
            with connection.tenant_session(tenant) as session:
                _read(session, tenant, seen)
                if kind == "write":
                    session.run("insert into entries (entry_id, user_id, body) values (:entry, 'u', 'x')", entry=entry)
                elif kind == "upsert":
                    session.run(
                        "insert into lists (list_id, title) values (:list, 'x') "
                        "on conflict (tenant_id, list_id) do update set title = lists.title || 'x'",
                        list=LIST,
                    )
                elif kind == "fail":
                    session.run("insert into entries (entry_id, user_id, body) values (:entry, 'u', 'x')", entry=entry)
                    raise KeyError("a handler's own error")
                elif kind == "overflow":
                    session.run("select now() < :when", when=TOO_LATE)  # fails on its way: its answer stays unread
        except (KeyError, OverflowError):
            pass
        except BROKEN:
            seen.broken += 1
            continue
        if kind == "write":
            seen.entries.add(f"{tenant} {entry}")
        seen.done += 1


def _kill(superuser: pg8000.native.Connection, enough: threading.Event) -> int:
    """Breaks one connection after the other, in whatever it is at; how many."""
    killed = 0
    while not enough.wait(SECONDS_BETWEEN_KILLS):
        killed += len(
            superuser.run(
                "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'app_a' "
                "order by random() limit 1"
            )
            or []
        )
    return killed


def test_ten_thousand_transactions_of_fifty_tenants_meet_no_strangers_and_lose_nothing(
    server: Server, prepared: tuple[Instance, FakeSecret]
) -> None:
    instance, secret = prepared
    enough, seen = threading.Event(), [Seen() for _ in range(CONNECTIONS)]
    with ThreadPoolExecutor() as pool, contextlib.closing(server.as_superuser()) as superuser:
        killer = pool.submit(_kill, superuser, enough)
        workers = [
            pool.submit(_work, Connection(lambda: secret.connect(server)), number, each, enough)
            for number, each in enumerate(seen)
        ]
        try:
            while sum(each.done for each in seen) < TRANSACTIONS and not any(worker.done() for worker in workers):
                enough.wait(0.1)
        finally:
            enough.set()
        killed = killer.result()
        for worker in workers:
            worker.result()
    assert sum(each.done for each in seen) >= TRANSACTIONS
    assert killed
    assert sum(each.broken for each in seen)
    assert [stranger for each in seen for stranger in each.strangers] == []
    kept = set()
    with contextlib.closing(instance.as_master()) as master:
        for tenant in TENANTS:
            master.run("begin; set local role owner")
            master.run("select set_config('app.tenant_id', :tenant, true)", tenant=tenant)
            kept |= {f"{row[0]} {row[1]}" for row in master.run("select tenant_id, entry_id from entries") or []}
            master.run("commit")
    acknowledged = {entry for each in seen for entry in each.entries}
    assert acknowledged <= kept
    assert len(kept - acknowledged) <= sum(each.broken for each in seen)  # committed, and the answer lost
