"""The one public route."""

from collections.abc import Callable
from typing import Any

from application.functions.health import health
from tests.application.functions.shipped import request_event
from tests.library.fakes import CONTEXT, body_of

EDGE = "SOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiNIQ=="


def test_health_is_answered_to_anyone_and_kept_by_no_cache() -> None:
    answer = health.handler({}, CONTEXT)
    assert (answer["statusCode"], body_of(answer)) == (200, {"status": "ok"})
    assert answer["headers"] == {"content-type": "application/json", "cache-control": "no-store"}


def test_its_line_names_the_request_as_cloudfronts_log_does(log_lines: Callable[[], list[dict[str, Any]]]) -> None:
    health.handler(request_event() | {"headers": {"x-amz-cf-id": EDGE}}, CONTEXT)
    assert [line["edgeRequestId"] for line in log_lines()] == [EDGE]
