"""Cognito's pre-token-generation trigger (version 2): puts tenant and role into every token.

Access tokens carry no custom attribute by themselves, and the API admits access tokens only.
"""

from typing import Any

from ffp_lambda import log
from ffp_lambda.errors import FailedCallError
from ffp_lambda.http import LambdaContext
from ffp_lambda.tenant import Role, is_uuid


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Returns the event with both claims; raises FailedCallError, which refuses the token, without them."""
    attributes = event["request"]["userAttributes"]
    tenant_id = attributes.get("custom:tenantId")
    role = attributes.get("custom:role")
    problem = None
    if event["version"] != "2":
        problem = "the trigger must be of version V2_0"
    elif not is_uuid(tenant_id) or role not in set(Role):
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
    claims = {"claimsToAddOrOverride": {"tenantId": tenant_id, "role": role}}
    event["response"] = {
        "claimsAndScopeOverrideDetails": {"idTokenGeneration": claims, "accessTokenGeneration": claims}
    }
    return event
