"""Changes of the network, part 1 of 3."""

from tests.review.opinion.cases import dangerous
from tests.review.opinion.editing import add
from tests.review.opinion.finding import of_type, pick, reference
from tests.review.opinion.kinds import SECURITY_GROUP, STRANGER, WAY_IN, WAY_OUT
from tests.review.opinion.more_parts import function_group, nat_group, opened
from tests.review.opinion.parts import database, database_group, route_table, subnet

dangerous("database-from-everywhere", "network", "The database listens to everybody.")(
    opened(WAY_IN, database_group, from_port=5432, to_port=5432, cidr_ipv4="0.0.0.0/0")
)
dangerous("database-from-everywhere-v6", "network", "The same for IPv6.")(
    opened(WAY_IN, database_group, from_port=5432, to_port=5432, cidr_ipv6="::/0")
)
dangerous("database-from-half-of-everywhere", "network", "Half of all addresses.")(
    opened(WAY_IN, database_group, from_port=5432, to_port=5432, cidr_ipv4="128.0.0.0/1")
)
dangerous("database-from-an-office", "network", "An address of the internet may connect.")(
    opened(WAY_IN, database_group, from_port=5432, to_port=5432, cidr_ipv4="203.0.113.7/32")
)
dangerous("database-from-the-whole-network", "network", "Whatever is in the network may connect.")(
    opened(WAY_IN, database_group, from_port=5432, to_port=5432, cidr_ipv4="10.30.0.0/16")
)
dangerous("database-from-private-addresses", "network", "Every peer and VPN.")(
    opened(WAY_IN, database_group, from_port=5432, to_port=5432, cidr_ipv4="10.0.0.0/8")
)
dangerous("database-from-a-prefix-list", "network", "Whoever edits the list decides.")(
    opened(WAY_IN, database_group, from_port=5432, to_port=5432, prefix_list_id="pl-0123456789abcdef0")
)
dangerous("database-from-the-nat", "network", "The instance at the edge may connect.")(
    lambda document: add(
        document,
        WAY_IN,
        "planted",
        {
            "security_group_id": reference(SECURITY_GROUP, database_group(document)),
            "referenced_security_group_id": reference(SECURITY_GROUP, nat_group(document)),
            "ip_protocol": "tcp",
            "from_port": 5432,
            "to_port": 5432,
        },
    )
)
dangerous("database-from-another-accounts-group", "network", "A stranger's group, through a peering.")(
    opened(
        WAY_IN,
        database_group,
        from_port=5432,
        to_port=5432,
        referenced_security_group_id=f"{STRANGER}/sg-0123456789abcdef0",
    )
)
dangerous("database-rule-all-ports", "network", "Every port in place of one.")(
    lambda document: pick(document, WAY_IN, database_group(document))[1].update(from_port=0, to_port=65535)
)
dangerous("database-rule-all-protocols", "network", "Every protocol.")(
    lambda document: (
        [pick(document, WAY_IN, database_group(document))[1].update(ip_protocol="-1")]
        + [pick(document, WAY_IN, database_group(document))[1].pop(k) for k in ("from_port", "to_port")]
    )
)
dangerous("database-rule-a-group-becomes-addresses", "network", "Addresses in place of one group.")(
    lambda document: (
        lambda block: (block.pop("referenced_security_group_id"), block.update(cidr_ipv4="10.30.0.0/16"))
    )(pick(document, WAY_IN, database_group(document))[1])
)
dangerous("database-rule-an-older-kind", "network", "The same with the older resource.")(
    lambda document: add(
        document,
        "aws_security_group_rule",
        "planted",
        {
            "type": "ingress",
            "security_group_id": reference(SECURITY_GROUP, database_group(document)),
            "protocol": "tcp",
            "from_port": 5000,
            "to_port": 6000,
            "cidr_blocks": ["10.30.64.0/20", "0.0.0.0/0"],
        },
    )
)
dangerous("database-group-inline-rule", "network", "The same inline; and it removes all other rules.")(
    lambda document: document["resource"][SECURITY_GROUP][database_group(document)].update(
        ingress=[{"protocol": "tcp", "from_port": 5432, "to_port": 5432, "cidr_blocks": ["0.0.0.0/0"]}]
    )
)
dangerous("database-goes-out", "network", "The database may send data to anybody.")(
    opened(WAY_OUT, database_group, from_port=443, to_port=443, cidr_ipv4="0.0.0.0/0")
)
dangerous("database-in-a-functions-group", "network", "What may reach out gets the database's address.")(
    lambda document: database(document)[1]["vpc_security_group_ids"].append(
        reference(SECURITY_GROUP, function_group(document))
    )
)
dangerous("database-in-an-unknown-group", "network", "A group that nobody here reviews.")(
    lambda document: database(document)[1].update(vpc_security_group_ids=["sg-0fedcba9876543210"])
)
dangerous("database-in-public-subnets", "network", "Subnets with a route to the internet.")(
    lambda document: pick(document, "aws_db_subnet_group")[1].update(
        subnet_ids=[
            reference("aws_subnet", n)
            for n, b in of_type(document, "aws_subnet").items()
            if b["tags"]["tier"] == "public"
        ]
    )
)
dangerous("database-in-private-subnets", "network", "Subnets with a way out.")(
    lambda document: pick(document, "aws_db_subnet_group")[1].update(
        subnet_ids=[
            reference("aws_subnet", n)
            for n, b in of_type(document, "aws_subnet").items()
            if b["tags"]["tier"] == "private"
        ]
    )
)
dangerous("isolated-tier-to-the-internet", "network", "The database's subnets become public.")(
    lambda document: add(
        document,
        "aws_route",
        "planted",
        {
            "route_table_id": reference("aws_route_table", route_table(document, "isolated")),
            "destination_cidr_block": "0.0.0.0/0",
            "gateway_id": reference("aws_internet_gateway", pick(document, "aws_internet_gateway")[0]),
        },
    )
)
dangerous("isolated-tier-out-through-the-nat", "network", "The database's subnets get a way out.")(
    lambda document: add(
        document,
        "aws_route",
        "planted",
        {
            "route_table_id": reference("aws_route_table", route_table(document, "isolated")),
            "destination_cidr_block": "0.0.0.0/0",
            "network_interface_id": reference("aws_network_interface", pick(document, "aws_network_interface")[0]),
        },
    )
)
dangerous("isolated-tier-half-routes", "network", "A way to half of all addresses.")(
    lambda document: add(
        document,
        "aws_route",
        "planted",
        {
            "route_table_id": reference("aws_route_table", route_table(document, "isolated")),
            "destination_cidr_block": "128.0.0.0/1",
            "gateway_id": reference("aws_internet_gateway", pick(document, "aws_internet_gateway")[0]),
        },
    )
)
dangerous("isolated-table-inline-route", "network", "The same inline.")(
    lambda document: document["resource"]["aws_route_table"][route_table(document, "isolated")].update(
        route=[
            {
                "cidr_block": "0.0.0.0/0",
                "gateway_id": reference("aws_internet_gateway", pick(document, "aws_internet_gateway")[0]),
            }
        ]
    )
)
dangerous("isolated-subnet-in-the-public-table", "network", "One subnet of the database is public.")(
    lambda document: next(
        b
        for b in of_type(document, "aws_route_table_association").values()
        if b["subnet_id"] == reference("aws_subnet", subnet(document, "isolated")[0])
    ).update(route_table_id=reference("aws_route_table", route_table(document, "public")))
)
dangerous("private-route-to-the-internet", "network", "The private tier is public.")(
    lambda document: (
        lambda block: (
            block.pop("network_interface_id"),
            block.update(gateway_id=reference("aws_internet_gateway", pick(document, "aws_internet_gateway")[0])),
        )
    )(pick(document, "aws_route", "network_interface_id")[1])
)
dangerous("private-subnet-in-the-public-table", "network", "The private tier is public.")(
    lambda document: next(
        b
        for b in of_type(document, "aws_route_table_association").values()
        if b["subnet_id"] == reference("aws_subnet", subnet(document, "private")[0])
    ).update(route_table_id=reference("aws_route_table", route_table(document, "public")))
)
