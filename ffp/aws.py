"""A person's way into an environment's account, by the credentials that the caller's surroundings give."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from ffp.project import BadInputError, ToolError
from settings import Environment


def clients_of(settings: Environment) -> Callable[[str], Any]:
    """What gives a client of a service there; BadInputError where the credentials are another account's."""
    with refusals_in_short():
        session = boto3.Session(region_name=settings.region)
        account = session.client("sts").get_caller_identity()["Account"]
    if account != settings.account_id:
        raise BadInputError(
            f"credentials: they are account {account}'s, and {settings.name} is {settings.account_id}; use its own"
        )
    return session.client  # type: ignore[return-value]  # the service is a Literal there


def code(refusal: ClientError) -> str:
    """The word, or the status of HTTP, with which AWS refused."""
    return str(refusal.response["Error"]["Code"])


@contextmanager
def refusals_in_short() -> Iterator[None]:
    """What AWS or the way to it refuses, as a ToolError: the call and its code, and nothing of what was sent."""
    try:
        yield
    except ClientError as refusal:
        raise ToolError(f"AWS refuses {refusal.operation_name}: {code(refusal)}") from None
    except BotoCoreError as failure:
        raise ToolError(f"AWS cannot be asked: {type(failure).__name__}") from None
