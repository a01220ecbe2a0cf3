"""Cognito's pre-token-generation trigger (version 2): tenant and role into every token, and the role's scopes alone.

Access tokens carry no custom attribute by themselves, and the API admits access tokens only. Scopes belong to the app
client: whoever signs in may ask for any of them, so those that are not the role's are taken out here.
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
OF_EVERYBODY = frozenset({"openid", "email", "profile"})  # OpenID Connect's own


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Returns the event with claims and without foreign scopes; raises FailedCallError, which refuses the tokens."""
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
    own = OF_EVERYBODY.union(ROLE_SCOPES[role])
    foreign = [scope for scope in event["request"].get("scopes") or [] if scope not in own]
    event["response"] = {
        "claimsAndScopeOverrideDetails": {
            "idTokenGeneration": claims,
            "accessTokenGeneration": claims | {"scopesToSuppress": foreign},
        }
    }
    return event
