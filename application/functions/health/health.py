"""GET /api/health: shows that the API reaches running code. It is public and reads nothing."""

from ffp_lambda import log
from ffp_lambda.http import Event, LambdaContext, Response, edge_request_id, response


def handler(event: Event, context: LambdaContext) -> Response:
    """Responds 200 to everybody."""
    log.write("health", request_id=context.aws_request_id, edgeRequestId=edge_request_id(event), status=200)
    return response(200, {"status": "ok"})
