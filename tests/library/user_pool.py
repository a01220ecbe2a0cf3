"""Cognito's users and groups, behind the real client, which checks every call's parameters."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

POOL = "eu-west-2_Example01"
INVITED, CONFIRMED = "FORCE_CHANGE_PASSWORD", "CONFIRMED"


class RefusedError(Exception):
    """What Cognito answers with an error's code."""


@dataclass
class Stored:
    """One user, whose name is its `sub`, as in a pool in which people sign in by address."""

    attributes: dict[str, str]
    status: str = INVITED
    name: str = field(default_factory=lambda: str(uuid4()))
    enabled: bool = True
    passwords: list[str] = field(default_factory=list)

    def shown(self, key: str) -> dict[str, Any]:
        attributes = {"sub": self.name, **self.attributes}
        listed = [{"Name": name, "Value": value} for name, value in attributes.items()]
        return {"Username": self.name, key: listed, "Enabled": self.enabled, "UserStatus": self.status}


class UserPool:
    """All users by name, all groups by theirs, and what was called and mailed."""

    def __init__(self) -> None:
        self.users: dict[str, Stored] = {}
        self.groups: dict[str, list[str]] = {}
        self.calls: list[str] = []
        self.mails: list[str] = []
        self.before: dict[str, Callable[[], object]] = {}  # what somebody else does before an operation

    def serve(self, client: Any) -> None:
        """Answers the client's calls from now on."""
        client.meta.events.register("before-call.cognito-identity-provider", self._answer, unique_id="user-pool")

    def leave(self, client: Any) -> None:
        client.meta.events.unregister("before-call.cognito-identity-provider", unique_id="user-pool")

    def add(self, email: str, tenant: str | None, role: str = "member", status: str = CONFIRMED) -> Stored:
        """A user that is there already, in its tenant's group."""
        attributes = {"email": email, "custom:role": role, **({"custom:tenantId": tenant} if tenant else {})}
        user = Stored(attributes, status)
        self.users[user.name] = user
        self.groups.setdefault(str(tenant), []).append(user.name)
        return user

    def by_email(self, email: str) -> Stored | None:
        return next((user for user in self.users.values() if user.attributes["email"] == email), None)

    def _find(self, username: str) -> Stored:
        if user := self.users.get(username) or self.by_email(username):
            return user
        raise RefusedError("UserNotFoundException")

    def _answer(self, model: Any, params: dict[str, Any], **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        asked = json.loads(params["body"])
        assert asked.pop("UserPoolId") == POOL
        self.calls.append(model.name)
        if act := self.before.pop(model.name, None):
            act()
        try:
            return AWSResponse("", 200, HTTPHeaders(), None), getattr(self, f"_{model.name}")(**asked)
        except RefusedError as refused:
            error = {"Code": str(refused), "Message": "refused"}
            return AWSResponse("", 400, HTTPHeaders(), None), {"Error": error, "ResponseMetadata": {}}

    def _AdminCreateUser(  # noqa: N802 - Cognito's names
        self,
        Username: str,  # noqa: N803
        UserAttributes: list[dict[str, str]] | None = None,  # noqa: N803
        MessageAction: str | None = None,  # noqa: N803
        DesiredDeliveryMediums: list[str] | None = None,  # noqa: N803
    ) -> dict[str, Any]:
        assert DesiredDeliveryMediums == ["EMAIL"] or MessageAction == "SUPPRESS"
        if MessageAction == "RESEND":
            user = self._find(Username)
            if user.status != INVITED:
                raise RefusedError("UnsupportedUserStateException")
        elif self.by_email(Username):
            raise RefusedError("UsernameExistsException")
        elif Username.endswith("@refused.example"):
            raise RefusedError("InvalidParameterException")
        else:
            user = Stored({each["Name"]: each["Value"] for each in UserAttributes or []})
            assert user.attributes["email"] == Username
            self.users[user.name] = user
        if MessageAction != "SUPPRESS":
            self.mails.append(Username)
        return {"User": user.shown("Attributes")}

    def _AdminGetUser(self, Username: str) -> dict[str, Any]:  # noqa: N802, N803
        return self._find(Username).shown("UserAttributes")

    def _AdminSetUserPassword(  # noqa: N802
        self,
        Username: str,  # noqa: N803
        Password: str,  # noqa: N803
        Permanent: bool,  # noqa: N803
    ) -> dict[str, Any]:
        user = self._find(Username)
        user.passwords.append(Password)
        user.status = CONFIRMED if Permanent else INVITED
        return {}

    def _AdminDisableUser(self, Username: str) -> dict[str, Any]:  # noqa: N802, N803
        self._find(Username).enabled = False
        return {}

    def _AdminDeleteUser(self, Username: str) -> dict[str, Any]:  # noqa: N802, N803
        user = self._find(Username)
        del self.users[user.name]
        for members in self.groups.values():
            members[:] = [name for name in members if name != user.name]
        return {}

    def _AdminAddUserToGroup(self, GroupName: str, Username: str) -> dict[str, Any]:  # noqa: N802, N803
        user = self._find(Username)
        if GroupName not in self.groups:
            raise RefusedError("ResourceNotFoundException")
        if user.name not in self.groups[GroupName]:
            self.groups[GroupName].append(user.name)
        return {}

    def _CreateGroup(self, GroupName: str) -> dict[str, Any]:  # noqa: N802, N803
        if GroupName in self.groups:
            raise RefusedError("GroupExistsException")
        self.groups[GroupName] = []
        return {"Group": {"GroupName": GroupName}}

    def _ListUsers(self, Limit: int, PaginationToken: str = "0") -> dict[str, Any]:  # noqa: N802, N803
        end = int(PaginationToken) + Limit
        page = [user.shown("Attributes") for user in list(self.users.values())[int(PaginationToken) : end]]
        return {"Users": page, **({"PaginationToken": str(end)} if end < len(self.users) else {})}

    def _ListGroups(self, Limit: int, NextToken: str = "0") -> dict[str, Any]:  # noqa: N802, N803
        end = int(NextToken) + Limit
        page = [{"GroupName": name} for name in list(self.groups)[int(NextToken) : end]]
        return {"Groups": page, **({"NextToken": str(end)} if end < len(self.groups) else {})}

    def _ListUsersInGroup(self, GroupName: str, Limit: int, NextToken: str = "0") -> dict[str, Any]:  # noqa: N802, N803
        if GroupName not in self.groups:
            raise RefusedError("ResourceNotFoundException")
        if not NextToken.isdigit():
            raise RefusedError("InvalidParameterException")
        end = int(NextToken) + Limit
        members = self.groups[GroupName]
        page = [self.users[name].shown("Attributes") for name in members[int(NextToken) : end]]
        return {"Users": page, **({"NextToken": str(end)} if end < len(members) else {})}
