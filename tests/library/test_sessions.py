"""Database sessions: one tenant, one transaction, one connection that is replaced when it breaks."""

import contextlib
import ssl
from typing import Any

import boto3
import pytest
from ffp_lambda import database as sessions
from ffp_lambda.errors import FailedCallError
from pg8000.exceptions import DatabaseError, InterfaceError

from tests.library.fakes import OTHER_TENANT, TENANT, FakeConnection

BEGIN = sessions._BEGIN
SET_TENANT = "select set_config(:setting, :tenant, true)"


def test_tenant_is_set_inside_the_transaction(database: FakeConnection) -> None:
    with sessions.tenant_session(TENANT) as session:
        session.run("select 1")
    assert database.sql == [BEGIN, SET_TENANT, "select 1", "commit"]
    assert database.parameters_of("set_config") == {"setting": "app.tenant_id", "tenant": TENANT}


def test_error_rolls_back_and_keeps_the_connection(database: FakeConnection) -> None:
    with pytest.raises(ValueError, match="no"), sessions.tenant_session(TENANT):
        raise ValueError("no")
    with sessions.tenant_session(OTHER_TENANT):
        pass
    assert database.sql == [BEGIN, SET_TENANT, "rollback", BEGIN, SET_TENANT, "commit"]
    assert not database.closed


def test_network_error_closes_the_connection_without_reusing_it(database: FakeConnection) -> None:
    database.answers["select 1"] = InterfaceError("network error")
    with pytest.raises(InterfaceError), sessions.tenant_session(TENANT) as session:
        session.run("select 1")
    assert database.closed
    assert database.sql[-1] == "select 1"


def test_broken_connection_is_replaced_before_the_transaction(
    database: FakeConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = FakeConnection()
    broken.answers["begin"] = DatabaseError({"C": "57P01"})
    monkeypatch.setattr(sessions._OF_THIS_ENVIRONMENT, "_session", broken)
    with sessions.tenant_session(TENANT):
        pass
    assert broken.closed
    assert database.sql == [BEGIN, SET_TENANT, "commit"]


@pytest.mark.attack
@pytest.mark.parametrize("error", [None, ValueError("a handler's own")])
def test_a_session_that_was_kept_is_of_no_use_in_the_next_ones_transaction(
    database: FakeConnection, error: Exception | None
) -> None:
    with contextlib.suppress(ValueError), sessions.tenant_session(TENANT) as kept:
        if error:
            raise error
    with sessions.tenant_session(OTHER_TENANT):
        with pytest.raises(FailedCallError, match="whose transaction has ended"):
            kept.run("select body from entries")
        with pytest.raises(FailedCallError, match="whose transaction has ended"):
            _ = kept.columns
    assert "select body from entries" not in database.sql


@pytest.mark.attack
def test_a_session_within_a_session_is_refused_and_commits_nothing(database: FakeConnection) -> None:
    for within in (lambda: sessions.tenant_session(OTHER_TENANT).__enter__(), sessions.tenants):
        database.statements.clear()
        with pytest.raises(FailedCallError, match="a session within a session"), sessions.tenant_session(TENANT):
            within()
        assert database.sql == [BEGIN, SET_TENANT, "rollback"]
    assert sessions.tenants() == []  # and what follows works


@pytest.mark.parametrize("tenant", ["", "everybody", TENANT.upper(), f"{TENANT} ", None])
def test_there_is_no_session_without_a_tenant(database: FakeConnection, tenant: Any) -> None:
    with pytest.raises(FailedCallError, match="without a tenant"), sessions.tenant_session(tenant):
        pass
    assert not database.statements


def test_rows_are_named_by_their_columns(database: FakeConnection) -> None:
    database.answers["select"] = [{"a": 1, "b": 2}, {"a": 3, "b": 4}]
    assert sessions.rows(database, "select a, b") == [{"a": 1, "b": 2}, {"a": 3, "b": 4}]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The arguments with which pg8000 opens a connection."""
    arguments: dict[str, Any] = {}

    def open_connection(user: str, **others: object) -> FakeConnection:
        arguments.update(others, user=user)
        return FakeConnection()

    monkeypatch.setattr(sessions._OF_THIS_ENVIRONMENT, "_session", None)
    monkeypatch.setattr("pg8000.native.Connection", open_connection)
    monkeypatch.setenv("DATABASE_HOST", "database.internal")
    monkeypatch.setenv("DATABASE_PORT", "5432")
    monkeypatch.setenv("DATABASE_NAME", "ffp")
    monkeypatch.delenv("DATABASE_CA_FILE", raising=False)
    return arguments


def test_connection_verifies_the_server_against_rds_roots_over_tls_1_3(opened: dict[str, Any]) -> None:
    sessions.connect("app", "password")
    trust: ssl.SSLContext = opened["ssl_context"]
    assert (trust.verify_mode, trust.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert trust.minimum_version == ssl.TLSVersion.TLSv1_3
    roots = str(trust.get_ca_certs())
    assert roots.count("'subject'") == 3
    for kind in ("ECC384", "RSA2048", "RSA4096"):
        assert f"Amazon RDS eu-west-2 Root CA {kind} G1" in roots


def test_secret_mode_logs_in_with_what_the_secret_holds(
    opened: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Secrets:
        def get_secret_value(self, SecretId: str) -> dict[str, str]:  # noqa: N803
            assert SecretId == "arn:secret"
            return {"SecretString": '{"username": "app", "password": "p"}'}

    monkeypatch.setattr(boto3, "client", lambda service: Secrets())
    monkeypatch.setenv("DATABASE_AUTHENTICATION", "secret")
    monkeypatch.setenv("DATABASE_SECRET_ARN", "arn:secret")
    with sessions.tenant_session(TENANT):
        pass
    assert (opened["user"], opened["password"]) == ("app", "p")


def test_iam_mode_logs_in_with_a_signed_token_for_its_user(
    opened: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_AUTHENTICATION", "iam")
    monkeypatch.setenv("DATABASE_USER", "app")
    with sessions.tenant_session(TENANT):
        pass
    assert opened["user"] == "app"
    assert opened["password"].startswith("database.internal:5432/?Action=connect&DBUser=app&")
