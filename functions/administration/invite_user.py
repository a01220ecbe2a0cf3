"""POST /api/users: invites a user into the administrator's own tenant."""

import os
import re

import boto3
from ffp_lambda.errors import RefusalError
from ffp_lambda.http import Request, Response, endpoint, response
from ffp_lambda.tenancy import TENANCY
from ffp_lambda.tenant import Role

# A plain shape; whether the address exists is what the invitation finds out.
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]{2,}")

COGNITO = boto3.client("cognito-idp")


@endpoint("invite-user", roles=frozenset({Role.ADMINISTRATOR}))
def handler(request: Request) -> Response:
    """Creates a user with `email` and `role` and answers 201; an address that is taken is 409."""
    body = request.body()
    email = body.text("email", maximum=254).lower()
    if not EMAIL.fullmatch(email):
        raise RefusalError(400, "email must be an e-mail address")
    role = body.text("role", maximum=32)
    if role not in set(Role):
        raise RefusalError(400, f"role must be one of {', '.join(Role)}")
    try:
        created = COGNITO.admin_create_user(
            UserPoolId=os.environ["USER_POOL_ID"],
            Username=email,
            UserAttributes=[
                {"Name": "email", "Value": email},
                {"Name": "email_verified", "Value": "true"},
                # The caller's own tenant: a body that names one changes nothing.
                {"Name": f"custom:{TENANCY.tenant}", "Value": request.caller.tenant_id},
                {"Name": f"custom:{TENANCY.role}", "Value": role},
            ],
            DesiredDeliveryMediums=["EMAIL"],
        )
    except COGNITO.exceptions.UsernameExistsException:
        raise RefusalError(409, "this address is taken") from None
    except COGNITO.exceptions.InvalidParameterException:
        raise RefusalError(400, "this address is not accepted") from None
    attributes = {entry["Name"]: entry.get("Value") for entry in created["User"]["Attributes"]}
    return response(201, {"userId": attributes.get("sub"), "role": role})
