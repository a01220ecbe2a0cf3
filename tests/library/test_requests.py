"""Who is let in, what is read from a request, and what is logged about it."""

import base64
import json
import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from ffp_lambda.errors import FailedCallError
from ffp_lambda.http import MAXIMUM_BODY_BYTES, Request, Response, endpoint, response
from ffp_lambda.log import WITHHELD
from ffp_lambda.tenant import Caller

from tests.library.fakes import CONTEXT, OTHER_TENANT, TENANT, USER, body_of, request_event
from tests.library.languages import Library
from tests.library.sample import declaration

CLAIMS = {"token_use": "access", "sub": USER, "tenantId": TENANT, "role": "organiser"}
EDGE = "SOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiNIQ=="


def test_caller_is_taken_from_the_verified_claims(library: Library) -> None:
    answer = library.call("echo-caller", request_event())
    assert body_of(answer) == vars(Caller(TENANT, USER, "organiser"))


@pytest.mark.parametrize("role", [role.name for role in declaration.TENANCY.roles])
def test_every_declared_role_is_admitted(library: Library, role: str) -> None:
    assert body_of(library.call("echo-caller", request_event(role=role)))["role"] == role


# What a token or the gateway could hand over instead of a good claim. API Gateway writes a list as "[a b]".
MACHINE = "4ab5c6d7e8f9g0h1i2j3k4l5m6"
BAD_CLAIMS: dict[str, tuple[dict[str, Any], int]] = {
    "an ID token": ({"token_use": "id"}, 401),
    "no token_use": ({"token_use": None}, 401),
    "empty token_use": ({"token_use": ""}, 401),
    "list of token_use": ({"token_use": "[access]"}, 401),
    "token_use in capitals": ({"token_use": "ACCESS"}, 401),
    "no user": ({"sub": None}, 401),
    "empty user": ({"sub": ""}, 401),
    "user of spaces": ({"sub": "  "}, 401),
    "list of users": ({"sub": f"[{USER} {OTHER_TENANT}]"}, 401),
    "user's name": ({"sub": "nora"}, 401),
    "no tenant": ({"tenantId": None}, 403),
    "empty tenant": ({"tenantId": ""}, 403),
    "tenant of spaces": ({"tenantId": "   "}, 403),
    "tenant with a space before it": ({"tenantId": f" {TENANT}"}, 403),
    "tenant with a line after it": ({"tenantId": f"{TENANT}\n"}, 403),
    "tenant with a NUL": ({"tenantId": f"{TENANT}\0"}, 403),
    "tenant's name": ({"tenantId": "tenant-1"}, 403),
    "wildcard": ({"tenantId": "*"}, 403),
    "path": ({"tenantId": f"{TENANT}/.."}, 403),
    "SQL": ({"tenantId": f"{TENANT}' or true --"}, 403),
    "tenant in capitals": ({"tenantId": TENANT.upper()}, 403),
    "tenant without hyphens": ({"tenantId": TENANT.replace("-", "")}, 403),
    "tenant in braces": ({"tenantId": f"{{{TENANT}}}"}, 403),
    "tenant as a URN": ({"tenantId": f"urn:uuid:{TENANT}"}, 403),
    "tenant with a wide digit": ({"tenantId": TENANT.replace("5", "５")}, 403),
    "list of one tenant": ({"tenantId": f"[{TENANT}]"}, 403),
    "list of two tenants": ({"tenantId": f"[{TENANT} {OTHER_TENANT}]"}, 403),
    "two tenants": ({"tenantId": f"{TENANT},{OTHER_TENANT}"}, 403),
    "tenant as a list": ({"tenantId": [TENANT]}, 403),
    "tenant as a number": ({"tenantId": 1}, 403),
    "tenant as an attribute": ({"tenantId": None, "custom:tenantId": TENANT}, 403),
    "no role": ({"role": None}, 403),
    "empty role": ({"role": ""}, 403),
    "role of spaces": ({"role": " "}, 403),
    "unknown role": ({"role": "superuser"}, 403),
    "another application's role": ({"role": "administrator"}, 403),
    "role in capitals": ({"role": "ORGANISER"}, 403),
    "role with a space after it": ({"role": "organiser "}, 403),
    "list of roles": ({"role": "[organiser member]"}, 403),
    "role as a list": ({"role": ["organiser"]}, 403),
    # By client credentials: the id of the app client stands in place of a user's.
    "a machine's token": ({"sub": MACHINE, "client_id": MACHINE, "tenantId": None, "role": None}, 401),
    "a machine's token with tenant and role": ({"sub": MACHINE, "client_id": MACHINE}, 401),
}


