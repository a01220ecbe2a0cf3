"""The caller and their tenant, taken only from the claims that the authoriser verified, never from the request."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard
from uuid import UUID

from ffp_lambda.errors import RefusalError
from ffp_lambda.tenancy import TENANCY


@dataclass(frozen=True)
class Caller:
    """A signed-in user of one tenant. Both ids are UUIDs in lower case."""

    tenant_id: str
    user_id: str  # Cognito's `sub`
    role: str  # one of the roles that the application's `Tenancy` declares


def is_uuid(text: object) -> TypeGuard[str]:
    """Whether it is a UUID in its canonical form. Paths and row-level security compare ids as text."""
    try:
        return isinstance(text, str) and str(UUID(text)) == text
    except ValueError:
        return False


def caller_of(event: Mapping[str, Any]) -> Caller:
    """The caller whom the verified access token names; `endpoint` passes it to handlers.

    Raises RefusalError 401 without an access token, and 403 if the token names no tenant or no declared role. The
    application's `Tenancy` declares the names of the claims and the roles.
    """
    claims = _claims(event)
    # The authoriser checks signature, issuer and audience, but also accepts ID tokens.
    user_id, tenant_id, role = (claims.get(name) for name in ("sub", TENANCY.tenant, TENANCY.role))
    if claims.get("token_use") != "access" or not is_uuid(user_id):
        raise RefusalError(401, "an access token is required")
    if not is_uuid(tenant_id):
        raise RefusalError(403, "the token names no tenant")
    if role not in TENANCY.roles:
        raise RefusalError(403, "the token names no role")
    return Caller(tenant_id=tenant_id, user_id=user_id, role=role)


def _claims(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The claims that the authoriser verified; empty if it did not run or if they are not an object."""
    value: object = event
    for key in ("requestContext", "authorizer", "jwt", "claims"):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}
