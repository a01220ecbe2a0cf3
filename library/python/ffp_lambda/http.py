"""Requests and answers of the HTTP API (payload format 2.0)."""

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
from ffp_lambda.tenant import Caller, caller_of, is_uuid

Event = Mapping[str, Any]
Response = dict[str, Any]

MAXIMUM_BODY_BYTES = 64 * 1024
MAXIMUM_PAGE_ROWS = 100


class LambdaContext(Protocol):
    """The part of Lambda's context object that is used here."""

    aws_request_id: str


def response(status: int, body: object) -> Response:
    """An answer in JSON with this HTTP status, which no cache keeps.

    Times are written in ISO 8601, UUIDs as text; TypeError for another type that JSON does not know.
    """
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json", "cache-control": "no-store"},
        "body": json.dumps(body, default=_encoded),
    }


def _encoded(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in an answer")


def edge_request_id(event: Event) -> str | None:
    """The id by which CloudFront's log knows the request, and with it the caller's address; None where it has none.

    CloudFront puts its own in place of what a caller sends. Whoever calls the API's own address can make one up.
    """
    headers = event.get("headers")
    found: str | None = headers.get("x-amz-cf-id") if isinstance(headers, Mapping) else None
    return found


@dataclass(frozen=True)
class Request:
    """One call by a verified caller; each reader raises RefusalError 400 on what it cannot accept."""

    caller: Caller
    event: Event
    id: str  # of this call, in every line about it

    def path_uuid(self, name: str) -> str:
        """The UUID, in lower case, in the path parameter `name` of the route."""
        value = str((self.event.get("pathParameters") or {}).get(name))
        if not is_uuid(value):
            raise RefusalError(400, f"{name} must be a UUID in lower case")
        return value

    def query(self, name: str) -> str | None:
        """The query parameter `name` as the caller wrote it, or None; to be checked before it is used."""
        value: str | None = (self.event.get("queryStringParameters") or {}).get(name)
        return value

    def page_size(self, maximum: int = MAXIMUM_PAGE_ROWS) -> int:
        """How many rows the caller wants: 1 to `maximum` by the query parameter `limit`; without it, `maximum`."""
        text = self.query("limit") or str(maximum)
        if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= maximum):
            raise RefusalError(400, f"limit must be a whole number from 1 to {maximum}")
        return int(text)

    def body(self) -> "Body":
        """The JSON object that was sent, of at most 64 KB."""
        raw = self.event.get("body") or ""
        try:
            content = base64.b64decode(raw) if self.event.get("isBase64Encoded") else raw.encode()
            if len(content) > MAXIMUM_BODY_BYTES:
                raise RefusalError(400, f"the body must be at most {MAXIMUM_BODY_BYTES} bytes")
            value = json.loads(content)
        except (ValueError, RecursionError):
            raise RefusalError(400, "the body must be JSON") from None
        if not isinstance(value, dict):
            raise RefusalError(400, "the body must be a JSON object")
        return Body(value)


@dataclass(frozen=True)
class Body:
    """A JSON object whose fields are read by type; each reader raises RefusalError 400 on another type or size."""

    fields: Mapping[str, Any]

    def text(self, name: str, *, maximum: int) -> str:
        """A text of 1 to `maximum` characters, surrounding white space removed, which PostgreSQL can store."""
        value = self.fields.get(name)
        # PostgreSQL stores no NUL and no lone surrogate, and would fail on them.
        if isinstance(value, str) and "\0" not in value and not any("\ud800" <= c <= "\udfff" for c in value):
            value = value.strip()
            if 1 <= len(value) <= maximum:
                return value
        raise RefusalError(400, f"{name} must be a text of 1 to {maximum} characters")

    def whole_number(self, name: str, *, minimum: int, maximum: int) -> int:
        """A whole number from `minimum` to `maximum`, both included; neither 1.0 nor true is one."""
        value = self.fields.get(name)
        if type(value) is int and minimum <= value <= maximum:
            return value
        raise RefusalError(400, f"{name} must be a whole number from {minimum} to {maximum}")

    def uuid(self, name: str) -> str | None:
        """A UUID in lower case, or None where the field is absent or null."""
        value: str | None = self.fields.get(name)
        if value is None or is_uuid(value):
            return value
        raise RefusalError(400, f"{name} must be a UUID in lower case")


@contextmanager
def _lasting(seconds: float) -> Iterator[None]:
    """Lasts as long as that, whether what is done there ends sooner or fails."""
    end = time.monotonic() + seconds
    try:
        yield
    finally:
        time.sleep(max(0, end - time.monotonic()))


def endpoint(
    action: str, *, roles: frozenset[str] | None = None, at_least_seconds: float = 0
) -> Callable[[Callable[[Request], Response]], Callable[[Event, LambdaContext], Response]]:
    """Makes a Lambda handler of a function that answers a Request of a caller who has one of `roles`.

    Without a valid token it answers 401 or 403 and the function does not run. A RefusalError becomes its answer. Any
    other error is logged and raised as FailedCallError, so that it counts as the function's error; of one that is not
    our own, only the kind is written anywhere: its message may quote data. Each call writes one log line with `action`,
    tenant, user, status and milliseconds. An answer to an allowed caller takes `at_least_seconds`, where its time would
    tell what was found.
    """

    def decorate(answer: Callable[[Request], Response]) -> Callable[[Event, LambdaContext], Response]:
        @functools.wraps(answer)
        def handler(event: Event, context: LambdaContext) -> Response:
            started = time.monotonic()
            caller: Caller | None = None
            failure: str | None = None
            try:
                caller = caller_of(event)
                if roles is not None and caller.role not in roles:
                    raise RefusalError(403, "the caller's role does not allow this")
                with _lasting(at_least_seconds):
                    result = answer(Request(caller, event, context.aws_request_id))
            except RefusalError as refusal:
                result = response(refusal.status, {"message": refusal.message})
            except Exception as error:
                failure = log.told(error)
                result = response(500, {})
            log.write(
                action,
                request_id=context.aws_request_id,
                tenant_id=caller.tenant_id if caller else None,
                user_id=caller.user_id if caller else None,
                edgeRequestId=edge_request_id(event),
                status=result["statusCode"],
                durationMs=round((time.monotonic() - started) * 1000),
                error=failure,
            )
            if failure:
                raise FailedCallError(failure)
            return result

        return handler

    return decorate
