"""Deliveries of webhooks on a real PostgreSQL: each has one effect, however often and however fast it comes."""

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from ffp_lambda import database as sessions
from ffp_lambda.errors import FailedCallError

from tests.library.fakes import OTHER_TENANT, TENANT
from tests.library.languages import PYTHON, Library, node_variables, with_database
from tests.library.node_library import Node
from tests.library.postgres import FakeSecret, Instance, Server, prepared_on
from tests.library.sample.functions import hear_partner
from tests.library.sample.tables import MIGRATIONS
from tests.library.signing import ARN, SECRET, standard, stored

pytestmark = pytest.mark.attack
Hear = Callable[[dict[str, Any]], int]


@pytest.fixture(scope="module")
def prepared(server: Server) -> tuple[Instance, FakeSecret]:
    return prepared_on(server, MIGRATIONS)


@dataclass(frozen=True)
class Receiving:
    """A partner's deliveries, in one execution environment."""

    library: Library
    instance: Instance

    def __call__(self, event: dict[str, Any], handler: str = "hear-partner") -> int:
        return int(self.library.call(handler, event)["statusCode"])

    def count(self, table: str) -> int:
        [[found]] = self.instance.ask(f"select count(*) from {table}")
        return int(found)


@pytest.fixture
def hear(
    library: Library, prepared: tuple[Instance, FakeSecret], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Receiving]:
    """The handler's database, where neither tenant has received anything."""
    monkeypatch.setenv("PARTNER_SECRET_ARN", ARN)
    instance, secret = prepared
    instance.ask(f"truncate tenants cascade; insert into tenants values ('{TENANT}'), ('{OTHER_TENANT}')")
    with stored(SECRET), with_database(library, instance.server, secret, {ARN: SECRET}) as connected:
        yield Receiving(connected, instance)


def _event(tenant: str = TENANT, message: str = "msg_1", **more: str) -> dict[str, Any]:
    body = json.dumps({"tenantId": tenant, "body": "went well", **more})
    return standard(body, message=message, at=int(time.time()))


def test_a_replay_has_no_effect_and_ends_the_senders_tries(hear: Receiving) -> None:
    request = _event()
    assert [hear(request) for _ in range(3)] == [201, 200, 200]
    assert (hear.count("entries"), hear.count("webhook_deliveries")) == (1, 1)
    assert [line.get("outcome") for line in hear.library.lines()] == [None, "received before", "received before"]
    assert [hear(_event(message="msg_2")), hear(_event(OTHER_TENANT))] == [201, 201]


def test_an_event_that_is_signed_anew_is_known_by_its_own_id(hear: Receiving) -> None:
    assert [hear(_event(message=f"msg_{number}", eventId="evt_1")) for number in range(3)] == [201, 200, 200]
    assert hear.count("entries") == 1


@contextlib.contextmanager
def _many(
    count: int, library: Library, prepared: tuple[Instance, FakeSecret], monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[Hear]]:
    """So many execution environments."""
    instance, secret = prepared
    with contextlib.ExitStack() as ended:
        if library.language == PYTHON:
            connections = [sessions.Connection(lambda: secret.connect(instance.server)) for _ in range(count)]
            waiting = list(connections)
            monkeypatch.setattr(hear_partner, "tenant_session", lambda tenant: waiting.pop().tenant_session(tenant))
            for connection in connections:
                ended.callback(connection._discard)
            yield [lambda event: int(library.call("hear-partner", event)["statusCode"])] * count
            return
        given = ended.enter_context(node_variables(instance.server, secret, {ARN: SECRET}))
        processes = [ended.enter_context(contextlib.closing(Node(given))) for _ in range(count)]
        yield [_asking(each) for each in processes]


def _asking(process: Node) -> Hear:
    return lambda event: int(process.ask(call="hear-partner", event=event)["statusCode"])


def test_of_many_at_once_one_has_an_effect(
    hear: Receiving, prepared: tuple[Instance, FakeSecret], monkeypatch: pytest.MonkeyPatch
) -> None:
    request = _event()
    with (
        _many(8, hear.library, prepared, monkeypatch) as environments,
        ThreadPoolExecutor(len(environments)) as pool,
    ):
        statuses = pool.map(lambda each: each(request), environments)
        assert sorted(statuses) == [200] * 7 + [201]
    assert hear.count("entries") == 1


def test_what_failed_is_taken_when_it_comes_again(hear: Receiving) -> None:
    hear.instance.ask("alter table entries add constraint none_today check (body <> 'went well') not valid")
    try:
        with pytest.raises(FailedCallError, match="DatabaseError"):
            hear(_event())
    finally:
        hear.instance.ask("alter table entries drop constraint none_today")
    assert hear.count("webhook_deliveries") == 0
    assert [hear(_event()), hear(_event())] == [201, 200]


def test_nothing_is_recorded_for_another_tenant_than_the_sessions(hear: Receiving) -> None:
    assert hear(_event(recordedFor=TENANT), "hear-for-another") == 201
    with pytest.raises(FailedCallError, match="DatabaseError"):
        hear(_event(message="msg_2", recordedFor=OTHER_TENANT), "hear-for-another")
    assert hear.count("webhook_deliveries") == 1
