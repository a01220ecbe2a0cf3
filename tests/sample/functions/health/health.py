"""GET /api/health."""

from ffp_lambda import log
from ffp_lambda.http import Event, LambdaContext, Response, response


def handler(event: Event, context: LambdaContext) -> Response:
    """Answers 200 to anyone."""
    log.write("health", request_id=context.aws_request_id, status=200)
    return response(200, {"status": "ok"})
