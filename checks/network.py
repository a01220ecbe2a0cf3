"""NET-1 to NET-3: network access to the database and to functions, and security groups."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network, ip_network

from checks.block import Block
from checks.check import ScannedStack, resource_check, stack_check

_INGRESS = "aws_vpc_security_group_ingress_rule"
_EGRESS = "aws_vpc_security_group_egress_rule"
_SOURCE_GROUP = "referenced_security_group_id"
_HTTPS = 443

# Python's is_private also includes loopback, documentation and benchmark ranges, and differs between its versions.
_PRIVATE_V4 = [IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")]
_PRIVATE_V6 = IPv6Network("fc00::/7")


@resource_check("FFP_NET_1_1", "The database is not public and is in subnets of the stack", "aws_db_instance")
def database_is_private(database: Block) -> Iterator[str]:
    """Leave publicly_accessible off and name a subnet group of the isolated tier."""
    if database.value("publicly_accessible"):
        yield "publicly_accessible is on"
    group = database.value("db_subnet_group_name")
    if not group:
        yield "db_subnet_group_name is missing: AWS would take the default VPC"
    elif not database.planned and "aws_db_subnet_group." not in str(group):
        yield f"db_subnet_group_name {group} is not a group of the stack"


def _tables(stack: ScannedStack) -> dict[Block | None, Block | None]:
    """The route table of each subnet."""
    return {
        stack.referenced(str(each.value("subnet_id"))): stack.referenced(str(each.value("route_table_id")))
        for each in stack.of_kind("aws_route_table_association")
    }


@stack_check("FFP_NET_1_2", "The database's subnets have no route out of the VPC", "aws_db_subnet_group")
def database_is_isolated(group: Block, stack: ScannedStack) -> Iterator[str]:
    """Name only subnets of the isolated tier, and give their route table no routes."""
    if stack.planned:
        return
    routed = {stack.referenced(str(route.value("route_table_id"))) for route in stack.of_kind("aws_route")}
    tables = _tables(stack)
    for name in group.strings("subnet_ids"):
        subnet = stack.referenced(name)
        table = tables.get(subnet) if subnet else None
        if subnet is None or subnet.entries("tags").get("tier") != "isolated":
            yield f"{name} is not in the isolated tier"
        if table is None or table in routed or table.blocks("route"):
            yield f"{name} has a route out of the VPC, or no route table of its own"


_SUBNETS_OF = {
    "aws_db_proxy": "vpc_subnet_ids",
    "aws_lambda_function": "vpc_config.subnet_ids",
    "aws_vpc_endpoint": "subnet_ids",
}


@stack_check("FFP_NET_2_1", "Functions, endpoints and proxies are in no public subnet", *_SUBNETS_OF)
def subnets_are_private(resource: Block, stack: ScannedStack) -> Iterator[str]:
    """Name subnets of the stack whose route table has no route to an internet gateway."""
    if stack.planned:
        return
    public = {
        stack.referenced(str(each.value("route_table_id"))) for each in stack.of_kind("aws_route") if _is_open(each)
    }
    tables = _tables(stack)
    for name in resource.strings(_SUBNETS_OF[resource.kind]):
        subnet = stack.referenced(name)
        table = tables.get(subnet) if subnet else None
        if table is None or table in public or any(map(_is_open, table.blocks("route"))):
            yield f"{name} is public, or has no route table of the stack"


def _is_open(route: Block) -> bool:
    return bool(route.value("gateway_id") or route.value("egress_only_gateway_id"))


@resource_check("FFP_NET_2_2", "Functions that use the database are in the VPC", "aws_lambda_function", only="json")
def database_is_read_from_inside(function: Block) -> Iterator[str]:
    """Set vpc_config: a function outside the VPC could reach the database only if it were made public."""
    has_address = any("aws_db_" in str(value) for value in function.entries("environment.variables").values())
    if has_address and not function.strings("vpc_config.subnet_ids"):
        yield "vpc_config is missing"


@resource_check(
    "FFP_NET_3_1",
    "Security groups have no inline rules: each rule is a resource",
    "aws_security_group",
    "aws_security_group_rule",
)
def rules_stand_alone(group: Block) -> Iterator[str]:
    """Use aws_vpc_security_group_ingress_rule or _egress_rule: reviews and this scan miss inline rules."""
    if group.kind == "aws_security_group_rule":
        yield "aws_security_group_rule is the older form"
    for direction in ("ingress", "egress"):
        if group.blocks(direction):
            yield f"{direction} is written inside the group"


@resource_check(
    "FFP_NET_3_2", "Security groups and their rules have a description", "aws_security_group", _INGRESS, _EGRESS
)
def rules_are_described(rule: Block) -> Iterator[str]:
    """Describe the purpose, so that a reviewer can decide whether the rule is still needed."""
    if rule.value("description") in (None, "", "Managed by Terraform"):
        yield "description is missing"


def _is_public(network: IPv4Network | IPv6Network) -> bool:
    if isinstance(network, IPv6Network):
        return not network.subnet_of(_PRIVATE_V6)
    return not any(network.subnet_of(private) for private in _PRIVATE_V4)


def _public_networks(rule: Block) -> Iterator[str]:
    """The known CIDR blocks of the rule that are outside the private ranges."""
    for text in rule.strings("cidr_ipv4") + rule.strings("cidr_ipv6"):
        try:
            network = ip_network(text, strict=False)
        except ValueError:
            continue  # a reference to the VPC's range, which is known only after apply
        if _is_public(network):
            yield text


@resource_check("FFP_NET_3_3", "Ingress is not from the internet, and for one port", _INGRESS)
def ingress_is_private(rule: Block) -> Iterator[str]:
    """Name the security group or private range, and the one port needed. Viewers use CloudFront."""
    for network in _public_networks(rule):
        yield f"{network} is not a private range"
    if rule.value("ip_protocol") == "-1":
        yield "ip_protocol allows all protocols"
    elif rule.value("from_port") is None or rule.value("from_port") != rule.value("to_port"):
        yield f"ports {rule.value('from_port')} to {rule.value('to_port')} are open, not one"


@stack_check("FFP_NET_3_6", "The database accepts connections only from security groups", _INGRESS)
def database_admits_groups(rule: Block, stack: ScannedStack) -> Iterator[str]:
    """Name the group with the binding: a range or a prefix list admits everything with an address in it."""
    if stack.planned:
        return
    admitted = (
        stack.referenced(group)
        for kind in ("aws_db_instance", "aws_db_proxy")
        for database in stack.of_kind(kind)
        for group in database.strings("vpc_security_group_ids")
    )
    group = stack.referenced(str(rule.value("security_group_id")))
    if group is not None and group in admitted and "aws_security_group." not in str(rule.value(_SOURCE_GROUP)):
        yield f"{_SOURCE_GROUP} is not a group of the stack"


@resource_check("FFP_NET_3_4", "Egress to the internet is only HTTPS", _EGRESS)
def egress_is_https(rule: Block) -> Iterator[str]:
    """Allow only TCP 443 in a rule to public addresses, and name the target in other rules."""
    if rule.value("ip_protocol") == "-1":
        yield "ip_protocol allows all protocols"
    tcp_443 = rule.value("ip_protocol") == "tcp" and {rule.value("from_port"), rule.value("to_port")} == {_HTTPS}
    for network in _public_networks(rule):
        if not tcp_443:
            yield f"{network} is open to more than TCP {_HTTPS}"


@resource_check("FFP_NET_3_5", "The default security group allows no traffic", "aws_default_security_group")
def default_group_is_empty(group: Block) -> Iterator[str]:
    """Remove its rules: resources that are created without a group get this one."""
    for direction in ("ingress", "egress"):
        if group.blocks(direction):
            yield f"{direction} has rules"
