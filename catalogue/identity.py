"""Resource types of sign-in (MAP-4)."""

from collections.abc import Mapping

from catalogue.resource_type import InUse, NotInUse, ResourceType
from catalogue.service import Area, Service

SERVICES = (Service("Cognito", Area.SECURITY, ("aws_cognito",), "MAP-4"),)
TYPES: Mapping[str, ResourceType] = {
    "aws_cognito_resource_server": ResourceType(
        holds=None, name=None, tagged=False, billed=None, replaced=InUse("the web client asks for its scopes")
    ),
    "aws_cognito_user_pool": ResourceType(
        holds="users, who would have to be invited again",
        protected_by={"deletion_protection": "ACTIVE"},
        name="name",
        tagged=True,
        billed="by active user",
        replaced=InUse("the authoriser trusts its tokens"),
    ),
    "aws_cognito_user_pool_client": ResourceType(
        holds=None, name="name", tagged=False, billed=None, replaced=InUse("the authoriser names it as the audience")
    ),
    "aws_cognito_user_pool_domain": ResourceType(
        holds=None,
        name="domain",
        tagged=False,
        billed=None,
        replaced=NotInUse("a pool has only one; the sign-in pages are unavailable during a replacement", only_one=True),
    ),
}
