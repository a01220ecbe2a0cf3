"""GET /api/profile: the caller's own profile."""

from ffp_lambda.database import rows, tenant_session
from ffp_lambda.errors import RefusalError
from ffp_lambda.http import Request, Response, endpoint, response


@endpoint("get-profile")
def handler(request: Request) -> Response:
    """Returns the profile, or 404 if the caller has not written one yet."""
    with tenant_session(request.caller.tenant_id) as session:
        found = rows(
            session,
            'select display_name as "displayName", weekly_goal as "weeklyGoal", updated_at as "updatedAt" '
            "from profiles where user_id = :user",
            user=request.caller.user_id,
        )
    if not found:
        raise RefusalError(404, "there is no profile yet")
    return response(200, found[0])
