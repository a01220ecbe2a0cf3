"""What every function of the sample runs, but for those of the library: no test asks for what it answers."""

from typing import Any

from ffp_lambda.http import LambdaContext, Response, response


def handler(event: dict[str, Any], context: LambdaContext) -> Response:
    """Answers that nothing is there."""
    return response(204, {"request": context.aws_request_id})
