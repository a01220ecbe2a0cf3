"""The users of the pool USER_POOL_ID by tenant. The bindings `AdministerUsers` and `WithdrawInvitations` set it.

Cognito cannot filter users by a custom attribute, so each tenant has a group that lists its users. The attribute, which
never changes, decides to which tenant a user belongs. Other errors of Cognito are raised as botocore's ClientError.
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
# A response about an e-mail address takes this long, so that its time does not reveal which calls were made.
ANSWER_SECONDS = 2.0

_UNREACHABLE = ".invalid"  # a top-level domain that never exists (RFC 2606)
# Checks only the form; whether the address exists shows when the invitation is sent.
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]{2,}")
_TENANT, _ROLE = f"custom:{TENANCY.tenant}", f"custom:{TENANCY.role}"


@dataclass(frozen=True)
class User:
    """One user, or an invitation that nobody has accepted yet."""

    name: str  # Cognito's user name, which a later user with the same address does not have
    id: str | None
    email: str | None
    tenant_id: str | None
    role: str | None
    status: str
    enabled: bool

    @property
    def is_invited(self) -> bool:
        """Whether the user has not signed in yet."""
        return self.status == "FORCE_CHANGE_PASSWORD"


def address_in(body: Body) -> str:
    """The e-mail address in the body's field `email`, in lower case; RefusalError 400 without one."""
    email = body.text("email", maximum=254).lower()
    if not _EMAIL.fullmatch(email) or email.endswith(_UNREACHABLE):
        raise RefusalError(400, "email must be an e-mail address")
    return email


def stand_in(tenant_id: str, email: str) -> str:
    """The user name for an invitation that is not sent, because another tenant has a user with this address.

    It depends only on the tenant and the address, and no mail can reach it.
    """
    digest = hashlib.sha256(f"{tenant_id} {email}".encode()).hexdigest()
    return f"{digest[:40]}@invitation{_UNREACHABLE}"


def find(username: str) -> User | None:
    """The user with this address, or None. It may be another tenant's, so the handler must compare `tenant_id`."""
    try:
        answer = COGNITO.admin_get_user(UserPoolId=_pool(), Username=username)
    except COGNITO.exceptions.UserNotFoundException:
        return None
    return _user(answer, answer["UserAttributes"])


def create(username: str, tenant_id: str, role: str, *, in_place_of: str | None = None) -> User | None:
    """Invites a user by mail; None if the user name is taken. The user's tenant never changes afterwards.

    With `in_place_of`, an address, it creates the invitation without sending a mail to it. Raises RefusalError 400 for
    an address that Cognito does not accept.
    """
    required = {"email": username, "email_verified": "true", _TENANT: tenant_id, _ROLE: role}
    attributes = required | ({"name": in_place_of} if in_place_of else {})
    no_mail: Any = {"MessageAction": "SUPPRESS"} if in_place_of else {}  # the stubs do not know the optional argument
    try:
        user = COGNITO.admin_create_user(
            UserPoolId=_pool(),
            Username=username,
            UserAttributes=[{"Name": name, "Value": value} for name, value in attributes.items()],
            DesiredDeliveryMediums=["EMAIL"],
            **no_mail,
        )["User"]
    except COGNITO.exceptions.UsernameExistsException:
        return None
    except COGNITO.exceptions.InvalidParameterException:
        raise RefusalError(400, "this address is not accepted") from None
    return _user(user, user["Attributes"])


def resend(email: str) -> None:
    """Mails a new temporary password, which is valid for as long as the first one was."""
    COGNITO.admin_create_user(
        UserPoolId=_pool(), Username=email, MessageAction="RESEND", DesiredDeliveryMediums=["EMAIL"]
    )


def delete(user: User) -> None:
    """Deletes this user, but not another one who has been invited to the same address meanwhile.

    Does nothing if the user no longer exists.
    """
    with contextlib.suppress(COGNITO.exceptions.UserNotFoundException):
        COGNITO.admin_delete_user(UserPoolId=_pool(), Username=user.name)


def join(user: User, tenant_id: str) -> None:
    """Adds the user to the tenant's group and creates the group if it is missing. It can be repeated."""
    membership = {"UserPoolId": _pool(), "GroupName": tenant_id, "Username": user.name}
    try:
        COGNITO.admin_add_user_to_group(**membership)
    except COGNITO.exceptions.ResourceNotFoundException:
        with contextlib.suppress(COGNITO.exceptions.GroupExistsException):
            COGNITO.create_group(UserPoolId=_pool(), GroupName=tenant_id)
        COGNITO.admin_add_user_to_group(**membership)


def page(tenant_id: str, limit: int, after: str | None) -> tuple[list[User], str | None]:
    """Up to `limit` users of the tenant, at most 60, in one call, and the `after` of the next page; None at the end.

    Leaves out users of other tenants, even if they are in the group. Raises RefusalError 400 for a bad `after`.
    """
    try:
        answer = COGNITO.list_users_in_group(
            UserPoolId=_pool(), GroupName=tenant_id, Limit=limit, **({"NextToken": after} if after else {})
        )
    except COGNITO.exceptions.ResourceNotFoundException:
        return [], None
    except COGNITO.exceptions.InvalidParameterException:
        raise RefusalError(400, "after must be the value that the previous page returned") from None
    users = [_user(each, each["Attributes"]) for each in answer["Users"]]
    return [user for user in users if user.tenant_id == tenant_id], answer.get("NextToken")


def _user(answer: Mapping[str, Any], attribute_list: Iterable[Mapping[str, Any]]) -> User:
    attributes = {entry["Name"]: entry.get("Value") for entry in attribute_list}
    email = attributes.get("email")
    return User(
        name=answer["Username"],
        id=attributes.get("sub"),
        # An invitation that was not sent holds the intended address in `name`.
        email=attributes.get("name") if str(email).endswith(_UNREACHABLE) else email,
        tenant_id=attributes.get(_TENANT),
        role=attributes.get(_ROLE),
        status=answer["UserStatus"],
        enabled=answer["Enabled"],
    )


def _pool() -> str:
    return os.environ["USER_POOL_ID"]
