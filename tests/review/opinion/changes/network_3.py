"""Changes of the network, part 3 of 3."""

from tests.review.opinion.cases import dangerous
from tests.review.opinion.editing import add, plants, put, without
from tests.review.opinion.finding import pick, reference
from tests.review.opinion.kinds import SECURITY_GROUP, STRANGER, WAY_IN
from tests.review.opinion.more_parts import vpc
from tests.review.opinion.parts import inside, subnet

dangerous("new-endpoint-service", "network", "Anybody connects from their own network.")(
    plants(
        (
            "aws_vpc_endpoint_service",
            {
                "acceptance_required": False,
                "network_load_balancer_arns": [
                    ("arn:aws:elasticloadbalancing:eu-west-2:333333333333:loadbalancer/net/db/0123456789abcdef")
                ],
                "allowed_principals": ["*"],
            },
        )
    )
)
dangerous("new-bastion", "network", "A bastion with SSH for everybody.")(
    plants(
        (
            "aws_instance",
            lambda document: {
                "ami": "ami-0a1b2c3d4e5f60718",
                "instance_type": "t4g.small",
                "subnet_id": reference("aws_subnet", subnet(document, "public")[0]),
                "associate_public_ip_address": True,
                "key_name": "ops",
                "vpc_security_group_ids": ["${aws_security_group.bastion.id}"],
            },
        ),
        more=lambda document: (
            add(document, SECURITY_GROUP, "bastion", {"name": "bastion", "vpc_id": vpc(document)}),
            add(
                document,
                WAY_IN,
                "bastion",
                {
                    "security_group_id": "${aws_security_group.bastion.id}",
                    "ip_protocol": "tcp",
                    "from_port": 22,
                    "to_port": 22,
                    "cidr_ipv4": "0.0.0.0/0",
                },
            ),
        ),
    )
)
dangerous("new-load-balancer", "network", "A second front door, past the distribution and its firewall.")(
    plants(
        (
            "aws_lb",
            lambda document: {
                "name": "public",
                "internal": False,
                "load_balancer_type": "application",
                "subnets": [reference("aws_subnet", subnet(document, "public")[0])],
            },
        ),
        more=lambda document: add(
            document,
            "aws_lb_listener",
            "http",
            {
                "load_balancer_arn": "${aws_lb.planted.arn}",
                "port": 80,
                "protocol": "HTTP",
                "default_action": [{"type": "forward", "target_group_arn": "arn:x"}],
            },
        ),
    )
)
dangerous("new-proxy-without-tls", "network", "A proxy to the database without TLS.")(
    plants(
        (
            "aws_db_proxy",
            lambda document: {
                "name": "proxy",
                "engine_family": "POSTGRESQL",
                "require_tls": False,
                "role_arn": reference("aws_iam_role", pick(document, "aws_iam_role")[0], "arn"),
                "vpc_subnet_ids": [reference("aws_subnet", subnet(document, "isolated")[0])],
                "auth": [{"auth_scheme": "SECRETS", "iam_auth": "DISABLED", "secret_arn": "arn:x"}],
            },
        )
    )
)
dangerous(
    "new-acl-that-denies",
    "availability",
    "All traffic of the private tier is refused.",
    doubt="closes rather than opens",
)(
    plants(
        (
            "aws_network_acl",
            lambda document: {
                "vpc_id": vpc(document),
                "subnet_ids": [reference("aws_subnet", subnet(document, "private")[0])],
                "ingress": [
                    {
                        "rule_no": 100,
                        "action": "deny",
                        "protocol": "-1",
                        "from_port": 0,
                        "to_port": 0,
                        "cidr_block": "0.0.0.0/0",
                    }
                ],
            },
        )
    )
)
dangerous("new-cache-in-clear", "exposure", "A cache of sessions without encryption and password.")(
    plants(
        (
            "aws_elasticache_cluster",
            lambda document: {
                "cluster_id": "sessions",
                "engine": "redis",
                "node_type": "cache.t4g.micro",
                "num_cache_nodes": 1,
            },
        )
    )
)
dangerous("new-ftp", "exposure", "FTP from the internet.")(
    plants(
        (
            "aws_transfer_server",
            {"endpoint_type": "PUBLIC", "protocols": ["FTP"], "identity_provider_type": "SERVICE_MANAGED"},
        )
    )
)
dangerous("new-cluster-with-password", "secrets", "A cluster with its password in the code, in clear.")(
    plants(
        (
            "aws_rds_cluster",
            {
                "cluster_identifier": "reports",
                "engine": "aurora-postgresql",
                "master_username": "reports",
                "master_password": "Kq7!vB2xLm9Tz4Rw",
                "skip_final_snapshot": True,
                "storage_encrypted": False,
            },
        )
    )
)
dangerous("new-resource-share", "exposure", "Subnets or keys can be shared outside.")(
    plants(
        ("aws_ram_resource_share", {"name": "subnets", "allow_external_principals": True}),
        more=lambda document: add(
            document,
            "aws_ram_principal_association",
            "x",
            {"principal": STRANGER, "resource_share_arn": "${aws_ram_resource_share.planted.arn}"},
        ),
    )
)
dangerous("dns-off", "availability", "Functions cannot resolve the database's name.")(
    put("aws_vpc", "enable_dns_support", False)
)
dangerous("nat-address-removed", "availability", "The private tier has no way out.")(without("aws_eip"))
dangerous("nat-route-removed", "availability", "One zone of the private tier has no way out.")(
    lambda document: (
        pick(document, "aws_lambda_function", inside),  # who uses it
        without("aws_route", "network_interface_id")(document),
    )
)
dangerous("internet-route-removed", "availability", "No way out at all.")(without("aws_route", "gateway_id"))
dangerous("nat-checks-source", "availability", "The instance drops everybody's traffic but its own.")(
    put("aws_network_interface", "source_dest_check", True)
)
dangerous("association-removed", "availability", "The subnet falls back to the main table, without a way out.")(
    without("aws_route_table_association", "private")
)