@pytest.mark.attack
@pytest.mark.parametrize(("claims", "status"), BAD_CLAIMS.values(), ids=BAD_CLAIMS)
def test_missing_empty_or_malformed_claim_is_refused(library: Library, claims: dict[str, Any], status: int) -> None:
    answer = library.call("echo-caller", request_event(**claims))
    assert (answer["statusCode"], body_of(answer).keys()) == (status, {"message"})


@pytest.mark.attack
@pytest.mark.parametrize(
    "context",
    [
        None,
        {},
        {"authorizer": None},
        {"authorizer": {}},
        {"authorizer": {"jwt": None}},
        {"authorizer": {"jwt": {"claims": None}}},
        {"authorizer": {"jwt": {"claims": {}}}},
        {"authorizer": {"jwt": {"claims": "access"}}},
        {"authorizer": {"jwt": {"claims": []}}},
        {"authorizer": {"claims": CLAIMS}},
        {"authorizer": {"lambda": CLAIMS}},
        {"claims": CLAIMS},
    ],
    ids=json.dumps,
)
def test_call_that_no_authoriser_verified_is_refused(library: Library, context: dict[str, Any] | None) -> None:
    for event in ({"requestContext": context}, {"requestContext": context, "headers": CLAIMS, **CLAIMS}, CLAIMS):
        assert library.call("echo-caller", event)["statusCode"] == 401


@pytest.mark.attack
def test_role_outside_the_endpoints_roles_is_refused(library: Library) -> None:
    assert library.call("organisers-only", request_event(role="member"))["statusCode"] == 403
    assert library.call("organisers-only", request_event())["statusCode"] == 200


def test_fields_are_read_by_type_and_texts_trimmed(library: Library) -> None:
    sent = {"text": " abc ", "number": 9, "uuid": TENANT}
    assert body_of(library.call("echo-body", request_event(sent))) == sent | {"text": "abc"}


def test_base64_body_is_decoded(library: Library) -> None:
    event = request_event(base64.b64encode(b'{"text": "abc", "number": 1}').decode())
    assert library.call("echo-body", event | {"isBase64Encoded": True})["statusCode"] == 200


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
def test_body_of_wrong_shape_type_or_size_is_refused(library: Library, body: object) -> None:
    assert library.call("echo-body", request_event(body))["statusCode"] == 400


@pytest.mark.parametrize("limit", ["0", "-1", "101", "1.5", "ten", "²", "1" * 5000])
def test_page_size_out_of_bounds_is_refused(library: Library, limit: str) -> None:
    assert library.call("page", request_event(query={"limit": limit}))["statusCode"] == 400


def test_page_size_has_a_default(library: Library) -> None:
    assert body_of(library.call("page", request_event())) == 100


def test_one_line_is_logged_per_call_with_the_fields_that_queries_read(library: Library) -> None:
    library.call("echo-caller", request_event())
    [line] = library.lines()
    assert line["timestamp"].endswith("+00:00")
    assert {k: line[k] for k in ("tenantId", "userId", "action", "level", "requestId", "status")} == {
        "tenantId": TENANT,
        "userId": USER,
        "action": "echo-caller",
        "level": "INFO",
        "requestId": "request-1",
        "status": 200,
    }


def test_unexpected_error_is_raised_and_logged_without_its_message(library: Library) -> None:
    with pytest.raises(FailedCallError, match=r"^(ValueError|RangeError)$") as raised:
        library.call("fail", request_event())
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None
    [line] = library.lines()
    assert (line["level"], line["error"], line["tenantId"]) == ("ERROR", str(raised.value), TENANT)
    assert "Jane" not in json.dumps(line)


