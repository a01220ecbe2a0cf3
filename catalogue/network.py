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
        holds=None,
        name=None,
        tagged=True,
        billed=None,
        replaced=NotInUse("AWS created it, and Terraform does not delete it"),
    ),
    "aws_eip": ResourceType(
        holds=None,
        name=None,
        tagged=True,
        billed="by hour",
        replaced=InUse("a NAT gateway or network interface has it; EC2 refuses to release one in use"),
    ),
    "aws_flow_log": ResourceType(
        holds=None, name=None, tagged=True, billed="by gigabyte", replaced=NotInUse("nothing refers to it")
    ),
    "aws_instance": ResourceType(
        holds=None,
        name=None,
        tagged=True,
        billed="by hour, with its volume",
        replaced=NotInUse(
            "two NAT instances cannot share a network interface; the interface and its routes stay when it is replaced",
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
        holds=None, name="name", tagged=True, billed=None, replaced=NotInUse("a running instance does not need it")
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
        holds=None, name=None, tagged=False, billed=None, replaced=InUse("functions reach AWS through it")
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
        replaced=InUse("functions in the subnet reach AWS through it"),
    ),
    "aws_security_group": ResourceType(
        holds=None,
        name="name",
        tagged=True,
        billed=None,
        replaced=InUse(
            "network interfaces of functions and of the database use it; EC2 refuses to delete one in use",
            keeps_description=True,
        ),
    ),
    "aws_subnet": ResourceType(
        holds=None,
        name=None,
        tagged=True,
        billed=None,
        replaced=InUse(
            "network interfaces of functions and of the database are in it; EC2 refuses to delete one in use"
        ),
    ),
    "aws_vpc": ResourceType(
        holds=None, name=None, tagged=True, billed=None, replaced=InUse("the whole network is in it")
    ),
    "aws_vpc_endpoint": ResourceType(
        holds=None,
        name=None,
        tagged=True,
        billed="by hour and gigabyte, for an interface endpoint",
        replaced=InUse("functions call AWS through it"),
    ),
    "aws_vpc_security_group_egress_rule": ResourceType(
        holds=None, name=None, tagged=True, billed=None, replaced=InUse("it allows connections that are open")
    ),
    "aws_vpc_security_group_ingress_rule": ResourceType(
        holds=None, name=None, tagged=True, billed=None, replaced=InUse("it allows connections that are open")
    ),
}
