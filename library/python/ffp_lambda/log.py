"""Structured logs: one JSON object a line, of declared fields, each of which looks as it must.

The looks are a net under what handlers write, which is ids, numbers, kinds of errors and our own words. They hold back
what has a capitalised word, a long number, an address or a token in it. What somebody wrote in small letters looks like
our own words, and would pass: so no handler gives any.
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

# What no text of ours holds, and people's data often do. The last one is why our own words about failures are in lower
# case. An e-mail address has a character that they have not.
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
_WORDS = re.compile(r"[A-Za-z0-9 _.,:;'/()-]{1,200}")


def _are_own_words(value: object) -> bool:
    return isinstance(value, str) and bool(_WORDS.fullmatch(value)) and not _PERSONAL.search(value)


def _of_shape(pattern: str) -> Callable[[object], bool]:
    shape = re.compile(pattern)
    return lambda value: isinstance(value, str) and bool(shape.fullmatch(value))


# What errors are called, by Python and by AWS; a name of one word is called otherwise.
_is_kind = _of_shape(r"(?=\w*(?:[a-z][A-Z]|[Ee]rror|[Ee]xception|[Tt]imeout|Throttl(?:ed|ing)))[A-Za-z_]{1,60}")
_is_hyphenated = _of_shape(r"[a-z][A-Za-z-]{0,63}")


def _is_number(value: object) -> bool:
    return type(value) is int and 0 <= value < 1_000_000


# All that a line may hold, in its order, and what each value must look like.
_FIELDS: dict[str, Callable[[object], bool]] = {
    # Lambda filters our lines by `timestamp` and `level`, so both keep the names it looks for.
    "timestamp": _of_shape(r"[0-9T:.+-]{20,40}"),
    "level": _of_shape("DEBUG|INFO|WARNING|ERROR|CRITICAL"),
    "environment": _of_shape(r"[a-z][a-z0-9-]{0,31}"),
    "action": lambda value: _is_hyphenated(value) and _are_own_words(value),
    TENANCY.log_field: is_uuid,
    "userId": is_uuid,
    "requestId": lambda value: is_uuid(value) or _are_own_words(value),
    "edgeRequestId": _of_shape(r"[A-Za-z0-9_-]{54}=="),  # CloudFront's, by which its log knows the request
    "status": _is_number,
    "durationMs": _is_number,
    "error": lambda value: _is_kind(value) or _are_own_words(value),  # an error's kind, or ours
    "outcome": _are_own_words,
    "secret": _of_shape(r"[a-z][a-z0-9-]{0,127}"),  # its name
    "sent": _is_number,
    "failed": _is_number,
    "migrations": _is_number,
}


class Formatter(LambdaPowertoolsFormatter):
    """Writes the fields above and nothing else, whatever else a record carries: no message or traceback of an error."""

    def __init__(self) -> None:
        super().__init__(utc=True, use_rfc3339=True, serialize_stacktrace=False)

    def format(self, record: logging.LogRecord) -> str:
        """The record's line, also of a record whose message cannot be made."""
        try:
            return super().format(record)
        except Exception:
            # Passed on, `logging` would print the record's arguments.
            return self.serialize({"timestamp": self.formatTime(record), "level": record.levelname, "message": ""})

    def serialize(self, log: Mapping[str, Any]) -> str:
        """The line; a value that does not look as its field must is replaced by a mark, so that the fault shows."""
        given = {
            **log,
            "environment": os.environ.get("ENVIRONMENT"),
            "action": log.get("message"),
            "error": log.get("error", log.get("exception_name")),
        }
        return json.dumps(
            {
                name: given[name] if fits(given[name]) else WITHHELD
                for name, fits in _FIELDS.items()
                if given.get(name) is not None
            }
        )


_LOGGER = Logger(service="ffp", logger_formatter=Formatter())
# A handler of the root's would write every record a second time, as it came.
logging.getLogger("ffp").propagate = False
# At lower levels they write what they send and get, secrets included, wherever the root's level lets them.
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
    """Writes one line of JSON about `action`, a few words with hyphens; an `error` makes it one of level ERROR.

    `request_id` is `request.id` or the context's, tenant and user are the caller's. `details` are fields that this
    module declares, such as `outcome`, `status` or `durationMs`: any other is left out. A value that does not look as
    its field must is written as `[withheld]`.
    """
    fields = {TENANCY.log_field: tenant_id, "userId": user_id, "requestId": request_id, "error": error, **details}
    tell = _LOGGER.info if error is None else _LOGGER.error
    tell(action, extra={name: value for name, value in fields.items() if name in _FIELDS})


def told(error: Exception) -> str:
    """What may be written of an error anywhere: our own words, or only its kind, since its message may quote data."""
    if isinstance(error, ClientError):
        return str(error.response["Error"]["Code"])  # AWS's word for the kind
    if not isinstance(error, FailedCallError):
        return type(error).__name__
    return str(error) if _are_own_words(str(error)) else WITHHELD
