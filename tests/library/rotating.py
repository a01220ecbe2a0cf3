"""Calls of the rotation function as Secrets Manager makes them."""

from collections.abc import Iterable

from library.functions.rotation import rotate_secret as rotation
from tests.library.fakes import CONTEXT
from tests.library.secret_store import STEPS, StoredSecret

DATABASE_USERS = {"rotation": "database-users"}


def arn(name: str) -> str:
    return f"arn:aws:secretsmanager:eu-west-2:111122223333:secret:{name}-AbCdEf"


def call(secret: str, token: str, step: str) -> None:
    """One step."""
    rotation.handler({"SecretId": arn(secret), "ClientRequestToken": token, "Step": step}, CONTEXT)


def rotate(name: str, secret: StoredSecret, token: str | None = None, steps: Iterable[str] = STEPS) -> str:
    """A new rotation, or with a token another try of one; gives its token."""
    token = token or secret.begin()
    for step in steps:
        call(name, token, step)
    return token
