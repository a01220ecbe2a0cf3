"""User administration as an administrator of a tenant calls it."""

from typing import Any

from application.functions.administration import invite_user, list_users, withdraw_invitation
from tests.application.functions.shipped import request_event
from tests.library.fakes import CONTEXT, TENANT, body_of

NEW = "new@example.org"


def invite(email: str = NEW, role: str = "patient", tenant: str = TENANT, **more: str) -> dict[str, Any]:
    answer: dict[str, Any] = invite_user.handler(
        request_event({"email": email, "role": role, **more}, tenantId=tenant), CONTEXT
    )
    return answer


def withdraw(email: str = NEW, tenant: str = TENANT) -> dict[str, Any]:
    answer: dict[str, Any] = withdraw_invitation.handler(request_event({"email": email}, tenantId=tenant), CONTEXT)
    return answer


def look(tenant: str = TENANT, **query: str) -> dict[str, Any]:
    answer: dict[str, Any] = list_users.handler(request_event(query=query, tenantId=tenant), CONTEXT)
    return answer


def listed(tenant: str = TENANT) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = body_of(look(tenant))["users"]
    return found
