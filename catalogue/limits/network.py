"""Limits of the VPC."""

from catalogue.limits.limit import DOCS, Limit

_LAMBDA = f"{DOCS}lambda/latest/dg/gettingstarted-limits.html"
_VPC = f"{DOCS}vpc/latest/userguide/amazon-vpc-limits.html"

FUNCTION_SECURITY_GROUPS = Limit(
    name="security groups of a function",
    value=5,
    unit="security groups",
    source=f"{DOCS}lambda/latest/api/API_VpcConfig.html",
    measured="each function in the VPC has the one of its group",
    remedy="merge security groups",
)
VPC_INTERFACES = Limit(
    name="interfaces of functions in a VPC",
    value=500,
    unit="interfaces",
    source=_LAMBDA,
    measured="one for each pair of a security group and a subnet that functions have: groups in the VPC, times zones",
    remedy="merge groups that use the database alike, or use fewer zones",
    setting="interfaces_per_vpc",
)
SECURITY_GROUP_INGRESS = Limit(
    name="inbound rules of a security group",
    value=60,
    unit="rules",
    source=_VPC,
    measured="the database's has one for each group that connects to it",
    remedy="merge groups that use the database alike",
    setting="rules_per_security_group",
)
SECURITY_GROUP_EGRESS = Limit(
    name="outbound rules of a security group",
    value=60,
    unit="rules",
    source=_VPC,
    measured="a group's has one for the database and each endpoint that it calls",
    remedy="have fewer endpoints",
    setting="rules_per_security_group",
)
SECURITY_GROUPS = Limit(
    name="security groups of an account's region",
    value=2500,
    unit="security groups",
    source=_VPC,
    measured="one for each group in the VPC, and some of the platform",
    remedy="merge groups that use the database alike",
    setting="security_groups",
)
INTERFACE_ENDPOINTS = Limit(
    name="interface endpoints of a VPC",
    value=50,
    unit="endpoints",
    source=_VPC,
    measured="one for each service in `network.endpoints`",
    remedy="reach some services through a NAT gateway instead",
    setting="interface_endpoints_per_vpc",
)
