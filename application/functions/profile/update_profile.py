"""PUT /api/profile: writes the caller's own profile."""

from ffp_lambda.database import rows, tenant_session
from ffp_lambda.http import Request, Response, endpoint, response


@endpoint("update-profile")
def handler(request: Request) -> Response:
    """Writes `displayName` and `weeklyGoal` (exercises a week) and returns the stored profile."""
    body = request.body()
    display_name = body.text("displayName", maximum=100)
    weekly_goal = body.whole_number("weeklyGoal", minimum=1, maximum=50)
    with tenant_session(request.caller.tenant_id) as session:
        written = rows(
            session,
            "insert into profiles (tenant_id, user_id, display_name, weekly_goal) "
            "values (:tenant, :user, :display_name, :weekly_goal) "
            "on conflict (tenant_id, user_id) do update set display_name = excluded.display_name, "
            "weekly_goal = excluded.weekly_goal, updated_at = now() "
            'returning display_name as "displayName", weekly_goal as "weeklyGoal", updated_at as "updatedAt"',
            tenant=request.caller.tenant_id,
            user=request.caller.user_id,
            display_name=display_name,
            weekly_goal=weekly_goal,
        )
    return response(200, written[0])
