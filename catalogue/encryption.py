"""Resource types of KMS keys (MAP-8)."""

from collections.abc import Mapping

from catalogue.resource_type import InUse, NotInUse, ResourceType
from catalogue.service import Area, Service

SERVICES = (Service("KMS", Area.SECURITY, ("aws_kms",), "MAP-8", (("aws_kms_key", "key"),)),)
TYPES: Mapping[str, ResourceType] = {
    "aws_kms_alias": ResourceType(
        holds=None,
        name="name",
        tagged=False,
        billed=None,
        replaced=NotInUse("encrypted resources refer to the key itself; the alias of the state's key never changes"),
    ),
    "aws_kms_key": ResourceType(
        holds="the only means to read what it encrypted",
        name=None,
        tagged=True,
        billed="by month and request",
        replaced=InUse("what it encrypted becomes unreadable when its deletion is scheduled"),
    ),
    "aws_kms_key_policy": ResourceType(
        holds=None, name=None, tagged=False, billed=None, replaced=InUse("it permits services to use the key")
    ),
    "aws_xray_encryption_config": ResourceType(
        holds=None,
        name=None,
        tagged=False,
        billed=None,
        replaced=NotInUse("it is a setting of the account, which Terraform does not delete"),
    ),
}
