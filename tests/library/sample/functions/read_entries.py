"""Reads the newest entries of the caller's tenant."""

from ffp_lambda.database import rows, tenant_session
from ffp_lambda.http import Request, Response, endpoint, response


@endpoint("read-entries")
def handler(request: Request) -> Response:
    """Answers with up to `limit` entries."""
    limit = request.page_size()
    with tenant_session(request.caller.tenant_id) as session:
        found = rows(session, "select body from entries order by created_at desc limit :limit", limit=limit)
    return response(200, {"entries": [each["body"] for each in found]})
