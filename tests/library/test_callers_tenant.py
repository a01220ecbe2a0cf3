"""A handler that is written with the library sees the rows of its caller's tenant, on a real PostgreSQL."""

from collections.abc import Iterator

import pytest
from ffp_lambda.database import Connection

from tests.library.fakes import CONTEXT, OTHER_TENANT, TENANT, body_of, request_event
from tests.library.postgres import FakeSecret, Server
from tests.library.sample.functions import count_entries, read_entries, write_entry
from tests.library.sample.tables import MIGRATIONS


@pytest.fixture(scope="module")
def connection(server: Server) -> Iterator[Connection]:
    """One connection for the handlers and both tenants, as in one execution environment."""
    instance, secret = server.create_instance(MIGRATIONS), FakeSecret()
    instance.prepare(secret)
    instance.ask(f"insert into tenants values ('{TENANT}'), ('{OTHER_TENANT}')")
    connection = Connection(lambda: secret.connect(server))
    yield connection
    connection._discard()


@pytest.fixture
def handlers(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (count_entries, read_entries, write_entry):
        monkeypatch.setattr(module, "tenant_session", connection.tenant_session)
    monkeypatch.setattr(count_entries, "tenants", connection.tenants)


@pytest.mark.attack
@pytest.mark.usefixtures("handlers")
@pytest.mark.parametrize(("tenant", "stranger"), [(TENANT, OTHER_TENANT), (OTHER_TENANT, TENANT)])
def test_rows_are_written_and_read_for_the_claims_tenant_whatever_the_request_names(tenant: str, stranger: str) -> None:
    foreign = {"tenantId": stranger, "tenant_id": stranger}
    sent = request_event({"body": f"of {tenant}", **foreign}, foreign, foreign, tenantId=tenant)
    assert write_entry.handler(sent | {"headers": foreign}, CONTEXT)["statusCode"] == 201
    for caller, seen in ((tenant, True), (stranger, False)):
        answer = read_entries.handler(request_event(query=foreign, tenantId=caller), CONTEXT)
        assert (f"of {tenant}" in body_of(answer)["entries"]) == seen


@pytest.mark.usefixtures("handlers")
def test_a_job_goes_through_the_tenants_one_by_one(connection: Connection) -> None:
    before = count_entries.handler({}, CONTEXT)
    assert before.keys() == {TENANT, OTHER_TENANT}
    write_entry.handler(request_event({"body": "one more"}, tenantId=TENANT), CONTEXT)
    assert count_entries.handler({}, CONTEXT) == before | {TENANT: before[TENANT] + 1}


@pytest.mark.attack
@pytest.mark.usefixtures("handlers")
def test_an_entry_cannot_go_to_another_tenants_list(connection: Connection) -> None:
    with connection.tenant_session(OTHER_TENANT) as session:
        ((made,),) = session.run("insert into lists (title) values ('x') returning list_id::text") or []
    sent = {"body": "x", "listId": made}
    assert write_entry.handler(request_event(sent, tenantId=TENANT), CONTEXT)["statusCode"] == 404
    assert write_entry.handler(request_event(sent, tenantId=OTHER_TENANT), CONTEXT)["statusCode"] == 201
