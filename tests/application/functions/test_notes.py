"""Notes: what each handler asks of the database."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from application.functions.notes import create_note, list_notes
from tests.application.functions.shipped import request_event
from tests.library.fakes import CONTEXT, TENANT, USER, FakeConnection, body_of

ID = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
MOMENT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def test_notes_are_the_callers_own_before_a_moment(database: FakeConnection) -> None:
    answer = list_notes.handler(request_event(query={"before": "2026-03-01T09:30:00Z", "limit": "5"}), CONTEXT)
    assert body_of(answer) == {"notes": []}
    assert database.parameters_of("from notes") == {"user": USER, "before": MOMENT, "limit": 5}


@pytest.mark.parametrize(
    "before", ["yesterday", "2026-03-01T09:30:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]
)
def test_moment_without_a_fixed_meaning_is_refused(database: FakeConnection, before: str) -> None:
    assert list_notes.handler(request_event(query={"before": before}), CONTEXT)["statusCode"] == 400


def test_note_is_stored_for_the_caller(database: FakeConnection) -> None:
    database.answers["from exercises"] = [{"found": 1}]
    database.answers["insert into notes"] = [{"noteId": UUID(ID)}]
    answer = create_note.handler(request_event({"body": "Went well", "exerciseId": ID}), CONTEXT)
    assert (answer["statusCode"], body_of(answer)) == (201, {"noteId": ID})
    assert database.parameters_of("insert into notes") == {
        "tenant": TENANT,
        "user": USER,
        "exercise": ID,
        "body": "Went well",
    }


def test_note_about_an_unknown_exercise_is_404_and_rolled_back(database: FakeConnection) -> None:
    answer = create_note.handler(request_event({"body": "Went well", "exerciseId": ID}), CONTEXT)
    assert answer["statusCode"] == 404
    assert database.sql[-1] == "rollback"
