"""Webhooks: requests that a sender signed with a secret which both know, on a route with `public=Webhook(…)`.

Nothing of a request is believed before its signature matches: neither its headers nor its body.
"""

import base64
import functools
import hashlib
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import boto3

from ffp_lambda.errors import FailedCallError, RefusalError
from ffp_lambda.http import Body, Event, LambdaContext, Response, answered, response
from ffp_lambda.signatures import GITHUB, STANDARD, STRIPE, Form, keys_of, standard, timed, untimed

__all__ = [
    "GITHUB",
    "STANDARD",
    "STRIPE",
    "Delivery",
    "RepeatedError",
    "Webhook",
    "receiver",
    "standard",
    "timed",
    "untimed",
]

SECRETS = boto3.client("secretsmanager")
MAXIMUM_BYTES = 256 * 1024
WINDOW_SECONDS = 300  # both ways: the sender's clock may be ahead
READ_AGAIN_SECONDS = 60  # so long a secret that people replaced is still accepted, and a new one not yet
_REFUSAL = "the signature is not valid"  # whatever the reason, which only the log tells


class RepeatedError(Exception):
    """A delivery that was received before: the sender gets a 200, so that it ends its tries, and nothing happens."""


@dataclass(frozen=True)
class Delivery:
    """One request with a valid signature."""

    secret: str  # the name of the secret that it is signed with
    id: str  # its id if the signature covers one, otherwise the digest of what is signed
    content: bytes  # the body as it arrived
    event: Event  # what else it holds; only with the form `standard` is a header signed, the id
    request_id: str  # the invocation's id, which every log line about it holds

    def body(self) -> Body:
        """The JSON object in the body. Raises RefusalError 400 for anything else."""
        return Body.of_json(self.content)


class _UnverifiedError(Exception):
    """A request whose signature is not accepted; its message is a fixed text for the log."""


class Webhook:
    """What verifies requests: the secret's name, and how its sender signs."""

    def __init__(self, secret: str, form: Form, *, maximum_bytes: int = MAXIMUM_BYTES) -> None:
        self._secret = secret
        self._form = form
        self._maximum_bytes = maximum_bytes
        self._keys: list[bytes] = []
        self._read_at = float("-inf")

    def verify(self, event: Event, request_id: str) -> Delivery:
        """The delivery in the request, if its signature is valid and its time at most five minutes from now."""
        content = _content(event, self._maximum_bytes)
        headers = event.get("headers")
        claim = self._form.claim(headers if isinstance(headers, Mapping) else {}, content)
        if claim is None or not claim.signatures:
            raise _UnverifiedError("no signature in the form that is expected")
        if claim.sent_at is not None and abs(time.time() - claim.sent_at) > WINDOW_SECONDS:
            raise _UnverifiedError("a time outside the window")
        if not self._form.is_signed(claim, self._current_keys()):
            raise _UnverifiedError("a signature that does not match")
        identity = claim.id or hashlib.sha256(claim.signed).hexdigest()
        return Delivery(self._secret, identity, content, event, request_id)

    def _current_keys(self) -> list[bytes]:
        """The keys of the secret's value and of the one before, read at most once a minute, whoever asks."""
        if time.monotonic() - self._read_at >= READ_AGAIN_SECONDS:
            self._keys = keys_of(self._form, _values(self._secret))
            self._read_at = time.monotonic()
        if not self._keys:
            raise FailedCallError("the secret holds no key that can verify")
        return self._keys


def _values(secret: str) -> list[str]:
    """The secret's value and the one before, without what is missing."""
    arn, values = os.environ[f"{secret.upper().replace('-', '_')}_SECRET_ARN"], []
    for stage in ("AWSCURRENT", "AWSPREVIOUS"):
        try:
            value = SECRETS.get_secret_value(SecretId=arn, VersionStage=stage)
        except SECRETS.exceptions.ResourceNotFoundException:
            continue
        values.append(value.get("SecretString", ""))
    return values


def _content(event: Event, maximum_bytes: int) -> bytes:
    """The body's bytes. A large one is refused before it is decoded."""
    raw = event.get("body")
    raw = raw if isinstance(raw, str) else ""
    too_large = RefusalError(413, f"the body must be at most {maximum_bytes} bytes")
    if len(raw) > (maximum_bytes + 2) * 4 // 3:  # what base64 makes of the longest
        raise too_large
    if event.get("isBase64Encoded"):
        try:
            content = base64.b64decode(raw, validate=True)
        except ValueError:
            raise _UnverifiedError("a body that is not base64") from None
    else:
        content = raw.encode("utf-8", "surrogatepass")
    if len(content) > maximum_bytes:
        raise too_large
    return content


def receiver(
    action: str, *, signed_with: str, form: Form, maximum_bytes: int = MAXIMUM_BYTES
) -> Callable[[Callable[[Delivery], Response]], Callable[[Event, LambdaContext], Response]]:
    """Makes a Lambda handler of a function that responds to a Delivery signed in this `form` with a secret.

    `signed_with` is its name, as in the route's `Webhook`; the binding `ReadSecret` sets the variable with its ARN.
    Without a valid signature the function does not run, and the response is 401; 413 for a body of more than
    `maximum_bytes`. The secret's value and the one before are both accepted; a new value within a minute. A
    RefusalError becomes the response, and a RepeatedError 200. Any other error is raised as FailedCallError: the
    response is 500, and senders try again. Each call writes one log line with `action`, the secret's name, status,
    milliseconds and, as `outcome`, why it was refused; nothing of the request but CloudFront's id.
    """
    webhook = Webhook(signed_with, form, maximum_bytes=maximum_bytes)

    def decorate(respond: Callable[[Delivery], Response]) -> Callable[[Event, LambdaContext], Response]:
        @functools.wraps(respond)
        def handler(event: Event, context: LambdaContext) -> Response:
            def answer(logged: dict[str, Any]) -> Response:
                logged.update(secret=signed_with)
                try:
                    return respond(webhook.verify(event, context.aws_request_id))
                except _UnverifiedError as refused:
                    logged.update(outcome=str(refused))
                    return response(401, {"message": _REFUSAL})
                except RepeatedError:
                    logged.update(outcome="received before")
                    return response(200, {})

            return answered(action, event, context, answer)

        return handler

    return decorate
