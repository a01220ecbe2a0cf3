"""Behind a lock nobody waits for long, and no backend waits for a client that is gone: on a real PostgreSQL.

With the waits that production's parameter group sets, and connections as the library opens them.
"""

import contextlib
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pg8000.native
import pytest
from ffp_lambda.database import TIMEOUT_SECONDS, Connection
from pg8000.exceptions import DatabaseError

from library.functions.database import prepare_database as preparation
from modules.database.parameters import WAITING
from tests.library.fakes import TENANT
from tests.library.postgres import FakeSecret, Instance, Server

CLIENTS, ROUNDS = 10, 3
LOCK_SECONDS, CHECK_SECONDS = (
    int(WAITING[name]) / 1000 for name in ("lock_timeout", "client_connection_check_interval")
)
SPARE_SECONDS = 4  # of a busy machine
APPLICATION = "from pg_stat_activity where usename = 'app_a'"
WRITE = "insert into entries (user_id, body) values (:user, 'x')"


@pytest.fixture(scope="module")
def waiting(server: Server) -> Iterator[None]:
    """The server with production's waits, for all that connects."""
    with contextlib.closing(server.as_superuser()) as superuser:
        for name, value in WAITING.items():
            superuser.run(f"alter system set {name} = {value}")
        superuser.run("select pg_reload_conf()")
        yield
        superuser.run("alter system reset all")
        superuser.run("select pg_reload_conf()")


@pytest.fixture
def secret(waiting: None, instance: Instance) -> FakeSecret:
    secret = FakeSecret()
    instance.prepare(secret)
    instance.ask(f"insert into tenants values ('{TENANT}')")
    return secret


@contextlib.contextmanager
def _locked(instance: Instance, table: str) -> Iterator[None]:
    """Somebody holds the whole table for as long as this lasts, like a migration that was left open."""
    with contextlib.closing(instance.server.as_superuser("ffp")) as holder:
        holder.run(f"begin; lock table {table} in access exclusive mode")
        yield
        holder.run("rollback")


def _seconds(act: Callable[[], object]) -> float:
    start = time.monotonic()
    act()
    return time.monotonic() - start


def _count(instance: Instance, condition: str) -> int:
    [[found]] = instance.ask(f"select count(*) {APPLICATION} and {condition}")
    return int(found)


@pytest.mark.attack
@pytest.mark.parametrize(
    ("table", "statement"),
    [("entries", WRITE), ("daily_use", "update daily_use set used = used + 1 where taken_by = :user")],
)
def test_ten_clients_behind_one_locked_table_are_ten_waiting_backends_however_often_they_try(
    instance: Instance, secret: FakeSecret, table: str, statement: str
) -> None:
    """Without limits they were 10, 20, 30, 40 and 50 after five rounds."""
    connections = [Connection(lambda: secret.connect(instance.server)) for _ in range(CLIENTS)]

    def call(connection: Connection) -> None:
        with pytest.raises(DatabaseError) as refused, connection.tenant_session(TENANT) as session:
            session.run(statement, user="u")
        assert refused.value.args[0]["C"] == "55P03"

    most, slowest = 0, 0.0
    with ThreadPoolExecutor(CLIENTS) as pool, _locked(instance, table):
        for _ in range(ROUNDS):
            calls = [pool.submit(_seconds, partial(call, each)) for each in connections]
            while not all(each.done() for each in calls):
                most = max(most, _count(instance, "wait_event_type = 'Lock'"))
                time.sleep(0.2)
            slowest = max(slowest, *(each.result() for each in calls))
        assert 0 < most <= CLIENTS
        assert slowest < min(LOCK_SECONDS + SPARE_SECONDS, TIMEOUT_SECONDS)
        assert _count(instance, "wait_event_type = 'Lock'") == 0
    assert _count(instance, "true") <= CLIENTS
    for each in connections:  # none of them is worse for it
        with each.tenant_session(TENANT) as session:
            session.run(WRITE, user="u")
        each._discard()


@pytest.mark.attack
@pytest.mark.parametrize("statement", ["select pg_sleep(60)", "select count(*) from generate_series(1, 10000000000)"])
def test_a_backend_whose_client_is_gone_ends_its_statement(
    instance: Instance, secret: FakeSecret, statement: str
) -> None:
    client = secret.connect(instance.server)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(client.run, statement)
        while not _count(instance, "state = 'active'"):
            assert not running.done(), running.exception()
            time.sleep(0.1)
        _hang_up(client)
        with pytest.raises(Exception):  # noqa: B017, PT011 - whatever the driver says of a socket that is gone
            running.result()
    end = time.monotonic() + CHECK_SECONDS + SPARE_SECONDS
    while _count(instance, "true") and time.monotonic() < end:
        time.sleep(0.1)
    assert _count(instance, "true") == 0


def _hang_up(client: pg8000.native.Connection) -> None:
    """What an execution environment that is taken away leaves: a connection that its kernel ends."""
    client._usock.shutdown(socket.SHUT_RDWR)


def test_a_second_preparation_waits_longer_than_that_for_the_first_one(instance: Instance, secret: FakeSecret) -> None:
    with contextlib.closing(instance.server.as_superuser("ffp")) as first, ThreadPoolExecutor(1) as pool:
        first.run("begin")
        first.run("select pg_advisory_xact_lock(:lock)", lock=preparation._LOCK)
        second = pool.submit(instance.prepare, secret)
        time.sleep(LOCK_SECONDS + 1)
        assert not second.done()
        first.run("commit")
        assert second.result() == []
