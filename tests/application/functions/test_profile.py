"""Profiles: what each handler asks of the database."""

from datetime import UTC, datetime

from application.functions.profile import get_profile, update_profile
from tests.application.functions.shipped import request_event
from tests.library.fakes import CONTEXT, OTHER_TENANT, TENANT, USER, FakeConnection, body_of

MOMENT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def test_profile_is_the_callers_own(database: FakeConnection) -> None:
    database.answers["from profiles"] = [{"displayName": "A", "weeklyGoal": 3, "updatedAt": MOMENT}]
    answer = get_profile.handler(request_event(role="patient"), CONTEXT)
    assert body_of(answer) == {"displayName": "A", "weeklyGoal": 3, "updatedAt": "2026-03-01T09:30:00+00:00"}
    assert database.parameters_of("set_config") == {"setting": "app.tenant_id", "tenant": TENANT}
    assert database.parameters_of("from profiles") == {"user": USER}


def test_profile_that_was_never_written_is_404(database: FakeConnection) -> None:
    assert get_profile.handler(request_event(), CONTEXT)["statusCode"] == 404


def test_profile_is_written_for_the_caller_whatever_the_body_says(database: FakeConnection) -> None:
    database.answers["insert into profiles"] = [{"displayName": "A", "weeklyGoal": 3}]
    sent = {"displayName": "A", "weeklyGoal": 3, "tenantId": OTHER_TENANT, "userId": "another"}
    assert update_profile.handler(request_event(sent), CONTEXT)["statusCode"] == 200
    assert database.parameters_of("insert into profiles") == {
        "tenant": TENANT,
        "user": USER,
        "display_name": "A",
        "weekly_goal": 3,
    }


def test_bad_profile_reaches_no_database(database: FakeConnection) -> None:
    assert update_profile.handler(request_event({"displayName": "A"}), CONTEXT)["statusCode"] == 400
    assert database.sql == []
