"""POST /api/users/withdrawal: withdraws an invitation that nobody has accepted.

The address is in the body and not in the path, because paths are logged.
"""

from ffp_lambda import users
from ffp_lambda.errors import RefusalError
from ffp_lambda.http import Request, Response, endpoint, response


@endpoint("withdraw-invitation", roles=frozenset({"administrator"}), at_least_seconds=users.ANSWER_SECONDS)
def handler(request: Request) -> Response:
    """Withdraws the invitation of `email` to the caller's tenant and responds 200, also if there is none.

    Responds 409 for a user of the caller's own tenant who has signed in. Other tenants' users and invitations are
    treated as if they did not exist.
    """
    tenant = request.caller.tenant_id
    email = users.address_in(request.body())
    for name in (email, users.stand_in(tenant, email)):
        user = users.find(name)
        if user is None or user.tenant_id != tenant:
            continue
        if not user.is_invited:
            raise RefusalError(409, "this person has accepted the invitation")
        users.delete(user)
    return response(200, {})
