"""GET /api/users: the users of the administrator's own tenant."""

import os

import boto3
from ffp_lambda.http import Request, Response, endpoint, response
from ffp_lambda.tenancy import TENANCY
from ffp_lambda.tenant import Role

COGNITO = boto3.client("cognito-idp")


@endpoint("list-users", roles=frozenset({Role.ADMINISTRATOR}))
def handler(request: Request) -> Response:
    """Answers with the tenant's users; Cognito cannot filter by a custom attribute, so the whole pool is read."""
    users = []
    for page in COGNITO.get_paginator("list_users").paginate(UserPoolId=os.environ["USER_POOL_ID"]):
        for user in page["Users"]:
            attributes = {entry["Name"]: entry.get("Value") for entry in user.get("Attributes", [])}
            if attributes.get(f"custom:{TENANCY.tenant}") == request.caller.tenant_id:
                users.append(
                    {
                        "userId": attributes.get("sub"),
                        "email": attributes.get("email"),
                        "role": attributes.get(f"custom:{TENANCY.role}"),
                        "enabled": user.get("Enabled"),
                        "status": user.get("UserStatus"),
                    }
                )
    return response(200, {"users": users})
