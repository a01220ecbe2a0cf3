"""Access to an environment's AWS account, with the caller's own credentials."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from ffp.project import BadInputError, ToolError
from settings import Environment


def clients_of(settings: Environment) -> Callable[..., Any]:
    """Returns a function that creates a boto3 client for a service, in the environment's region or in `region_name`.

    Raises BadInputError if the credentials belong to another account, and ToolError if AWS rejects them.
    """
    with as_tool_errors():
        session = boto3.Session(region_name=settings.region)
        account = session.client("sts").get_caller_identity()["Account"]
    if account != settings.account_id:
        raise BadInputError(
            f"credentials: they belong to account {account}, but {settings.name} is account {settings.account_id}; "
            "use credentials of that account"
        )
    return session.client


def error_code(error: ClientError) -> str:
    """The error code of AWS's response, or its HTTP status."""
    return str(error.response["Error"]["Code"])


@contextmanager
def as_tool_errors() -> Iterator[None]:
    """Turns errors of AWS and of the connection to it into ToolErrors.

    Their message has the operation and the error code, but nothing of the request, which may contain a secret.
    """
    try:
        yield
    except ClientError as error:
        raise ToolError(f"AWS refuses {error.operation_name}: {error_code(error)}") from None
    except BotoCoreError as error:
        raise ToolError(f"cannot reach AWS: {type(error).__name__}") from None
