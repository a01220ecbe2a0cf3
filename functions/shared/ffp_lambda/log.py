"""Structured logs: one JSON object a line, and never a name, an address or a text that somebody wrote."""

import json
import logging
import os
import sys
from datetime import UTC, datetime

from ffp_lambda.tenancy import TENANCY


class JsonFormatter(logging.Formatter):
    """Writes the fields that the saved Logs Insights queries read."""

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, object] = {
            # Lambda filters our lines by `timestamp` and `level`, so both keep the names it looks for.
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "environment": os.environ.get("ENVIRONMENT"),
            "action": record.getMessage(),
        }
        return json.dumps(fields | getattr(record, "fields", {}))


def _logger() -> logging.Logger:
    logger = logging.getLogger("ffp")
    if not logger.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(JsonFormatter())
        logger.addHandler(handler)
        logger.setLevel(os.environ.get("LOG_LEVEL", "INFO"))
        # Lambda's root handler would write every line a second time.
        logger.propagate = False
    return logger


def write(
    action: str,
    *,
    request_id: str,
    level: int = logging.INFO,
    tenant_id: str | None = None,
    user_id: str | None = None,
    **details: int | float | str | None,
) -> None:
    """Writes one line about `action`; `details` are numbers and identifiers, never personal data."""
    fields = {TENANCY.log_field: tenant_id, "userId": user_id, "requestId": request_id, **details}
    _logger().log(level, action, extra={"fields": fields})
