"""GET /api/users: the users of the administrator's own tenant, and whom it has invited."""

from ffp_lambda import users
from ffp_lambda.http import Request, Response, endpoint, response


@endpoint("list-users", roles=frozenset({"administrator"}))
def handler(request: Request) -> Response:
    """Answers with up to `limit` of the tenant's users, and with `after`, to be sent for the next page.

    One call to Cognito a page, however many users there are of other tenants.
    """
    limit = request.page_size(maximum=users.MOST_IN_A_PAGE)
    found, after = users.page(request.caller.tenant_id, limit, request.query("after"))
    listed = [
        {
            "userId": user.id,
            "email": user.email,
            "role": user.role,
            "enabled": user.enabled,
            "status": user.status,
        }
        for user in found
    ]
    return response(200, {"users": listed, "after": after})
