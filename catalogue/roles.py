"""Resource types of IAM roles and their policies."""

from collections.abc import Mapping

from catalogue.resource_type import InUse, NotInUse, ResourceType
from catalogue.service import Area, Service

SERVICES = (Service("IAM", Area.SECURITY, ("aws_iam",), counted=(("aws_iam_role", "role"),)),)
TYPES: Mapping[str, ResourceType] = {
    "aws_iam_openid_connect_provider": ResourceType(
        holds=None, name=None, tagged=True, billed=None, replaced=InUse("the roles of CI trust it")
    ),
    "aws_iam_policy": ResourceType(
        holds=None,
        name="name",
        tagged=True,
        billed=None,
        replaced=InUse(
            "roles use it as a policy or as their boundary; IAM refuses to delete one in use", keeps_description=True
        ),
    ),
    "aws_iam_role": ResourceType(
        holds=None, name="name", tagged=True, billed=None, replaced=InUse("functions and services assume it")
    ),
    "aws_iam_role_policy": ResourceType(
        holds=None,
        name=None,
        tagged=False,
        billed=None,
        replaced=InUse("it grants permissions to functions and services"),
    ),
    "aws_iam_role_policy_attachment": ResourceType(
        holds=None,
        name=None,
        tagged=False,
        billed=None,
        replaced=NotInUse("a role can have ten, so the old one may have to make room for the new one"),
    ),
}
