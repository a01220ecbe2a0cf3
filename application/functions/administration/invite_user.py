"""POST /api/users: invites a user to the administrator's own tenant, or repeats an invitation."""

from ffp_lambda import log, users
from ffp_lambda.errors import RefusalError
from ffp_lambda.http import Request, Response, endpoint, response
from ffp_lambda.tenancy import TENANCY


@endpoint("invite-user", roles=frozenset({"administrator"}), at_least_seconds=users.ANSWER_SECONDS)
def handler(request: Request) -> Response:
    """Invites `email` as `role` and responds 201. An invited user who has not signed in yet gets a new mail.

    Responds 409 only because of users of the caller's own tenant. An address that belongs to another tenant's user is
    treated and listed like a new one; otherwise administrators could find out who is a patient of another tenant.
    """
    body, tenant = request.body(), request.caller.tenant_id
    email = users.address_in(body)
    role = body.text("role", maximum=32)
    if role not in TENANCY.roles:
        raise RefusalError(400, f"role must be one of {', '.join(sorted(TENANCY.roles))}")
    user = _invite(request, email, role)
    if not user.is_invited:
        raise RefusalError(409, "this person is a user already")
    if user.role != role:
        raise RefusalError(409, f"this person is invited as {user.role}: withdraw that invitation first")
    users.join(user, tenant)
    return response(201, {"userId": user.id, "role": role})


def _invite(request: Request, email: str, role: str) -> users.User:
    """The invited user in the caller's tenant, or the stand-in if the address belongs to another tenant's user."""
    tenant = request.caller.tenant_id
    stand_in = users.stand_in(tenant, email)
    if user := users.find(stand_in) or users.create(email, tenant, role):
        return user
    user = users.find(email)
    if user and user.tenant_id == tenant:
        if user.is_invited and user.role == role:
            users.resend(email)
        return user
    if user:
        # A metric counts these lines, and more than a few raise an alarm. The caller does not notice any difference.
        log.write(
            "refuse-invitation",
            request_id=request.id,
            tenant_id=tenant,
            user_id=request.caller.user_id,
            outcome="the address is of another tenant",
        )
        user = users.create(stand_in, tenant, role, in_place_of=email) or users.find(stand_in)
    if user is None:
        raise RefusalError(409, "this invitation was withdrawn just now: invite again")
    return user
