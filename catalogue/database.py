"""Resource types of PostgreSQL (MAP-3)."""

from collections.abc import Mapping

from catalogue.resource_type import InUse, ResourceType
from catalogue.service import Area, Service

SERVICES = (Service("RDS for PostgreSQL", Area.DATA, ("aws_db",), "MAP-3"),)
TYPES: Mapping[str, ResourceType] = {
    "aws_db_instance": ResourceType(
        holds="the tenants' data",
        protected_by={"deletion_protection": True, "skip_final_snapshot": False},
        name="identifier",
        tagged=True,
        billed="by hour, gigabyte and backup",
        replaced=InUse("functions are connected to it"),
    ),
    "aws_db_parameter_group": ResourceType(
        holds=None,
        name="name",
        tagged=True,
        billed=None,
        replaced=InUse("the database uses it; RDS refuses to delete one in use", keeps_description=True),
    ),
    "aws_db_proxy": ResourceType(
        holds=None, name="name", tagged=True, billed="by hour", replaced=InUse("functions are connected to it")
    ),
    "aws_db_proxy_default_target_group": ResourceType(
        holds=None, name=None, tagged=False, billed=None, replaced=InUse("it connects the proxy to the database")
    ),
    "aws_db_proxy_target": ResourceType(
        holds=None, name=None, tagged=False, billed=None, replaced=InUse("it connects the proxy to the database")
    ),
    "aws_db_subnet_group": ResourceType(
        holds=None,
        name="name",
        tagged=True,
        billed=None,
        replaced=InUse("the database is in it; RDS refuses to delete one in use"),
    ),
}
