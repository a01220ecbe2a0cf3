"""Requests and responses of the HTTP API (payload format 2.0)."""

import base64
import functools
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from ffp_lambda import log
from ffp_lambda.errors import FailedCallError, RefusalError
from ffp_lambda.tenant import Caller, Machine, caller_of, is_uuid, machine_of

Event = Mapping[str, Any]
Response = dict[str, Any]

MAXIMUM_BODY_BYTES = 64 * 1024
MAXIMUM_PAGE_ROWS = 100
NOT_JSON = "the body must be JSON"


class LambdaContext(Protocol):
    """The part of Lambda's context object that the library uses."""

    aws_request_id: str


def response(status: int, body: object) -> Response:
    """A JSON response with this HTTP status, which no cache stores.

    Times are written in ISO 8601 and UUIDs as text. Raises TypeError for other types that JSON does not have.
    """
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json", "cache-control": "no-store"},
        "body": json.dumps(body, default=_to_text),
    }


def _to_text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def edge_request_id(event: Event) -> str | None:
    """The id of the request in CloudFront's log, where the caller's address can be found; None if it is missing.

    CloudFront overwrites an id that a caller sends. A caller of the API's own address can invent one.
    """
    headers = event.get("headers")
    request_id: str | None = headers.get("x-amz-cf-id") if isinstance(headers, Mapping) else None
    return request_id


class Call:
    """What a request holds. Each reader raises RefusalError 400 for a value that it does not accept."""

    event: Event

    def path_uuid(self, name: str) -> str:
        """The UUID in lower case in the route's path parameter `name`."""
        value = str((self.event.get("pathParameters") or {}).get(name))
        if not is_uuid(value):
            raise RefusalError(400, f"{name} must be a UUID in lower case")
        return value

    def path(self, name: str) -> str | None:
        """The route's path parameter `name` as the caller sent it, or None. Check it before use."""
        value: str | None = (self.event.get("pathParameters") or {}).get(name)
        return value

    def query(self, name: str) -> str | None:
        """The query parameter `name` as the caller sent it, or None. Check it before use."""
        value: str | None = (self.event.get("queryStringParameters") or {}).get(name)
        return value

    def page_size(self, maximum: int = MAXIMUM_PAGE_ROWS) -> int:
        """The number of rows that the caller asks for by the query parameter `limit`: 1 to `maximum`, the default."""
        text = self.query("limit") or str(maximum)
        if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= maximum):
            raise RefusalError(400, f"limit must be a whole number from 1 to {maximum}")
        return int(text)

    def body(self) -> "Body":
        """The JSON object in the request's body, of at most 64 KB."""
        raw = self.event.get("body") or ""
        try:
            content = base64.b64decode(raw) if self.event.get("isBase64Encoded") else raw.encode()
        except ValueError:
            raise RefusalError(400, NOT_JSON) from None
        if len(content) > MAXIMUM_BODY_BYTES:
            raise RefusalError(400, f"the body must be at most {MAXIMUM_BODY_BYTES} bytes")
        return Body.of_json(content)


@dataclass(frozen=True)
class Request(Call):
    """A call by a verified caller."""

    caller: Caller
    event: Event
    id: str  # the invocation's id, which every log line about it holds


@dataclass(frozen=True)
class MachineRequest(Call):
    """A call by a verified machine."""

    machine: Machine
    event: Event
    id: str  # the invocation's id, which every log line about it holds


@dataclass(frozen=True)
class Body:
    """A JSON object. Each reader raises RefusalError 400 for a field of another type or size."""

    fields: Mapping[str, Any]

    @classmethod
    def of_json(cls, content: bytes) -> "Body":
        """The object that this JSON describes."""
        try:
            value = json.loads(content)
        except (ValueError, RecursionError):
            raise RefusalError(400, NOT_JSON) from None
        if not isinstance(value, dict):
            raise RefusalError(400, "the body must be a JSON object")
        return cls(value)

    def text(self, name: str, *, maximum: int) -> str:
        """A text of 1 to `maximum` characters that PostgreSQL can store, without white space around it."""
        value = self.fields.get(name)
        # PostgreSQL fails on a NUL and on a lone surrogate.
        if isinstance(value, str) and "\0" not in value and not any("\ud800" <= c <= "\udfff" for c in value):
            value = value.strip()
            if 1 <= len(value) <= maximum:
                return value
        raise RefusalError(400, f"{name} must be a text of 1 to {maximum} characters")

    def whole_number(self, name: str, *, minimum: int, maximum: int) -> int:
        """A whole number from `minimum` to `maximum`, both included. 1.0 and true are refused."""
        value = self.fields.get(name)
        if type(value) is int and minimum <= value <= maximum:
            return value
        raise RefusalError(400, f"{name} must be a whole number from {minimum} to {maximum}")

    def uuid(self, name: str) -> str | None:
        """A UUID in lower case, or None if the field is absent or null."""
        value: str | None = self.fields.get(name)
        if value is None or is_uuid(value):
            return value
        raise RefusalError(400, f"{name} must be a UUID in lower case")

    def object(self, name: str) -> "Body":
        """A JSON object, such as the `detail` of an event, with the same readers."""
        value = self.fields.get(name)
        if isinstance(value, dict):
            return Body(value)
        raise RefusalError(400, f"{name} must be a JSON object")


