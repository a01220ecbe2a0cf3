"""GET /api/users: the users of the administrator's own tenant, invited ones included."""

from ffp_lambda import users
from ffp_lambda.http import Request, Response, endpoint, response


@endpoint("list-users", roles=frozenset({"administrator"}))
def handler(request: Request) -> Response:
    """Returns up to `limit` of the tenant's users, and `after`, which the request for the next page must send.

    A page takes one call to Cognito, however many users other tenants have.
    """
    limit = request.page_size(maximum=users.MOST_IN_A_PAGE)
    page, after = users.page(request.caller.tenant_id, limit, request.query("after"))
    listed = [
        {
            "userId": user.id,
            "email": user.email,
            "role": user.role,
            "enabled": user.enabled,
            "status": user.status,
        }
        for user in page
    ]
    return response(200, {"users": listed, "after": after})
