"""Invitations: repeated and withdrawn. An unused address and one of another tenant's user give the same responses."""

import secrets
from collections.abc import Callable
from functools import partial

from ffp.emulator.smoke.front_door_sign_in import AREA
from ffp.emulator.smoke.kit import TENANTS, Case
from ffp.emulator.smoke.walk import Walk, status_and_reason


def _of_nobody(_: Walk) -> str:
    return f"nora-{secrets.token_hex(4)}@tenant.example"


def _of_the_other_tenant(walk: Walk) -> str:
    return walk.user("patient", 1).name


def _life(walk: Walk, choose: Callable[[Walk], str]) -> str:
    """What the first tenant's administrator sees: invites twice, lists, changes the role, withdraws and lists again."""
    email, token = choose(walk), walk.sign_in(walk.user("administrator")).access

    def post(path: str, **body: str) -> str:
        return status_and_reason(walk.call("POST", path, token=token, body={"email": email, **body}))

    def look() -> str:
        listed = walk.call("GET", "/api/users", token=token).json()["users"]
        return next((f"{user['role']} {user['status']}" for user in listed if user["email"] == email), "not listed")

    return ", ".join(
        (
            *(post("/api/users", role="patient") for _ in range(2)),
            look(),
            post("/api/users", role="clinician"),
            post("/api/users/withdrawal"),
            look(),
            "the other tenant's user as before" if _other_tenants(walk) else "the other tenant's user is gone",
        )
    )


def _other_tenants(walk: Walk) -> bool:
    found = walk.client("cognito-idp").admin_get_user(
        UserPoolId=walk.outputs["user-pool"], Username=_of_the_other_tenant(walk)
    )
    attributes = {each["Name"]: each["Value"] for each in found["UserAttributes"]}
    return TENANTS[1] in attributes.values() and found["UserStatus"] == "CONFIRMED"


def _own(walk: Walk, path: str) -> str:
    body = {"email": walk.user("clinician").name, "role": "clinician"}
    return status_and_reason(walk.call("POST", path, token=walk.sign_in(walk.user("administrator")).access, body=body))


_SEEN = (
    "201, 201, patient FORCE_CHANGE_PASSWORD, 409 this person is invited as patient: withdraw that invitation first, "
    "200, not listed, the other tenant's user as before"
)
_case = partial(Case, AREA)

CASES: tuple[Case, ...] = (
    _case("an invitation of somebody new", _SEEN, partial(_life, choose=_of_nobody)),
    _case("an invitation of a user of the other tenant", _SEEN, partial(_life, choose=_of_the_other_tenant)),
    _case("an invitation of one's own user", "409 this person is a user already", partial(_own, path="/api/users")),
    _case(
        "the withdrawal of one's own user",
        "409 this person has accepted the invitation",
        partial(_own, path="/api/users/withdrawal"),
    ),
)