@contextmanager
def _at_least(seconds: float) -> Iterator[None]:
    """Ends no earlier than after so many seconds, also if the block raises an error."""
    end = time.monotonic() + seconds
    try:
        yield
    finally:
        time.sleep(max(0, end - time.monotonic()))


def endpoint(
    action: str, *, roles: frozenset[str] | None = None, at_least_seconds: float = 0
) -> Callable[[Callable[[Request], Response]], Callable[[Event, LambdaContext], Response]]:
    """Makes a Lambda handler of a function that responds to a Request of a caller with one of `roles`.

    Without `roles`, all declared roles are allowed. Without a valid token the function does not run, and the response
    is 401 or 403. A RefusalError becomes the response. Any other error is logged and raised as FailedCallError, so that
    Lambda counts it; of an error other than FailedCallError only the type is logged and raised, because its message may
    quote data. Each call writes one log line with `action`, tenant, user, status and milliseconds. A response to an
    allowed caller takes `at_least_seconds`, for handlers whose time would reveal what they found.
    """

    def decorate(respond: Callable[[Request], Response]) -> Callable[[Event, LambdaContext], Response]:
        @functools.wraps(respond)
        def handler(event: Event, context: LambdaContext) -> Response:
            def answer(logged: dict[str, Any]) -> Response:
                caller = caller_of(event)
                logged.update(tenant_id=caller.tenant_id, user_id=caller.user_id)
                if roles is not None and caller.role not in roles:
                    raise RefusalError(403, "the caller's role does not allow this")
                with _at_least(at_least_seconds):
                    return respond(Request(caller, event, context.aws_request_id))

            return answered(action, event, context, answer)

        return handler

    return decorate


def machine_endpoint(
    action: str,
) -> Callable[[Callable[[MachineRequest], Response]], Callable[[Event, LambdaContext], Response]]:
    """Makes a Lambda handler of a function that responds to a MachineRequest, on a route with scopes of machines.

    It treats errors as `endpoint` does. A user's token gets 401, whatever its scopes. Each call writes one log line
    with `action`, the machine's name as `client`, its tenant if it has one, status and milliseconds.
    """

    def decorate(respond: Callable[[MachineRequest], Response]) -> Callable[[Event, LambdaContext], Response]:
        @functools.wraps(respond)
        def handler(event: Event, context: LambdaContext) -> Response:
            def answer(logged: dict[str, Any]) -> Response:
                machine = machine_of(event)
                logged.update(tenant_id=machine.tenant_id, client=machine.name)
                return respond(MachineRequest(machine, event, context.aws_request_id))

            return answered(action, event, context, answer)

        return handler

    return decorate


def answered(
    action: str, event: Event, context: LambdaContext, answer: Callable[[dict[str, Any]], Response]
) -> Response:
    """What `answer` returns or refuses, after one log line with the fields that it has added."""
    started = time.monotonic()
    logged: dict[str, Any] = {}
    failure: str | None = None
    try:
        result = answer(logged)
    except RefusalError as refusal:
        result = response(refusal.status, {"message": refusal.message})
    except Exception as error:
        failure = log.describe_error(error)
        result = response(500, {})
    log.write(
        action,
        request_id=context.aws_request_id,
        **logged,
        edgeRequestId=edge_request_id(event),
        status=result["statusCode"],
        durationMs=round((time.monotonic() - started) * 1000),
        error=failure,
    )
    if failure:
        raise FailedCallError(failure)
    return result
