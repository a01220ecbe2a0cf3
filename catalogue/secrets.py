"""Resource types of Secrets Manager (MAP-10)."""

from collections.abc import Mapping

from catalogue.resource_type import InUse, ResourceType, part_of
from catalogue.service import Area, Service

SERVICES = (Service("Secrets Manager", Area.SECURITY, ("aws_secretsmanager",), "MAP-10"),)
TYPES: Mapping[str, ResourceType] = {
    "aws_secretsmanager_secret": ResourceType(
        holds="a value that nothing else has",
        name="name",
        tagged=True,
        billed="by month and request",
        replaced=InUse("functions read it"),
    ),
    "aws_secretsmanager_secret_policy": part_of("its secret"),
    "aws_secretsmanager_secret_rotation": part_of("its secret"),
}
