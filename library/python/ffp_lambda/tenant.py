"""Who calls and for which tenant, taken only from the claims that the authoriser verified, never from the request."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard
from uuid import UUID

from ffp_lambda.errors import RefusalError
from ffp_lambda.tenancy import TENANCY

MACHINE_CLAIM = "machine"  # the token trigger adds it to tokens of machines alone
_CLIENT_ID = re.compile("[A-Za-z0-9]{20,32}")
_NAME = re.compile("[a-z][a-z0-9-]{0,63}")


@dataclass(frozen=True)
class Caller:
    """A signed-in user of one tenant. Both ids are UUIDs in lower case."""

    tenant_id: str
    user_id: str  # Cognito's `sub`
    role: str  # one of the roles that the application's `Tenancy` declares


@dataclass(frozen=True)
class Machine:
    """A machine that calls with client credentials, as `identity.machines` declares it."""

    name: str
    client_id: str  # of its app client, of which it has two during a renewal
    tenant_id: str | None  # a UUID in lower case; None if it works for no tenant


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


def machine_of(event: Mapping[str, Any]) -> Machine:
    """The machine that the verified access token names; `machine_endpoint` passes it to handlers.

    Raises RefusalError 401 without a machine's access token, which a user's is not, and 403 if it names no machine or
    a tenant that is none.
    """
    claims = _claims(event)
    client_id, name, tenant_id = (claims.get(each) for each in ("client_id", MACHINE_CLAIM, TENANCY.tenant))
    # Cognito puts the client's id in the place of a user's. A user's token has a name, too, or another `sub`.
    is_machines = claims.get("token_use") == "access" and claims.get("sub") == client_id and "username" not in claims
    if not is_machines or not isinstance(client_id, str) or not _CLIENT_ID.fullmatch(client_id):
        raise RefusalError(401, "a machine's access token is required")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise RefusalError(403, "the token names no machine")
    if TENANCY.tenant in claims and not is_uuid(tenant_id):
        raise RefusalError(403, "the token names no tenant")
    return Machine(name=name, client_id=client_id, tenant_id=tenant_id)


def _claims(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The claims that the authoriser verified; empty if it did not run or if they are not an object."""
    value: object = event
    for key in ("requestContext", "authorizer", "jwt", "claims"):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}
