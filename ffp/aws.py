"""AWS as the commands meet it: what it refuses, in short."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from ffp.project import ToolError


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
