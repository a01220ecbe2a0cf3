"""Resource types of keys (MAP-8)."""

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
        replaced=NotInUse("what is encrypted names the key itself; the state's alias never changes"),
    ),
    "aws_kms_key": ResourceType(
        holds="the means to read what it encrypted",
        name=None,
        tagged=True,
        billed="by month and request",
        replaced=InUse("what it encrypts cannot be read from the moment of its deletion"),
    ),
    "aws_kms_key_policy": ResourceType(
        holds=None, name=None, tagged=False, billed=None, replaced=InUse("services use the key by it")
    ),
    "aws_xray_encryption_config": ResourceType(
        holds=None,
        name=None,
        tagged=False,
        billed=None,
        replaced=NotInUse("it is one setting of the account, and Terraform deletes none"),
    ),
}
