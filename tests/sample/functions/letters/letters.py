"""Writes letters, with a package that no other function has in that version."""

from importlib.metadata import version
from typing import Any

import markupsafe
from ffp_lambda.http import LambdaContext, Response, response


def handler(event: dict[str, Any], context: LambdaContext) -> Response:
    """Tells which release escaped the caller's name."""
    name = markupsafe.escape(str(event.get("name", "")))
    return response(200, {"letter": f"Dear {name}", "by": version("markupsafe"), "request": context.aws_request_id})