def test_answers_are_json_that_no_cache_keeps(library: Library) -> None:
    for answer, status in ((library.call("page", request_event()), 200), (library.call("page", {}), 401)):
        assert (answer["statusCode"], answer["headers"]) == (
            status,
            {"content-type": "application/json", "cache-control": "no-store"},
        )


def test_moments_and_ids_are_written_as_text_and_what_has_no_place_is_an_error() -> None:
    moment = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    answer = response(200, {"at": moment, "id": UUID(TENANT)})
    assert body_of(answer) == {"at": "2026-03-01T09:30:00+00:00", "id": TENANT}
    with pytest.raises(TypeError, match="set cannot be written as JSON"):
        response(200, {1})


def test_an_answer_is_held_back_whatever_it_says_and_a_refused_caller_is_not(waits: list[float]) -> None:
    @endpoint("slow", roles=frozenset({"organiser"}), at_least_seconds=2)
    def slow(request: Request) -> Response:
        return response(200, request.path_uuid("id"))

    answers = [slow(request_event(path=path), CONTEXT) for path in ({"id": TENANT}, {"id": "x"})]
    assert [each["statusCode"] for each in answers] == [200, 400]
    assert len(waits) == 2
    assert all(1.5 < each <= 2 for each in waits)
    assert slow(request_event(role="member"), CONTEXT)["statusCode"] == 403
    assert len(waits) == 2


def test_an_answer_takes_its_time_in_either_language(library: Library) -> None:
    for path, status in (({"id": TENANT}, 200), ({"id": "x"}, 400)):
        started = time.monotonic()
        assert library.call("slow", request_event(path=path))["statusCode"] == status
        assert time.monotonic() - started > 0.39
    assert library.call("slow", request_event(role="member"))["statusCode"] == 403


def test_a_line_names_the_request_as_cloudfronts_log_does(library: Library) -> None:
    event = request_event() | {"headers": {"x-amz-cf-id": EDGE}}
    library.call("echo-caller", event)
    library.call("echo-caller", event | {"requestContext": {}})  # refused
    assert [line["edgeRequestId"] for line in library.lines()] == [EDGE] * 2


@pytest.mark.parametrize("headers", [{}, {"headers": None}, {"headers": {}}, {"headers": [EDGE]}], ids=json.dumps)
def test_a_request_that_passed_cloudfront_by_has_no_such_name(library: Library, headers: dict[str, Any]) -> None:
    library.call("echo-caller", request_event() | headers)
    assert "edgeRequestId" not in library.lines()[0]


@pytest.mark.attack
@pytest.mark.parametrize(
    "made_up",
    ["nora@tenant.example", "Nora Quill", EDGE.lower() + "nora", EDGE[:-1], f"{EDGE}\nNora", "eyJh.eyJz.c2ln", 7],
)
def test_what_a_caller_makes_up_in_its_place_is_withheld(library: Library, made_up: Any) -> None:
    library.call("echo-caller", request_event() | {"headers": {"x-amz-cf-id": made_up}})
    assert library.lines()[0]["edgeRequestId"] == WITHHELD


def test_an_object_within_the_body_has_the_same_readers(library: Library) -> None:
    asked = request_event({"inner": {"most": {"number": 7}}}, path={"place_id.of-list": "12/é"})
    assert body_of(library.call("echo-inner", asked)) == {"path": "12/é", "number": 7}
    assert body_of(library.call("echo-inner", request_event({"inner": {"most": {"number": 1}}})))["path"] is None


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"inner": None},
        {"inner": []},
        {"inner": "most"},
        {"inner": {"most": 1}},
        {"inner": {"most": {}}},
        '{"inner": {"most": {"number": 7.0}}}',
    ],
)
def test_what_is_no_object_within_the_body_is_the_callers_mistake(library: Library, sent: object) -> None:
    assert library.call("echo-inner", request_event(sent))["statusCode"] == 400
