"""The pool's users by tenant: each tenant has a Cognito group, since no filter reads an attribute of ours.

The group says whom to look at; the attribute, which never changes, says whose a user is. The pool is USER_POOL_ID's,
which `AdministerUsers` and `WithdrawInvitations` give; Cognito's other errors come as botocore's ClientError.
"""

import contextlib
import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import boto3

from ffp_lambda.errors import RefusalError
from ffp_lambda.http import Body
from ffp_lambda.tenancy import TENANCY

COGNITO = boto3.client("cognito-idp")

MOST_IN_A_PAGE = 60  # Cognito's own limit
# As long as answers about an address take, so that nobody reads from it how many calls were made.
ANSWER_SECONDS = 2.0

_NOWHERE = ".invalid"  # no mail has ever a way there (RFC 2606)
# A plain shape; whether the address exists is what the invitation finds out.
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]{2,}")
_TENANT, _ROLE = f"custom:{TENANCY.tenant}", f"custom:{TENANCY.role}"


@dataclass(frozen=True)
class User:
    """One user, or an invitation that nobody has accepted yet."""

    name: str  # Cognito's own, which no later user of the same address has
    id: str | None
    email: str | None
    tenant_id: str | None
    role: str | None
    status: str
    enabled: bool

    @property
    def is_invited(self) -> bool:
        """Whether the first sign-in is still to come."""
        return self.status == "FORCE_CHANGE_PASSWORD"


def address_in(body: Body) -> str:
    """The e-mail address in the body's field `email`, in lower case; RefusalError 400 without one."""
    email = body.text("email", maximum=254).lower()
    if not _EMAIL.fullmatch(email) or email.endswith(_NOWHERE):
        raise RefusalError(400, "email must be an e-mail address")
    return email


def stand_in(tenant_id: str, email: str) -> str:
    """The user name under which a tenant's invitation is kept that cannot be sent: the address is another tenant's.

    The same for the same two, and no address that mail could reach.
    """
    digest = hashlib.sha256(f"{tenant_id} {email}".encode()).hexdigest()
    return f"{digest[:40]}@invitation{_NOWHERE}"


def find(username: str) -> User | None:
    """The user of this address, or None. It may be another tenant's: the handler compares `tenant_id`."""
    try:
        found = COGNITO.admin_get_user(UserPoolId=_pool(), Username=username)
    except COGNITO.exceptions.UserNotFoundException:
        return None
    return _user(found, found["UserAttributes"])


def create(username: str, tenant_id: str, role: str, *, in_place_of: str | None = None) -> User | None:
    """Invites by mail, or, `in_place_of` an address, keeps an invitation without one; None where the name is taken.

    The user's tenant never changes afterwards. RefusalError 400 for an address that Cognito does not accept.
    """
    given = {"email": username, "email_verified": "true", _TENANT: tenant_id, _ROLE: role}
    attributes = given | ({"name": in_place_of} if in_place_of else {})
    quietly: Any = {"MessageAction": "SUPPRESS"} if in_place_of else {}  # the stubs know no optional arguments
    try:
        made = COGNITO.admin_create_user(
            UserPoolId=_pool(),
            Username=username,
            UserAttributes=[{"Name": name, "Value": value} for name, value in attributes.items()],
            DesiredDeliveryMediums=["EMAIL"],
            **quietly,
        )["User"]
    except COGNITO.exceptions.UsernameExistsException:
        return None
    except COGNITO.exceptions.InvalidParameterException:
        raise RefusalError(400, "this address is not accepted") from None
    return _user(made, made["Attributes"])


def resend(email: str) -> None:
    """Mails a new temporary password, which lasts as long as the first one did."""
    COGNITO.admin_create_user(
        UserPoolId=_pool(), Username=email, MessageAction="RESEND", DesiredDeliveryMediums=["EMAIL"]
    )


def delete(user: User) -> None:
    """Deletes the user by the name that no later user has, whoever is invited to the address meanwhile.

    Does nothing where the user is gone already.
    """
    with contextlib.suppress(COGNITO.exceptions.UserNotFoundException):
        COGNITO.admin_delete_user(UserPoolId=_pool(), Username=user.name)


def join(user: User, tenant_id: str) -> None:
    """Puts the user into the tenant's group, which is made for its first user; it may be done again."""
    membership = {"UserPoolId": _pool(), "GroupName": tenant_id, "Username": user.name}
    try:
        COGNITO.admin_add_user_to_group(**membership)
    except COGNITO.exceptions.ResourceNotFoundException:
        with contextlib.suppress(COGNITO.exceptions.GroupExistsException):
            COGNITO.create_group(UserPoolId=_pool(), GroupName=tenant_id)
        COGNITO.admin_add_user_to_group(**membership)


def page(tenant_id: str, limit: int, after: str | None) -> tuple[list[User], str | None]:
    """Up to `limit` users (60 at most) of the tenant by one call, and the next page's `after`, None at the end.

    A user of another tenant is never among them, whoever put it into the group. RefusalError 400 on a bad `after`.
    """
    try:
        found = COGNITO.list_users_in_group(
            UserPoolId=_pool(), GroupName=tenant_id, Limit=limit, **({"NextToken": after} if after else {})
        )
    except COGNITO.exceptions.ResourceNotFoundException:
        return [], None
    except COGNITO.exceptions.InvalidParameterException:
        raise RefusalError(400, "after must be what the page before gave") from None
    users = [_user(each, each["Attributes"]) for each in found["Users"]]
    return [user for user in users if user.tenant_id == tenant_id], found.get("NextToken")


def _user(found: Mapping[str, Any], listed: Iterable[Mapping[str, Any]]) -> User:
    attributes = {entry["Name"]: entry.get("Value") for entry in listed}
    return User(
        name=found["Username"],
        id=attributes.get("sub"),
        # Of an invitation that is kept without a mail, the address that was meant.
        email=attributes.get("name") if str(attributes.get("email")).endswith(_NOWHERE) else attributes.get("email"),
        tenant_id=attributes.get(_TENANT),
        role=attributes.get(_ROLE),
        status=found["UserStatus"],
        enabled=found["Enabled"],
    )


def _pool() -> str:
    return os.environ["USER_POOL_ID"]
