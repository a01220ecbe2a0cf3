"""Cognito's pre-token-generation trigger (version 2 or 3): adds tenant and role to tokens and removes foreign scopes.

By default access tokens carry no custom attributes, and the API accepts only access tokens. Scopes belong to the app
client, so every user can ask for all of them. The trigger removes those that the user's role does not have.

Only version 3 is also called for machines (client credentials). Their tenant and scopes are in the settings, by the id
of the app client that Cognito has authenticated; what else a machine sends is not read.
"""

import json
import os
from typing import Any

from ffp_lambda import log
from ffp_lambda.errors import FailedCallError
from ffp_lambda.http import LambdaContext
from ffp_lambda.tenancy import TENANCY
from ffp_lambda.tenant import MACHINE_CLAIM, is_uuid

ROLE_SCOPES: dict[str, list[str]] = json.loads(os.environ["ROLE_SCOPES"])
MACHINES: dict[str, dict[str, Any]] = json.loads(os.environ.get("MACHINES", "{}"))  # by the ids of their app clients
OPENID_SCOPES = frozenset({"openid", "email", "profile"})  # every role has them


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Returns the event with claims and suppressed scopes. Raises FailedCallError, so that the caller gets no token."""
    if event["triggerSource"] == "TokenGeneration_ClientCredentials":
        overrides = _of_machine(event, context)
    else:
        overrides = _of_user(event, context)
    event["response"] = {"claimsAndScopeOverrideDetails": overrides}
    return event


def _of_user(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    attributes = event["request"]["userAttributes"]
    tenant_id, role = (attributes.get(f"custom:{name}") for name in (TENANCY.tenant, TENANCY.role))
    problem = None
    if event["version"] not in ("2", "3"):
        problem = "the trigger must be of version V2_0 or V3_0"
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
    foreign = _foreign_scopes(event, OPENID_SCOPES.union(ROLE_SCOPES[role]))
    return {"idTokenGeneration": claims, "accessTokenGeneration": claims | {"scopesToSuppress": foreign}}


def _of_machine(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    machine = MACHINES.get(event["callerContext"]["clientId"])
    if machine is None:
        problem = "the client is no machine of the settings"
        log.write("add-claims", request_id=context.aws_request_id, error=problem)
        raise FailedCallError(problem)
    log.write("add-claims", request_id=context.aws_request_id, tenant_id=machine["tenant"], client=machine["name"])
    claims = {MACHINE_CLAIM: machine["name"]}
    if machine["tenant"] is not None:
        claims[TENANCY.tenant] = machine["tenant"]
    foreign = _foreign_scopes(event, frozenset(machine["scopes"]))
    return {"accessTokenGeneration": {"claimsToAddOrOverride": claims, "scopesToSuppress": foreign}}


def _foreign_scopes(event: dict[str, Any], allowed: frozenset[str]) -> list[str]:
    """The scopes that were asked for and are not allowed."""
    return [scope for scope in event["request"].get("scopes") or [] if scope not in allowed]
