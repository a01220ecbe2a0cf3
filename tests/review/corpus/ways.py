"""Changes of where a network leads: routes, subnets, endpoints, other networks."""

from collections.abc import Callable
from typing import Any

from ffp.review.concern import Topic
from tests.review.corpus.edit import Document, Edit, blocks, drop, first, first_named, make, put
from tests.review.corpus.reach import (
    ANYWHERE,
    FUNCTION,
    GROUP,
    IN,
    Change,
    id_of,
    in_vpc,
    interface_of,
    subnet_of,
    vpc_of,
)


def _table(document: Document, tier: str) -> Any:
    subnet = subnet_of(document, tier)
    return first(document, "aws_route_table_association", lambda each: each["subnet_id"] == subnet)["route_table_id"]


def _route(tier: str, destination: str = ANYWHERE, **target: Callable[[Document], str] | str) -> Change:
    def change(document: Document) -> None:
        given = {key: value(document) if callable(value) else value for key, value in target.items()}
        table = _table(document, tier)
        routes = blocks(document, "aws_route")
        for name in [name for name, each in routes.items() if each["route_table_id"] == table]:
            del routes[name]
        routes["planted"] = {"route_table_id": table, "destination_cidr_block": destination, **given}

    return change


def _gateway(document: Document) -> str:
    return id_of("aws_internet_gateway", first_named(document, "aws_internet_gateway")[0])


def _store_moves(document: Document) -> None:
    first(document, "aws_db_subnet_group")["subnet_ids"] = [subnet_of(document, "public")]


def _associate(document: Document) -> None:
    subnet = subnet_of(document, "isolated")
    table = _table(document, "public")
    first(document, "aws_route_table_association", lambda each: each["subnet_id"] == subnet)["route_table_id"] = table


def _balancer(document: Document) -> None:
    blocks(document, "aws_lb")["planted"] = {
        "load_balancer_type": "network",
        "subnets": [subnet_of(document, "public")],
    }
    blocks(document, "aws_lb_listener")["planted"] = {
        "load_balancer_arn": id_of("aws_lb", "planted", "arn"),
        "port": 443,
        "protocol": "TCP",
    }


def _main_table(document: Document) -> None:
    """The database's subnet falls back to the main route table, which leads to the internet."""
    subnet = subnet_of(document, "isolated")
    drop("aws_route_table_association", lambda each: each["subnet_id"] == subnet)(document)
    vpc = first_named(document, "aws_vpc")[0]
    blocks(document, "aws_default_route_table")["planted"] = {
        "default_route_table_id": id_of("aws_vpc", vpc, "default_route_table_id"),
        "route": [{"cidr_block": ANYWHERE, "gateway_id": _gateway(document)}],
    }


def _zone(document: Document) -> None:
    """One more zone of private subnets, with the routes and the rule of its siblings."""
    subnet = subnet_of(document, "private")
    name = subnet.split(".")[1]
    blocks(document, "aws_subnet")["planted"] = {
        **blocks(document, "aws_subnet")[name],
        "cidr_block": "10.30.224.0/20",
        "availability_zone": "eu-west-2c",
    }
    new = id_of("aws_subnet", "planted")
    blocks(document, "aws_route_table_association")["planted"] = {
        "subnet_id": new,
        "route_table_id": _table(document, "private"),
    }
    sibling = first(document, IN, lambda each: name in str(each.get("cidr_ipv4")))
    blocks(document, IN)["planted"] = {**sibling, "cidr_ipv4": id_of("aws_subnet", "planted", "cidr_block")}
    for function in blocks(document, FUNCTION).values():
        if in_vpc(function):
            function["vpc_config"]["subnet_ids"].append(new)


def _managed_nat(document: Document) -> None:
    """A NAT gateway takes the traffic over; the instance can go with the next change."""
    interface = interface_of(document)
    blocks(document, "aws_eip")["planted"] = {"domain": "vpc"}
    blocks(document, "aws_nat_gateway")["planted"] = {
        "subnet_id": subnet_of(document, "public"),
        "allocation_id": id_of("aws_eip", "planted"),
    }
    for route in blocks(document, "aws_route").values():
        if route.get("network_interface_id") == interface:
            del route["network_interface_id"]
            route["nat_gateway_id"] = id_of("aws_nat_gateway", "planted")


