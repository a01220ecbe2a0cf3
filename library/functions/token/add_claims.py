"""Cognito's pre-token-generation trigger (version 2): adds tenant and role to tokens and removes foreign scopes.

By default access tokens carry no custom attributes, and the API accepts only access tokens. Scopes belong to the app
client, so every user can ask for all of them. The trigger removes those that the user's role does not have.
"""

import json
import os
from typing import Any

from ffp_lambda import log
from ffp_lambda.errors import FailedCallError
from ffp_lambda.http import LambdaContext
from ffp_lambda.tenancy import TENANCY
from ffp_lambda.tenant import is_uuid

ROLE_SCOPES: dict[str, list[str]] = json.loads(os.environ["ROLE_SCOPES"])
OPENID_SCOPES = frozenset({"openid", "email", "profile"})  # every role has them


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Returns the event with claims and suppressed scopes. Raises FailedCallError, so that the user gets no tokens."""
    attributes = event["request"]["userAttributes"]
    tenant_id, role = (attributes.get(f"custom:{name}") for name in (TENANCY.tenant, TENANCY.role))
    problem = None
    if event["version"] != "2":
        problem = "the trigger must be of version V2_0"
    elif not is_uuid(tenant_id) or role not in ROLE_SCOPES:
        problem = "the user has no tenant or no role"
    log.write(
        "add-claims",
        request_id=context.aws_request_id,
        tenant_id=None if problem else tenant_id,
        user_id=attributes.get("sub"),
        error=problem,
    )
    if problem:
        raise FailedCallError(problem)
    claims = {"claimsToAddOrOverride": {TENANCY.tenant: tenant_id, TENANCY.role: role}}
    allowed = OPENID_SCOPES.union(ROLE_SCOPES[role])
    foreign = [scope for scope in event["request"].get("scopes") or [] if scope not in allowed]
    event["response"] = {
        "claimsAndScopeOverrideDetails": {
            "idTokenGeneration": claims,
            "accessTokenGeneration": claims | {"scopesToSuppress": foreign},
        }
    }
    return event
