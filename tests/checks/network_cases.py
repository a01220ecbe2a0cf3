"""Cases of checks/network.py."""

from __future__ import annotations

from collections.abc import Callable

from tests.checks.case import Case, Values, backend

_INGRESS = "aws_vpc_security_group_ingress_rule"
_EGRESS = "aws_vpc_security_group_egress_rule"
_GROUP = "${aws_security_group.database.id}"


def _network(tier: str = "isolated", associated: str = "isolated", routed: str = "private") -> Values:
    """A database's subnet, the table it is associated with, and the table that has a route to the internet."""
    return {
        **backend("dev"),
        "resource": {
            "aws_subnet": {"a": {"tags": {"Name": "dev-ffp-isolated-a", "tier": tier}}},
            "aws_route_table": {"isolated": {"vpc_id": "vpc"}, "private": {"vpc_id": "vpc"}},
            "aws_route": {
                "out": {"route_table_id": f"${{aws_route_table.{routed}.id}}", "destination_cidr_block": "0.0.0.0/0"}
            },
            "aws_route_table_association": {
                "a": {"subnet_id": "${aws_subnet.a.id}", "route_table_id": f"${{aws_route_table.{associated}.id}}"}
            },
        },
    }


def _way_out(to: str = "nat", associated: bool = True) -> Values:
    """A function's subnet with its table, and where the table leads."""
    gateway = {"gateway_id": "${aws_internet_gateway.out.id}"}
    target = gateway if to == "internet" else {"nat_gateway_id": "${aws_nat_gateway.out.id}"}
    association = {"subnet_id": "${aws_subnet.a.id}", "route_table_id": "${aws_route_table.a.id}"}
    return {
        **backend("dev"),
        "resource": {
            "aws_subnet": {"a": {"tags": {"Name": "dev-ffp-private-a"}}},
            "aws_route_table": {"a": {"vpc_id": "vpc", **({"route": [gateway]} if to == "inline" else {})}},
            "aws_route": {"out": {"route_table_id": "${aws_route_table.a.id}", **target}},
            "aws_route_table_association": {"a": association} if associated else {},
        },
    }


_IN_SUBNETS: dict[str, Callable[..., Values]] = {
    "aws_db_proxy": lambda *ids: {"vpc_subnet_ids": list(ids)},
    "aws_lambda_function": lambda *ids: {"vpc_config": {"subnet_ids": list(ids)}},
    "aws_vpc_endpoint": lambda *ids: {"subnet_ids": list(ids)},
}
_DATABASE = {
    **backend("dev"),
    "resource": {
        "aws_security_group": {"database": {"name": "dev-ffp-database"}, "nat": {"name": "dev-ffp-nat"}},
        "aws_db_instance": {"database": {"vpc_security_group_ids": [_GROUP]}},
    },
}

CASES = [
    Case(
        "FFP_NET_1_1",
        "aws_db_instance",
        {"publicly_accessible": False, "db_subnet_group_name": "${aws_db_subnet_group.isolated.name}"},
        broken=(
            {"publicly_accessible": True},
            {"db_subnet_group_name": None},
            {"db_subnet_group_name": "default-vpc-0123"},
        ),
    ),
    Case(
        "FFP_NET_1_2",
        "aws_db_subnet_group",
        {"subnet_ids": ["${aws_subnet.a.id}"]},
        broken=({"subnet_ids": ["${aws_subnet.a.id}", "subnet-0123456789abcdef0"]},),
        beside=_network(),
        broken_beside=(
            _network(tier="private"),
            _network(associated="private"),
            _network(routed="isolated"),
            _network(associated="missing"),
        ),
    ),
    *(
        Case(
            "FFP_NET_2_1",
            kind,
            subnets("${aws_subnet.a.id}"),
            broken=(subnets("${aws_subnet.a.id}", "subnet-0123456789abcdef0"),),
            beside=_way_out(),
            broken_beside=(_way_out(to="internet"), _way_out(to="inline"), _way_out(associated=False)),
        )
        for kind, subnets in _IN_SUBNETS.items()
    ),
    Case(
        "FFP_NET_2_1",
        "aws_lambda_function",
        {"function_name": "dev-ffp-health"},
        beside=_way_out(to="internet"),
    ),
    Case(
        "FFP_NET_2_2",
        "aws_lambda_function",
        {
            "environment": {"variables": {"DATABASE_HOST": "${aws_db_instance.database.address}"}},
            "vpc_config": {"subnet_ids": ["${aws_subnet.a.id}"]},
        },
        broken=(
            {"vpc_config": None},
            {"vpc_config": None, "environment": {"variables": {"HOST": "${aws_db_proxy.database.endpoint}"}}},
        ),
        accepted=({"vpc_config": None, "environment": None},),
    ),
    Case(
        "FFP_NET_3_1",
        "aws_security_group",
        {"name": "dev-ffp-database"},
        broken=({"ingress": [{"from_port": 22}]}, {"egress": [{"from_port": 0}]}),
        accepted=({"ingress": [], "egress": []},),
    ),
    Case("FFP_NET_3_1", "aws_security_group_rule", {"type": "ingress"}, forbidden=True),
    Case(
        "FFP_NET_3_2",
        _INGRESS,
        {"description": "PostgreSQL from the functions"},
        broken=({"description": None}, {"description": ""}),
    ),
    Case(
        "FFP_NET_3_3",
        _INGRESS,
        {"ip_protocol": "tcp", "from_port": 5432, "to_port": 5432, "referenced_security_group_id": _GROUP},
        broken=(
            {"cidr_ipv4": "0.0.0.0/0"},
            {"cidr_ipv6": "::/0"},
            {"cidr_ipv4": "8.0.0.0/8"},
            {"ip_protocol": "-1"},
            {"to_port": 5433},
            {"from_port": 0},
            {"from_port": None, "to_port": None},
        ),
        accepted=({"cidr_ipv4": "10.0.0.0/16"}, {"cidr_ipv4": "${aws_vpc.network.cidr_block}"}),
    ),
    Case(
        "FFP_NET_3_4",
        _EGRESS,
        {"ip_protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_ipv4": "0.0.0.0/0"},
        broken=({"from_port": 80}, {"to_port": 65535}, {"ip_protocol": "udp"}, {"ip_protocol": "-1"}),
        accepted=(
            {"from_port": 5432, "to_port": 5432, "cidr_ipv4": None, "referenced_security_group_id": _GROUP},
            {"cidr_ipv4": None, "prefix_list_id": "${aws_vpc_endpoint.s3.prefix_list_id}"},
        ),
    ),
    Case(
        "FFP_NET_3_5",
        "aws_default_security_group",
        {"vpc_id": "${aws_vpc.network.id}"},
        broken=({"ingress": [{"self": True}]}, {"egress": [{"cidr_blocks": ["0.0.0.0/0"]}]}),
    ),
    Case(
        "FFP_NET_3_6",
        _INGRESS,
        {"security_group_id": _GROUP, "referenced_security_group_id": "${aws_security_group.notes.id}"},
        broken=(
            {"referenced_security_group_id": None, "cidr_ipv4": "10.0.0.0/16"},
            {"referenced_security_group_id": None, "prefix_list_id": "pl-0123"},
            {"referenced_security_group_id": "sg-0123"},
        ),
        accepted=(
            {
                "security_group_id": "${aws_security_group.nat.id}",
                "referenced_security_group_id": None,
                "cidr_ipv4": "10.0.0.0/16",
            },
        ),
        beside=_DATABASE,
    ),
]
