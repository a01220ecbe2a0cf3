"""GET /api/health: tells that the front door leads to running code. Public, and reads nothing."""

from ffp_lambda import log
from ffp_lambda.http import Event, LambdaContext, Response, edge_request_id, response


def handler(event: Event, context: LambdaContext) -> Response:
    """Answers 200 to anyone."""
    log.write("health", request_id=context.aws_request_id, edgeRequestId=edge_request_id(event), status=200)
    return response(200, {"status": "ok"})
