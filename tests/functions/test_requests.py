"""Who is let in, what is read from a request, and what is logged about it."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ffp_lambda.errors import FailedCallError
from ffp_lambda.http import MAXIMUM_BODY_BYTES, Request, Response, endpoint, response
from ffp_lambda.tenant import Caller, Role

from functions.health import health
from tests.functions.fakes import CONTEXT, TENANT, USER, body_of, request_event

LogLines = Callable[[], list[dict[str, Any]]]


@endpoint("echo-caller")
def echo_caller(request: Request) -> Response:
    return response(200, vars(request.caller))


@endpoint("echo-body")
def echo_body(request: Request) -> Response:
    body = request.body()
    return response(
        200,
        {
            "text": body.text("text", maximum=5),
            "number": body.whole_number("number", minimum=1, maximum=9),
            "uuid": body.uuid("uuid"),
        },
    )


@endpoint("page")
def page(request: Request) -> Response:
    return response(200, request.page_size())


def test_caller_is_taken_from_the_verified_claims() -> None:
    answer = echo_caller(request_event(), CONTEXT)
    assert body_of(answer) == vars(Caller(TENANT, USER, Role.ADMINISTRATOR))


def test_id_token_is_refused() -> None:
    assert echo_caller(request_event(token_use="id"), CONTEXT)["statusCode"] == 401


def test_call_without_authoriser_is_refused() -> None:
    assert echo_caller({"version": "2.0", "requestContext": {}}, CONTEXT)["statusCode"] == 401


@pytest.mark.parametrize("tenant", [None, "", "tenant-1", "*", f"{TENANT}/..", TENANT.upper(), f" {TENANT}"])
def test_missing_or_malformed_tenant_is_refused(tenant: str | None) -> None:
    assert echo_caller(request_event(tenantId=tenant), CONTEXT)["statusCode"] == 403


@pytest.mark.parametrize("role", [None, "", "superuser"])
def test_unknown_role_is_refused(role: str | None) -> None:
    assert echo_caller(request_event(role=role), CONTEXT)["statusCode"] == 403


def test_role_outside_the_endpoints_roles_is_refused() -> None:
    handler = endpoint("act", roles=frozenset({Role.ADMINISTRATOR}))(lambda _: response(200, {}))
    assert handler(request_event(role="patient"), CONTEXT)["statusCode"] == 403
    assert handler(request_event(), CONTEXT)["statusCode"] == 200


def test_fields_are_read_by_type_and_texts_trimmed() -> None:
    sent = {"text": " abc ", "number": 9, "uuid": TENANT}
    assert body_of(echo_body(request_event(sent), CONTEXT)) == sent | {"text": "abc"}


def test_base64_body_is_decoded() -> None:
    event = request_event(base64.b64encode(b'{"text": "abc", "number": 1}').decode())
    assert echo_body(event | {"isBase64Encoded": True}, CONTEXT)["statusCode"] == 200


@pytest.mark.parametrize(
    "body",
    [
        None,
        "",
        "{",
        "[]",
        '"text"',
        "[" * 60_000,
        {},
        {"text": "abcdef", "number": 1},
        {"text": "  ", "number": 1},
        {"text": "a\0b", "number": 1},
        {"text": "\ud800", "number": 1},
        {"text": 1, "number": 1},
        {"text": "abc", "number": True},
        {"text": "abc", "number": "1"},
        {"text": "abc", "number": 1.0},
        {"text": "abc", "number": 10},
        {"text": "abc", "number": 1, "uuid": "x"},
        {"text": "abc", "number": 1, "padding": "x" * MAXIMUM_BODY_BYTES},
    ],
)
def test_body_of_wrong_shape_type_or_size_is_refused(body: object) -> None:
    assert echo_body(request_event(body), CONTEXT)["statusCode"] == 400


@pytest.mark.parametrize("limit", ["0", "-1", "101", "1.5", "ten", "²", "1" * 5000])
def test_page_size_out_of_bounds_is_refused(limit: str) -> None:
    assert page(request_event(query={"limit": limit}), CONTEXT)["statusCode"] == 400


def test_page_size_has_a_default() -> None:
    assert body_of(page(request_event(), CONTEXT)) == 100


def test_one_line_is_logged_per_call_with_the_fields_that_queries_read(log_lines: LogLines) -> None:
    echo_caller(request_event(), CONTEXT)
    [line] = log_lines()
    assert line["timestamp"].endswith("+00:00")
    assert {k: line[k] for k in ("tenantId", "userId", "action", "level", "requestId", "status")} == {
        "tenantId": TENANT,
        "userId": USER,
        "action": "echo-caller",
        "level": "INFO",
        "requestId": "request-1",
        "status": 200,
    }


def test_unexpected_error_is_raised_and_logged_without_its_message(log_lines: LogLines) -> None:
    @endpoint("fail")
    def fail(request: Request) -> Response:
        raise ValueError("Failing row contains (Jane Doe)")

    with pytest.raises(FailedCallError, match=r"^ValueError$") as raised:
        fail(request_event(), CONTEXT)
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None
    [line] = log_lines()
    assert (line["level"], line["error"], line["tenantId"]) == ("ERROR", "ValueError", TENANT)
    assert "Jane" not in json.dumps(line)


def test_answers_are_json_that_no_cache_keeps() -> None:
    answer = health.handler({}, CONTEXT)
    assert (answer["statusCode"], body_of(answer)) == (200, {"status": "ok"})
    assert answer["headers"] == {"content-type": "application/json", "cache-control": "no-store"}


def test_module_names_are_unique_across_groups() -> None:
    groups = list(Path(health.__file__).parents[1].glob("*/*.py"))
    assert len({path.stem for path in groups}) == len(groups) >= 14
