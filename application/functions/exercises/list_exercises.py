"""GET /api/exercises: the tenant's exercises, a page at a time."""

from ffp_lambda.database import rows, tenant_session
from ffp_lambda.errors import RefusalError
from ffp_lambda.http import Request, Response, endpoint, response
from ffp_lambda.tenant import is_uuid

FIRST = "00000000-0000-0000-0000-000000000000"


@endpoint("list-exercises")
def handler(request: Request) -> Response:
    """Returns up to `limit` exercises that follow the exercise `after`, and the `after` of the next page."""
    limit = request.page_size()
    after = request.query("after") or FIRST
    if not is_uuid(after):
        raise RefusalError(400, "after must be a UUID in lower case")
    with tenant_session(request.caller.tenant_id) as session:
        found = rows(
            session,
            'select exercise_id as "exerciseId", title, video_id as "videoId" '
            "from exercises where exercise_id > :after order by exercise_id limit :limit",
            after=after,
            limit=limit,
        )
    next_after = found[-1]["exerciseId"] if len(found) == limit else None
    return response(200, {"exercises": found, "after": next_after})
