"""Requests of webhooks as senders sign them, written here a second time."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ffp_lambda import webhook

from tests.library.secret_store import SecretStore, StoredSecret

ARN = "arn:aws:secretsmanager:eu-west-2:111111111111:secret:test-ffp-partner-Ab12Cd"
KEY = b"0123456789abcdefghijklmn"
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"
BODY = '{"test": 1}'
NOW = 1_800_000_000  # for tests that stop the clock


@contextmanager
def stored(*values: str) -> Iterator[StoredSecret]:
    """The partner's secret, which had these values one after the other."""
    store, secret = SecretStore(), StoredSecret()
    store.secrets[ARN] = secret
    for value in values:
        secret.put(value)
    store.serve(webhook.SECRETS)
    try:
        yield secret
    finally:
        store.leave(webhook.SECRETS)


def event(body: str | bytes | None, **headers: str) -> dict[str, Any]:
    """A request as the API hands it on; `_` in a header's name is `-`. Bytes arrive in base64."""
    encoded = isinstance(body, bytes)
    return {
        "version": "2.0",
        "headers": {name.replace("_", "-"): value for name, value in headers.items()},
        "requestContext": {},
        "body": base64.b64encode(body).decode() if isinstance(body, bytes) else body,
        "isBase64Encoded": encoded,
    }


def standard(
    body: str | bytes = BODY, *, key: bytes = KEY, at: int | None = None, message: str = "msg_1"
) -> dict[str, Any]:
    """A request in the form of Standard Webhooks, of NOW unless a time is given."""
    when = str(NOW if at is None else at)
    content = body if isinstance(body, bytes) else body.encode()
    digest = hmac.new(key, f"{message}.{when}.".encode() + content, hashlib.sha256).digest()
    return event(
        body,
        webhook_id=message,
        webhook_timestamp=when,
        webhook_signature=f"v1,{base64.b64encode(digest).decode()}",
    )


def hexadecimal(content: bytes, key: bytes = KEY) -> str:
    return hmac.new(key, content, hashlib.sha256).hexdigest()


def with_headers(request: dict[str, Any], **headers: str | None) -> dict[str, Any]:
    """A request with other headers; None leaves one out."""
    changed = {**request["headers"], **{name.replace("_", "-"): value for name, value in headers.items()}}
    return {**request, "headers": {name: value for name, value in changed.items() if value is not None}}


def stripe(body: str = BODY, key: bytes = KEY, at: int = NOW) -> dict[str, Any]:
    return event(body, stripe_signature=f"t={at},v1={hexadecimal(f'{at}.{body}'.encode(), key)},v0={'0' * 64}")


def github(body: str = BODY, key: bytes = KEY) -> dict[str, Any]:
    return event(body, x_hub_signature_256=f"sha256={hexadecimal(body.encode(), key)}")
