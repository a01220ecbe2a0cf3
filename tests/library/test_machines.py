"""A machine's token opens its routes alone, and brings its own tenant or none."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from ffp_lambda.errors import FailedCallError

from tests.library.fakes import OTHER_TENANT, TENANT, USER, body_of, request_event
from tests.library.languages import Library, with_database
from tests.library.postgres import FakeSecret, Instance, Server
from tests.library.sample.tables import MIGRATIONS

CLIENT = "4ab5c6d7e8f9g0h1i2j3k4l5m6"
OTHER_CLIENT = "0ab5c6d7e8f9g0h1i2j3k4l5m6"
TOKEN = {"sub": CLIENT, "client_id": CLIENT, "machine": "records", "role": None}


def machine_event(**claims: Any) -> dict[str, Any]:
    """An event of the HTTP API by a machine of the tenant; a claim given as None is missing from the token."""
    return request_event(**{**TOKEN, **claims})


@pytest.mark.parametrize("tenant", [TENANT, None])
def test_a_machine_is_taken_from_the_verified_claims(library: Library, tenant: str | None) -> None:
    answer = library.call("echo-machine", machine_event(tenantId=tenant))
    assert body_of(answer) == {"name": "records", "client_id": CLIENT, "tenant_id": tenant}


BAD_CLAIMS: dict[str, tuple[dict[str, Any], int]] = {
    "a user's token": ({"sub": USER, "username": USER, "client_id": CLIENT, "machine": None, "role": "organiser"}, 401),
    "a user's token with a machine's name": ({"sub": USER, "username": USER}, 401),
    "a user's token without the user's name": ({"sub": USER}, 401),
    "a machine's token with a user's name": ({"username": USER}, 401),
    "a user whose id is in both places": ({"sub": USER, "client_id": USER}, 401),
    "another client in place of the user": ({"sub": OTHER_CLIENT}, 401),
    "an ID token": ({"token_use": "id"}, 401),
    "no token_use": ({"token_use": None}, 401),
    "no client": ({"client_id": None}, 401),
    "neither client nor user": ({"client_id": None, "sub": None}, 401),
    "empty client": ({"client_id": "", "sub": ""}, 401),
    "list of clients": ({"client_id": f"[{CLIENT} {OTHER_CLIENT}]", "sub": f"[{CLIENT} {OTHER_CLIENT}]"}, 401),
    "client with a line after it": ({"client_id": f"{CLIENT}\n", "sub": f"{CLIENT}\n"}, 401),
    "client as a list": ({"client_id": [CLIENT], "sub": [CLIENT]}, 401),
    "no machine": ({"machine": None}, 403),
    "empty machine": ({"machine": ""}, 403),
    "machine in capitals": ({"machine": "RECORDS"}, 403),
    "list of machines": ({"machine": "[records others]"}, 403),
    "machine as a list": ({"machine": ["records"]}, 403),
    "machine with a line after it": ({"machine": "records\n"}, 403),
    "empty tenant": ({"tenantId": ""}, 403),
    "wildcard": ({"tenantId": "*"}, 403),
    "list of two tenants": ({"tenantId": f"[{TENANT} {OTHER_TENANT}]"}, 403),
    "tenant in capitals": ({"tenantId": TENANT.upper()}, 403),
    "tenant as a list": ({"tenantId": [TENANT]}, 403),
}


@pytest.mark.attack
@pytest.mark.parametrize(("claims", "status"), BAD_CLAIMS.values(), ids=BAD_CLAIMS)
def test_whoever_is_no_machine_is_refused(library: Library, claims: dict[str, Any], status: int) -> None:
    answer = library.call("echo-machine", machine_event(**claims))
    assert (answer["statusCode"], body_of(answer).keys()) == (status, {"message"})
    assert "client" not in library.lines()[0]


@pytest.mark.attack
@pytest.mark.parametrize("context", [None, {}, {"authorizer": {"claims": TOKEN}}, {"claims": TOKEN}], ids=json.dumps)
def test_a_machine_that_no_authoriser_verified_is_refused(library: Library, context: dict[str, Any] | None) -> None:
    for event in ({"requestContext": context}, {"requestContext": context, "headers": TOKEN, **TOKEN}, TOKEN):
        assert library.call("echo-machine", event)["statusCode"] == 401


@pytest.mark.attack
@pytest.mark.parametrize("role", [None, "organiser"])
@pytest.mark.parametrize("tenant", [TENANT, None])
@pytest.mark.parametrize("handler", ["echo-caller", "organisers-only", "read-entries"])
def test_a_machine_is_refused_on_routes_of_people(
    library: Library, handler: str, tenant: str | None, role: str | None
) -> None:
    assert library.call(handler, machine_event(tenantId=tenant, role=role))["statusCode"] == 401


def test_each_line_names_the_machine_and_its_tenant(library: Library) -> None:
    library.call("echo-machine", machine_event())
    library.call("echo-machine", machine_event(tenantId=None))
    with pytest.raises(FailedCallError, match=r"^(ValueError|RangeError)$"):
        library.call("fail-of-machine", machine_event())
    with_tenant, without, failed = library.lines()
    assert (with_tenant["client"], with_tenant["tenantId"], with_tenant["status"]) == ("records", TENANT, 200)
    assert "userId" not in with_tenant
    assert (without["client"], without["status"]) == ("records", 200)
    assert "tenantId" not in without
    assert (failed["client"], failed["tenantId"], failed["level"]) == ("records", TENANT, "ERROR")
    assert "Jane" not in json.dumps(failed)


@pytest.fixture(scope="module")
def prepared(server: Server) -> tuple[Instance, FakeSecret]:
    instance, secret = server.create_instance(MIGRATIONS), FakeSecret()
    instance.prepare(secret)
    instance.ask(f"insert into tenants values ('{TENANT}'), ('{OTHER_TENANT}')")
    for tenant in (TENANT, OTHER_TENANT):
        instance.ask(f"insert into entries (tenant_id, user_id, body) values ('{tenant}', '{USER}', 'of {tenant}')")
    return instance, secret


@pytest.fixture
def handlers(library: Library, prepared: tuple[Instance, FakeSecret]) -> Iterator[Library]:
    instance, secret = prepared
    with with_database(library, instance.server, secret) as connected:
        yield connected


@pytest.mark.attack
@pytest.mark.parametrize(("tenant", "stranger"), [(TENANT, OTHER_TENANT), (OTHER_TENANT, TENANT)])
def test_a_machine_reads_its_own_tenants_rows_whatever_the_request_names(
    handlers: Library, tenant: str, stranger: str
) -> None:
    foreign = {"tenantId": stranger, "tenant_id": stranger}
    event = request_event(foreign, foreign, foreign, **{**TOKEN, "tenantId": tenant}) | {"headers": foreign}
    assert body_of(handlers.call("bodies-of-machine", event)) == [f"of {tenant}"]


@pytest.mark.attack
def test_a_machine_without_a_tenant_reads_no_rows(handlers: Library) -> None:
    with pytest.raises(FailedCallError, match="a session without a tenant"):
        handlers.call("bodies-of-machine", machine_event(tenantId=None))
