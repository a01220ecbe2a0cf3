"""Exercises: what each handler asks of the database."""

from typing import Any
from uuid import UUID

import pytest

from application.functions.exercises import get_exercise, list_exercises
from tests.application.functions.shipped import request_event
from tests.library.fakes import CONTEXT, TENANT, FakeConnection, body_of

ID = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"


def test_exercises_come_in_pages(database: FakeConnection) -> None:
    database.answers["from exercises"] = [{"exerciseId": UUID(ID), "title": "Squat", "videoId": None}]
    full = list_exercises.handler(request_event(query={"limit": "1", "after": TENANT}), CONTEXT)
    assert body_of(full)["after"] == ID
    assert database.parameters_of("from exercises") == {"after": TENANT, "limit": 1}
    last = list_exercises.handler(request_event(query={"limit": "2"}), CONTEXT)
    assert body_of(last) == {
        "exercises": [{"exerciseId": ID, "title": "Squat", "videoId": None}],
        "after": None,
    }


@pytest.mark.parametrize(("found", "status"), [([{"exerciseId": UUID(ID)}], 200), ([], 404)])
def test_exercise_is_found_or_404(database: FakeConnection, found: list[dict[str, Any]], status: int) -> None:
    database.answers["from exercises"] = found
    answer = get_exercise.handler(request_event(path={"exerciseId": ID}), CONTEXT)
    assert answer["statusCode"] == status
    assert database.parameters_of("from exercises") == {"exercise": ID}


def test_malformed_exercise_id_is_refused(database: FakeConnection) -> None:
    assert get_exercise.handler(request_event(path={"exerciseId": "1 or 1=1"}), CONTEXT)["statusCode"] == 400
    assert database.sql == []
