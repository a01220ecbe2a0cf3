"""A person adds tenants by invoking the function that prepares the database: what has no row there can hold nothing."""

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from ffp_lambda.database import Connection
from ffp_lambda.errors import FailedCallError

from library.functions.database import prepare_database as preparation
from tests.library.fakes import CONTEXT, OTHER_TENANT, TENANT
from tests.library.postgres import MASTER, FakeSecret, Instance
from tests.library.sample.tables import MIGRATIONS

TENANTS = "select tenant_id::text from tenants order by 1"
Invoke = Callable[[object], dict[str, list[str]]]


@pytest.fixture
def secret() -> FakeSecret:
    return FakeSecret()


@pytest.fixture
def invoke(instance: Instance, secret: FakeSecret, monkeypatch: pytest.MonkeyPatch) -> Invoke:
    """The handler itself, on a database that a deploy has prepared, with these tenants in its event."""
    instance.prepare(secret)
    monkeypatch.setenv("MASTER_SECRET_ARN", "arn:master")
    monkeypatch.setenv("DATABASE_NAME", "ffp")
    monkeypatch.setenv("DATABASE_AUTHENTICATION", "secret")
    monkeypatch.setattr(preparation, "read_credentials", lambda _: (MASTER, instance.master_password))
    monkeypatch.setattr(preparation, "connect", lambda user, password, _: instance.server.connect(user, password))
    monkeypatch.setattr(preparation, "_current_value", lambda: secret.value)
    return lambda tenants: preparation.handler({"tenants": tenants}, CONTEXT)


def test_a_tenant_that_was_added_can_hold_rows(instance: Instance, secret: FakeSecret, invoke: Invoke) -> None:
    assert invoke([TENANT]) == {"ran": [], "added": [TENANT]}
    connection = Connection(lambda: secret.connect(instance.server))
    with connection.tenant_session(TENANT) as session:
        session.run("insert into entries (user_id, body) values ('u', 'x')")
    assert connection.tenants() == [TENANT]
    connection._discard()


def test_adding_again_changes_nothing_and_says_so(
    instance: Instance, invoke: Invoke, log_lines: Callable[[], list[dict[str, Any]]]
) -> None:
    assert invoke([TENANT, TENANT])["added"] == [TENANT]
    assert invoke([OTHER_TENANT, TENANT])["added"] == [OTHER_TENANT]
    assert invoke([TENANT])["added"] == invoke([])["added"] == []
    assert instance.ask(TENANTS) == [[TENANT], [OTHER_TENANT]]
    added = [line["tenantId"] for line in log_lines() if line["action"] == "add-tenant"]
    assert added == [TENANT, OTHER_TENANT]


@pytest.mark.parametrize(
    ("tenants", "message"),
    [
        ([TENANT, "everybody", OTHER_TENANT, TENANT.upper(), None], "not so number 2, 4, 5$"),
        (TENANT, "must be a list"),
        ({TENANT: 1}, "must be a list"),
        (None, "must be a list"),
    ],
)
def test_what_is_no_tenants_id_is_refused_before_anything_runs(
    instance: Instance, invoke: Invoke, monkeypatch: pytest.MonkeyPatch, tenants: object, message: str
) -> None:
    monkeypatch.setattr(preparation, "read_credentials", lambda _: pytest.fail("went on"))
    with pytest.raises(FailedCallError, match=message):
        invoke(tenants)
    assert instance.ask(TENANTS) == []


def test_a_run_that_fails_adds_nobody(instance: Instance, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    loose = instance.followed_by("create table loose (id uuid primary key)")
    monkeypatch.setattr(preparation, "migrations", lambda _: loose)
    with pytest.raises(FailedCallError, match="loose has"):
        invoke([TENANT])
    assert instance.ask(TENANTS) == []


def test_what_the_deploy_sends_names_no_tenant() -> None:
    assert preparation.tenants_of({"version": "7"}) == []


def test_tenants_come_with_the_first_deploy_too(instance: Instance) -> None:
    with pytest.MonkeyPatch.context() as patch, contextlib.closing(instance.as_master()) as master:
        patch.setenv("DATABASE_AUTHENTICATION", "secret")
        patch.setenv("DATABASE_NAME", "ffp")
        patch.setattr(preparation, "_current_value", lambda: None)
        assert preparation.prepare(master, MIGRATIONS, [TENANT]).added == [TENANT]
