"""POST /api/users: invites a user into the administrator's own tenant, or once more."""

from ffp_lambda import log, users
from ffp_lambda.errors import RefusalError
from ffp_lambda.http import Request, Response, endpoint, response
from ffp_lambda.tenancy import TENANCY


@endpoint("invite-user", roles=frozenset({"administrator"}), at_least_seconds=users.ANSWER_SECONDS)
def handler(request: Request) -> Response:
    """Invites `email` as `role` and answers 201; who was invited before and has not come is sent a new mail.

    409 is about the caller's own tenant alone. An address of another tenant's is answered, and listed, like one that
    is invited for the first time, or an administrator could find out who is a patient of others.
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
    """The user of that address in the caller's tenant, who has got a mail, or what stands in for one of another's."""
    tenant = request.caller.tenant_id
    kept = users.stand_in(tenant, email)
    if user := users.find(kept) or users.create(email, tenant, role):
        return user
    user = users.find(email)
    if user and user.tenant_id == tenant:
        if user.is_invited and user.role == role:
            users.resend(email)
        return user
    if user:
        # Counted, and an alarm beyond a few: the caller learns nothing, and we learn who asks.
        log.write(
            "refuse-invitation",
            request_id=request.id,
            tenant_id=tenant,
            user_id=request.caller.user_id,
            outcome="the address is of another tenant",
        )
        user = users.create(kept, tenant, role, in_place_of=email) or users.find(kept)
    if user is None:
        raise RefusalError(409, "this invitation was withdrawn just now: invite again")
    return user
