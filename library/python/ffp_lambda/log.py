"""Structured logs: one JSON object a line, which holds only declared fields with values in the expected format.

Handlers write ids, numbers, types of errors and fixed texts. The format check is a second line of defence: it withholds
texts with a capitalised word, a long number, an address or a token. It cannot recognise a user's text in lower case, so
handlers must not write any.
"""

import json
import logging
import os
import re
from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from botocore.exceptions import ClientError

from ffp_lambda.errors import FailedCallError
from ffp_lambda.tenancy import TENANCY
from ffp_lambda.tenant import is_uuid

WITHHELD = "[withheld]"

# Patterns that are frequent in personal data and that fixed texts do not contain. Because of the last one, messages of
# errors are in lower case. E-mail addresses are withheld because `_FIXED_TEXT` does not allow their @.
_PERSONAL = re.compile(
    "|".join(
        (
            r"eyJ",  # JSON web tokens
            r"(?=[\w+/=-]*[0-9])(?=[\w+/=-]*[A-Z])[\w+/=-]{20,}",  # other tokens, keys and passwords
            r"[0-9](?:[ ().+/-]*[0-9]){6,}",  # telephone numbers, dates of birth
            r"[0-9]+(?:\.[0-9]+){3}|(?:[0-9A-Fa-f]*:){2,}",  # IP addresses
            r"\b[A-Z][a-z]+\b",  # names of people and places
        )
    )
)
_FIXED_TEXT = re.compile(r"[A-Za-z0-9 _.,:;'/()-]{1,200}")


def _is_fixed_text(value: object) -> bool:
    return isinstance(value, str) and bool(_FIXED_TEXT.fullmatch(value)) and not _PERSONAL.search(value)


def _matches(pattern: str) -> Callable[[object], bool]:
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and bool(compiled.fullmatch(value))


# Names of Python's and AWS's error types. They have a capital within, or a word such as Error: a person's name has not.
_is_error_type = _matches(r"(?=\w*(?:[a-z][A-Z]|[Ee]rror|[Ee]xception|[Tt]imeout|Throttl(?:ed|ing)))[A-Za-z_]{1,60}")
_is_hyphenated = _matches(r"[a-z][A-Za-z-]{0,63}")


def _is_number(value: object) -> bool:
    return type(value) is int and 0 <= value < 1_000_000


# The fields of a line in their order, each with the check of its values.
_FIELDS: dict[str, Callable[[object], bool]] = {
    # Lambda filters log lines by `timestamp` and `level`, so these names are fixed.
    "timestamp": _matches(r"[0-9T:.+-]{20,40}"),
    "level": _matches("DEBUG|INFO|WARNING|ERROR|CRITICAL"),
    "environment": _matches(r"[a-z][a-z0-9-]{0,31}"),
    "action": lambda value: _is_hyphenated(value) and _is_fixed_text(value),
    TENANCY.log_field: is_uuid,
    "userId": is_uuid,
    "client": _matches(r"[a-z][a-z0-9-]{0,63}"),  # a machine's name
    "requestId": lambda value: is_uuid(value) or _is_fixed_text(value),
    "edgeRequestId": _matches(r"[A-Za-z0-9_-]{54}=="),  # the request's id in CloudFront's log
    "status": _is_number,
    "durationMs": _is_number,
    "error": lambda value: _is_error_type(value) or _is_fixed_text(value),  # a type or a fixed text
    "outcome": _is_fixed_text,
    "secret": _matches(r"[a-z][a-z0-9-]{0,127}"),  # a secret's name
    "sent": _is_number,
    "failed": _is_number,
    "migrations": _is_number,
    "users": _is_number,
    "groups": _is_number,
    "memberships": _is_number,
    "messageId": is_uuid,  # of SQS
    "tries": _is_number,
}


class Formatter(LambdaPowertoolsFormatter):
    """Writes only the fields above, so that a record's error message or traceback is never written."""

    def __init__(self) -> None:
        super().__init__(utc=True, use_rfc3339=True, serialize_stacktrace=False)

    def format(self, record: logging.LogRecord) -> str:
        """Returns the record's line. A record whose message cannot be formatted gets a line without it."""
        try:
            return super().format(record)
        except Exception:
            # If the error were raised, `logging` would print the record's arguments.
            return self.serialize({"timestamp": self.formatTime(record), "level": record.levelname, "message": ""})

    def serialize(self, log: Mapping[str, Any]) -> str:
        """Returns the line, with `[withheld]` in place of each value that fails its field's check."""
        values = {
            **log,
            "environment": os.environ.get("ENVIRONMENT"),
            "action": log.get("message"),
            "error": log.get("error", log.get("exception_name")),
        }
        return json.dumps(
            {
                name: values[name] if is_valid(values[name]) else WITHHELD
                for name, is_valid in _FIELDS.items()
                if values.get(name) is not None
            }
        )


_LOGGER = Logger(service="ffp", logger_formatter=Formatter())
# The root logger's handler would write each record a second time, unfiltered.
logging.getLogger("ffp").propagate = False
# At lower levels these libraries log what they send and receive, secrets included.
for _library in ("boto3", "botocore", "urllib3"):
    logging.getLogger(_library).setLevel(logging.WARNING)


def write(
    action: str,
    *,
    request_id: str,
    tenant_id: str | None = None,
    user_id: str | None = None,
    error: str | None = None,
    **details: int | str | None,
) -> None:
    """Writes one line of JSON about `action`, a few words joined by hyphens. With an `error` its level is ERROR.

    `request_id` is `request.id` or the context's; tenant and user are the caller's. `details` are fields that this
    module declares, such as `outcome`, `status` or `durationMs`; others are left out. A value that fails its field's
    check is written as `[withheld]`.
    """
    fields = {TENANCY.log_field: tenant_id, "userId": user_id, "requestId": request_id, "error": error, **details}
    write_line = _LOGGER.info if error is None else _LOGGER.error
    write_line(action, extra={name: value for name, value in fields.items() if name in _FIELDS})


def describe_error(error: Exception) -> str:
    """A FailedCallError's message, or another error's type: other messages may quote data and must not be logged."""
    if isinstance(error, ClientError):
        return str(error.response["Error"]["Code"])  # AWS's name of its type
    if not isinstance(error, FailedCallError):
        return type(error).__name__
    return str(error) if _is_fixed_text(str(error)) else WITHHELD