def _endpoint(document: Document) -> None:
    """A private endpoint of one of AWS's services, which the VPC may ask."""
    cidr = id_of("aws_vpc", first_named(document, "aws_vpc")[0], "cidr_block")
    blocks(document, GROUP)["planted"] = {
        "vpc_id": vpc_of(document),
        "ingress": [{"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": [cidr]}],
    }
    blocks(document, "aws_vpc_endpoint")["planted"] = {
        "service_name": "com.amazonaws.eu-west-2.secretsmanager",
        "vpc_endpoint_type": "Interface",
        "private_dns_enabled": True,
        "vpc_id": vpc_of(document),
        "subnet_ids": [subnet_of(document, "private")],
        "security_group_ids": [id_of(GROUP, "planted")],
    }


def _routes_inline(document: Document) -> None:
    for route in blocks(document, "aws_route").values():
        table = blocks(document, "aws_route_table")[route["route_table_id"].split(".")[1]]
        target = {key: value for key, value in route.items() if key in ("network_interface_id", "gateway_id")}
        table["route"] = {"cidr_block": route["destination_cidr_block"], **target}
    blocks(document, "aws_route").clear()


_REACH = Topic.EXPOSURE
DANGEROUS = (
    Edit("the database's subnets have a way out by NAT", _route("isolated", network_interface_id=interface_of), _REACH),
    Edit("the database's subnets lead to the internet", _route("isolated", gateway_id=_gateway), _REACH),
    Edit("the functions' subnets become public", _route("private", gateway_id=_gateway), _REACH),
    Edit("the functions' traffic takes an unknown box", _route("private", network_interface_id="eni-1"), _REACH),
    Edit(
        "the functions' traffic takes a transit gateway",
        _route("private", "10.99.0.0/16", transit_gateway_id="tgw-1"),
        _REACH,
    ),
    Edit(
        "the functions' traffic takes a peering",
        _route("private", "10.99.0.0/16", vpc_peering_connection_id="pcx-1"),
        _REACH,
    ),
    Edit(
        "the database's subnets get the routes of a VPN",
        lambda each: make(
            "aws_vpn_gateway_route_propagation", vpn_gateway_id="vgw-1", route_table_id=_table(each, "isolated")
        )(each),
        _REACH,
    ),
    Edit("the database's subnet takes the public table", _associate, _REACH),
    Edit("the database's subnet falls back to the main table", _main_table, _REACH),
    Edit("the database moves to a public subnet", _store_moves, _REACH),
    Edit("a load balancer is public", _balancer, _REACH),
    Edit("a peering", make("aws_vpc_peering_connection", vpc_id="x", peer_vpc_id="vpc-1"), _REACH),
    Edit("an attachment to a transit gateway", make("aws_ec2_transit_gateway_vpc_attachment"), _REACH),
    Edit("a VPN", make("aws_vpn_gateway"), _REACH),
    Edit("a way to log in to private machines", make("aws_ec2_instance_connect_endpoint", subnet_id="x"), _REACH),
    Edit(
        "an endpoint of somebody's service",
        make("aws_vpc_endpoint", service_name="com.amazonaws.vpce.eu-west-2.vpce-svc-1", vpc_endpoint_type="Interface"),
        _REACH,
    ),
    Edit("the endpoint of a service is removed", drop("aws_vpc_endpoint"), _REACH),
    Edit("the endpoint serves fewer subnets", put("aws_vpc_endpoint", "route_table_ids.0", None), _REACH),
)
HARMLESS = (
    Edit("one more zone", _zone),
    Edit("the NAT instance becomes a NAT gateway", _managed_nat),
    Edit("a private endpoint of a service", _endpoint),
    Edit("routes are written inline", _routes_inline),
    Edit("an access list denies something", make("aws_network_acl", vpc_id="x", subnet_ids=[])),
)
