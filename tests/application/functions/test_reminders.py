"""Reminders: what the handler asks of the database and of SNS."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from ffp_lambda.errors import FailedCallError

from application.functions.reminders import send_reminders
from tests.library.fakes import CONTEXT, OTHER_TENANT, TENANT, USER, FakeConnection

ID = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
MOMENT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


class Topic:
    """SNS with one topic, which refuses the reminders named in `refused` with the error beside them."""

    def __init__(self) -> None:
        self.published: list[dict[str, Any]] = []
        self.refused: dict[str, Exception] = {}

    def publish(self, **message: Any) -> None:
        if refusal := self.refused.get(json.loads(message["Message"])["reminderId"]):
            raise refusal
        self.published.append(message)


@pytest.fixture
def topic(monkeypatch: pytest.MonkeyPatch) -> Topic:
    topic = Topic()
    monkeypatch.setattr(send_reminders, "SNS", topic)
    monkeypatch.setenv("REMINDERS_TOPIC_ARN", "arn:topic")
    return topic


@pytest.fixture
def due(database: FakeConnection) -> FakeConnection:
    """Two tenants, each with the same two reminders due."""
    database.answers["from tenants"] = [{"tenant_id": UUID(TENANT)}, {"tenant_id": UUID(OTHER_TENANT)}]
    database.answers["from reminders"] = [
        {"reminder_id": UUID(ID), "user_id": USER, "exercise_id": None, "due_at": MOMENT},
        {"reminder_id": UUID(TENANT), "user_id": USER, "exercise_id": UUID(ID), "due_at": MOMENT},
    ]
    return database


def test_due_reminders_are_published_and_marked_in_a_transaction_per_tenant(due: FakeConnection, topic: Topic) -> None:
    assert send_reminders.handler({}, CONTEXT) == {"sent": 4}
    assert {p["tenant"] for sql, p in due.statements if "set_config" in sql} == {TENANT, OTHER_TENANT}
    assert due.sql.count("commit") == 3
    assert sum(sql.startswith("update reminders") for sql in due.sql) == 4
    assert topic.published[0]["TopicArn"] == "arn:topic"
    messages = [json.loads(each["Message"]) for each in topic.published]
    assert [each["tenantId"] for each in messages].count(TENANT) == 2
    assert {**messages[0], "tenantId": TENANT} == {
        "tenantId": TENANT,
        "reminderId": ID,
        "userId": USER,
        "exerciseId": None,
        "dueAt": "2026-03-01T09:30:00+00:00",
    }


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        (EndpointConnectionError(endpoint_url="sns"), "EndpointConnectionError"),
        (
            ClientError({"Error": {"Code": "AuthorizationError", "Message": "Jane Doe"}}, "Publish"),
            "AuthorizationError",
        ),
        (ClientError({"Error": {"Code": "Throttled", "Message": "Jane Doe"}}, "Publish"), "Throttled"),
    ],
)
def test_reminder_that_cannot_be_published_stays_due_and_the_run_fails(
    due: FakeConnection,
    topic: Topic,
    log_lines: Callable[[], list[dict[str, Any]]],
    refusal: Exception,
    kind: str,
) -> None:
    topic.refused = {ID: refusal}
    with pytest.raises(FailedCallError, match="2 of 4 reminders"):
        send_reminders.handler({}, CONTEXT)
    assert [p["id"] for sql, p in due.statements if sql.startswith("update")] == [UUID(TENANT)] * 2
    assert due.sql.count("commit") == 3
    *of_tenants, of_the_job = log_lines()
    assert {(line["tenantId"], line["sent"], line["failed"], line["error"]) for line in of_tenants} == {
        (TENANT, 1, 1, kind),
        (OTHER_TENANT, 1, 1, kind),
    }
    assert of_the_job["level"] == "ERROR"
    assert of_the_job["error"] == "2 of 4 reminders could not be published, 0 of 2 tenants failed"


@pytest.mark.parametrize("broken", [TENANT, OTHER_TENANT])
def test_one_tenants_failure_stops_no_other_tenants_reminders(
    due: FakeConnection,
    topic: Topic,
    monkeypatch: pytest.MonkeyPatch,
    log_lines: Callable[[], list[dict[str, Any]]],
    broken: str,
) -> None:
    run = due.run

    def fail_for_one(sql: str, **parameters: object) -> list[list[Any]] | None:
        if parameters.get("tenant") == broken:
            raise RuntimeError("Failing row contains (Jane Doe)")
        return run(sql, **parameters)

    monkeypatch.setattr(due, "run", fail_for_one)
    with pytest.raises(FailedCallError, match=r"^0 of 2 reminders could not be published, 1 of 2 tenants failed$"):
        send_reminders.handler({}, CONTEXT)
    assert [json.loads(each["Message"])["tenantId"] for each in topic.published] == [
        ({TENANT, OTHER_TENANT} - {broken}).pop()
    ] * 2
    assert [line["error"] for line in log_lines() if line.get("tenantId") == broken] == ["RuntimeError"]


def test_every_tenant_comes_first_in_some_run(due: FakeConnection, topic: Topic) -> None:
    first = set()
    for _ in range(100):
        topic.published.clear()
        send_reminders.handler({}, CONTEXT)
        first.add(json.loads(topic.published[0]["Message"])["tenantId"])
    assert first == {TENANT, OTHER_TENANT}, "a run that is cut off would always leave out the same tenant"


def test_what_a_driver_says_of_a_failed_job_is_written_nowhere(
    monkeypatch: pytest.MonkeyPatch, log_lines: Callable[[], list[dict[str, Any]]]
) -> None:
    def fail() -> None:
        raise RuntimeError("Failing row contains (Jane Doe)")

    monkeypatch.setattr(send_reminders, "tenants", fail)
    with pytest.raises(FailedCallError, match=r"^RuntimeError$") as raised:
        send_reminders.handler({}, CONTEXT)
    assert raised.value.__context__ is None
    (line,) = log_lines()
    assert (line["action"], line["level"], line["error"]) == ("send-reminders", "ERROR", "RuntimeError")
