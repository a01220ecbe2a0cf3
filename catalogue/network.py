"""Resource types of the VPC (MAP-7)."""

from collections.abc import Mapping

from catalogue.resource_type import InUse, NotInUse, ResourceType
from catalogue.service import Area, Service

SERVICES = (
    Service(
        "VPC",
        Area.NETWORK,
        (
            "aws_default_security_group",
            "aws_eip",
            "aws_flow_log",
            "aws_instance",
            "aws_internet_gateway",
            "aws_launch_template",
            "aws_nat_gateway",
            "aws_network_interface",
            "aws_route",
            "aws_security_group",
            "aws_subnet",
            "aws_vpc",
        ),
        "MAP-7",
    ),
)
TYPES: Mapping[str, ResourceType] = {
    "aws_default_security_group": ResourceType(
        holds=None, name=None, tagged=True, billed=None, replaced=NotInUse("AWS made it, and Terraform deletes none")
    ),
    "aws_eip": ResourceType(
        holds=None,
        name=None,
        tagged=True,
        billed="by hour",
        replaced=InUse("a NAT gateway or interface carries it; EC2 refuses to release one in use"),
    ),
    "aws_flow_log": ResourceType(
        holds=None, name=None, tagged=True, billed="by gigabyte", replaced=NotInUse("it records, and nothing names it")
    ),
    "aws_instance": ResourceType(
        holds=None,
        name=None,
        tagged=True,
        billed="by hour, with its volume",
        replaced=NotInUse(
            "two NAT instances cannot have one interface; it is replaced under the interface and its routes",
            only_one=True,
        ),
    ),
    "aws_internet_gateway": ResourceType(
        holds=None,
        name=None,
        tagged=True,
        billed=None,
        replaced=InUse("routes lead to it; EC2 refuses to detach one in use"),
    ),
    "aws_launch_template": ResourceType(
        holds=None, name="name", tagged=True, billed=None, replaced=NotInUse("an instance runs on without it")
    ),
    "aws_nat_gateway": ResourceType(
        holds=None, name=None, tagged=True, billed="by hour and gigabyte", replaced=InUse("routes lead to it")
    ),
    "aws_network_interface": ResourceType(
        holds=None,
        name=None,
        tagged=True,
        billed=None,
        replaced=InUse("routes lead to it; EC2 refuses to delete one in use"),
    ),
    "aws_route": ResourceType(
        holds=None, name=None, tagged=False, billed=None, replaced=InUse("functions reach AWS by it")
    ),
    "aws_route_table": ResourceType(
        holds=None,
        name=None,
        tagged=True,
        billed=None,
        replaced=InUse("subnets are associated with it; EC2 refuses to delete one in use"),
    ),
    "aws_route_table_association": ResourceType(
        holds=None,
        name=None,
        tagged=False,
        billed=None,
        replaced=InUse("functions in the subnet find their way out by it"),
    ),
    "aws_security_group": ResourceType(
        holds=None,
        name="name",
        tagged=True,
        billed=None,
        replaced=InUse(
            "interfaces of functions and of the database carry it; EC2 refuses to delete one in use",
            keeps_description=True,
        ),
    ),
    "aws_subnet": ResourceType(
        holds=None,
        name=None,
        tagged=True,
        billed=None,
        replaced=InUse("interfaces of functions and of the database are in it; EC2 refuses to delete one in use"),
    ),
    "aws_vpc": ResourceType(
        holds=None, name=None, tagged=True, billed=None, replaced=InUse("everything of the network is in it")
    ),
    "aws_vpc_endpoint": ResourceType(
        holds=None,
        name=None,
        tagged=True,
        billed="by hour and gigabyte, where it is an interface",
        replaced=InUse("functions call AWS by it"),
    ),
    "aws_vpc_security_group_egress_rule": ResourceType(
        holds=None, name=None, tagged=True, billed=None, replaced=InUse("connections are under way by it")
    ),
    "aws_vpc_security_group_ingress_rule": ResourceType(
        holds=None, name=None, tagged=True, billed=None, replaced=InUse("connections are under way by it")
    ),
}
