"""Who calls, and for which tenant: only ever what the authoriser verified, never what a request says."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeGuard
from uuid import UUID

from ffp_lambda.errors import RefusalError
from ffp_lambda.tenancy import TENANCY


class Role(StrEnum):
    """What a user may be within a tenant; an application's `Tenancy` declares roles of these names."""

    ADMINISTRATOR = "administrator"
    CLINICIAN = "clinician"
    PATIENT = "patient"


@dataclass(frozen=True)
class Caller:
    """A signed-in user of one tenant: both ids are UUIDs in lower case, the user's is Cognito's `sub`."""

    tenant_id: str
    user_id: str
    role: Role


def is_uuid(text: object) -> TypeGuard[str]:
    """True only for a UUID in its canonical form: paths and row-level security compare it as text."""
    try:
        return isinstance(text, str) and str(UUID(text)) == text
    except ValueError:
        return False


def caller_of(event: Mapping[str, Any]) -> Caller:
    """The caller whom the verified access token names, as `endpoint` hands it to handlers.

    Raises RefusalError 401 without an access token, and 403 where it names no tenant or none of `Role`. The names of
    the claims are the tenancy's.
    """
    claims = _claims(event)
    # The authoriser checks signature, issuer and audience, and lets an ID token through.
    user_id, tenant_id, role = (claims.get(name) for name in ("sub", TENANCY.tenant, TENANCY.role))
    if claims.get("token_use") != "access" or not is_uuid(user_id):
        raise RefusalError(401, "an access token is required")
    if not is_uuid(tenant_id):
        raise RefusalError(403, "the token names no tenant")
    if role not in list(Role):
        raise RefusalError(403, "the token names no role")
    return Caller(tenant_id=tenant_id, user_id=user_id, role=Role(role))


def _claims(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the authoriser verified; nothing where it did not run, or left another shape."""
    found: object = event
    for step in ("requestContext", "authorizer", "jwt", "claims"):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}
