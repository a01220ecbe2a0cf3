"""GET /api/exercises/{exerciseId}: one exercise of the tenant."""

from ffp_lambda.database import rows, tenant_session
from ffp_lambda.errors import RefusalError
from ffp_lambda.http import Request, Response, endpoint, response


@endpoint("get-exercise")
def handler(request: Request) -> Response:
    """Returns the exercise. One of another tenant is 404, just like one that does not exist."""
    exercise = request.path_uuid("exerciseId")
    with tenant_session(request.caller.tenant_id) as session:
        found = rows(
            session,
            'select exercise_id as "exerciseId", title, description, video_id as "videoId" '
            "from exercises where exercise_id = :exercise",
            exercise=exercise,
        )
    if not found:
        raise RefusalError(404, "there is no such exercise")
    return response(200, found[0])
