"""Cases of the NET policies."""

from __future__ import annotations

from collections.abc import Callable

from tests.checks.case import Case, Values, backend

_INGRESS = "aws_vpc_security_group_ingress_rule"
_EGRESS = "aws_vpc_security_group_egress_rule"
_GROUP = "${aws_security_group.database.id}"

_PLAIN_HTTP = {"test": "Bool", "variable": "aws:SecureTransport", "values": ["false"]}
_OLD_TLS = {"test": "NumericLessThan", "variable": "s3:TlsVersion", "values": ["1.3"]}
_EVERYBODY = {"type": "*", "identifiers": ["*"]}
_NO_SERVICE = {"test": "Bool", "variable": "aws:PrincipalIsAWSService", "values": ["false"]}
_NOT_IN_A_NAME = {"test": "BoolIfExists", "variable": "aws:ViaAWSService", "values": ["false"]}
_LINKED = "arn:aws:iam::111111111111:role/aws-service-role/*"


def _but(*roles: str, test: str = "ArnNotLike") -> dict[str, object]:
    return {"test": test, "variable": "aws:PrincipalArn", "values": list(roles)}


def _parameters(force_ssl: str, floor: str) -> dict[str, object]:
    return {
        "parameter": [
            {"name": "rds.force_ssl", "value": force_ssl},
            {"name": "ssl_min_protocol_version", "value": floor},
        ]
    }


def _denial(*conditions: Values, **other: object) -> dict[str, object]:
    denial = {
        "effect": "Deny",
        "principals": [{"type": "*", "identifiers": ["*"]}],
        "actions": ["s3:*"],
        "resources": ["arn:aws:s3:::dev-ffp-media", "arn:aws:s3:::dev-ffp-media/*"],
        "condition": list(conditions),
        **other,
    }
    return {
        **backend("dev"),
        "data": {"aws_iam_policy_document": {"media": {"statement": [denial]}}},
        "resource": {
            "aws_s3_bucket_policy": {
                "media": {
                    "bucket": "${aws_s3_bucket.subject.id}",
                    "policy": "${data.aws_iam_policy_document.media.json}",
                }
            }
        },
    }


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


def _holder(kind: str, target: str, *actions: str, **other: object) -> Values:
    """A policy of its own for the subject, which denies these actions over plain HTTP."""
    denial = {
        "effect": "Deny",
        "principals": [_EVERYBODY],
        "actions": list(actions),
        "condition": [_PLAIN_HTTP],
        **other,
    }
    policy = {target: f"${{{kind}.subject.id}}", "policy": "${data.aws_iam_policy_document.holder.json}"}
    return {
        **backend("dev"),
        "data": {"aws_iam_policy_document": {"holder": {"statement": [denial]}}},
        "resource": {f"{kind}_policy": {"holder": policy}},
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
    Case(
        "FFP_NET_4_1",
        "aws_cloudfront_distribution",
        {"viewer_certificate": {"minimum_protocol_version": "TLSv1.3_2025"}},
        broken=(
            {"viewer_certificate": {"minimum_protocol_version": "TLSv1.2_2021"}},
            {"viewer_certificate": {"cloudfront_default_certificate": True}},
        ),
        beside={"terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": "6.25.0"}}}},
    ),
    Case(
        "FFP_NET_4_2",
        "aws_cloudfront_distribution",
        {
            "default_cache_behavior": {"viewer_protocol_policy": "https-only"},
            "ordered_cache_behavior": [{"path_pattern": "/media/*", "viewer_protocol_policy": "redirect-to-https"}],
        },
        broken=(
            {"default_cache_behavior": {"viewer_protocol_policy": "allow-all"}},
            {"ordered_cache_behavior": [{"path_pattern": "/api/*", "viewer_protocol_policy": "allow-all"}]},
        ),
    ),
    Case(
        "FFP_NET_4_3",
        "aws_cloudfront_distribution",
        {
            "origin": [
                {"custom_origin_config": {"origin_protocol_policy": "https-only", "origin_ssl_protocols": ["TLSv1.2"]}}
            ]
        },
        broken=(
            {
                "origin": [
                    {
                        "custom_origin_config": {
                            "origin_protocol_policy": "match-viewer",
                            "origin_ssl_protocols": ["TLSv1.2"],
                        }
                    }
                ]
            },
            {
                "origin": [
                    {
                        "custom_origin_config": {
                            "origin_protocol_policy": "https-only",
                            "origin_ssl_protocols": ["TLSv1.1", "TLSv1.2"],
                        }
                    }
                ]
            },
        ),
        accepted=({"origin": [{"origin_access_control_id": "${aws_cloudfront_origin_access_control.media.id}"}]},),
    ),
    Case(
        "FFP_NET_4_4",
        "aws_db_parameter_group",
        _parameters("1", "TLSv1.3"),
        broken=(_parameters("0", "TLSv1.3"), _parameters("1", "TLSv1.2"), {"parameter": None}),
    ),
    Case(
        "FFP_NET_4_4",
        "aws_db_instance",
        {"parameter_group_name": "${aws_db_parameter_group.ours.name}"},
        broken=({"parameter_group_name": None}, {"parameter_group_name": "default.postgres17"}),
    ),
    Case(
        "FFP_NET_4_5",
        "aws_apigatewayv2_domain_name",
        {"domain_name_configuration": {"security_policy": "TLS_1_2"}},
        broken=({"domain_name_configuration": {"security_policy": "TLS_1_0"}},),
    ),
    Case(
        "FFP_NET_4_6",
        "aws_s3_bucket",
        {"bucket": "dev-ffp-media"},
        beside=_denial(_PLAIN_HTTP),
        broken_beside=(
            _denial(_OLD_TLS),
            _denial(_PLAIN_HTTP, effect="Allow"),
            _denial(_PLAIN_HTTP, _NO_SERVICE),
            _denial(_PLAIN_HTTP, actions=["s3:GetObject"]),
            _denial(_PLAIN_HTTP, resources=["arn:aws:s3:::dev-ffp-media"]),
            {},
        ),
    ),
    Case(
        "FFP_NET_4_7",
        "aws_s3_bucket",
        {"bucket": "dev-ffp-media"},
        beside=_denial(_OLD_TLS, _NO_SERVICE, _NOT_IN_A_NAME, _but(_LINKED)),
        broken_beside=(
            _denial(_PLAIN_HTTP),
            _denial({**_OLD_TLS, "values": ["1.2"]}, _NO_SERVICE),
            _denial(_OLD_TLS, _NO_SERVICE, {"test": "StringEquals", "variable": "aws:PrincipalTag/x", "values": ["y"]}),
            _denial(_OLD_TLS, _NO_SERVICE, {**_NOT_IN_A_NAME, "test": "Bool"}),  # spares whoever does not say
            _denial(_OLD_TLS, _NO_SERVICE, {**_NOT_IN_A_NAME, "values": ["true"]}),
            *(
                _denial(_OLD_TLS, _NO_SERVICE, _NOT_IN_A_NAME, roles)
                for roles in (
                    _but("arn:aws:iam::111111111111:role/*"),
                    _but("arn:aws:iam::*:role/aws-service-role/*"),
                    _but("arn:aws:iam::111111111111:role/aws-service-role*"),
                    _but(_LINKED, "arn:aws:iam::111111111111:role/dev-ffp-deploy"),
                    _but(_LINKED, test="ArnLike"),
                    {**_but(_LINKED), "variable": "aws:SourceArn"},
                )
            ),
            _denial(_OLD_TLS, _NO_SERVICE, resources=["arn:aws:s3:::dev-ffp-media"]),
        ),
    ),
    *(
        Case("FFP_NET_4_7", "aws_s3_bucket", {"bucket": "dev-ffp-media"}, beside=_denial(_OLD_TLS, *fewer_spared))
        for fewer_spared in ((), (_NO_SERVICE,), (_NO_SERVICE, _NOT_IN_A_NAME))
    ),
    Case(
        "FFP_NET_4_10",
        "aws_s3_bucket",
        {"bucket": "dev-ffp-media"},
        beside=_denial({**_OLD_TLS, "values": ["1.2"]}),
        broken_beside=(
            _denial(_OLD_TLS, _NO_SERVICE),
            _denial({**_OLD_TLS, "values": ["1.2"]}, _NO_SERVICE),
            _denial({**_OLD_TLS, "values": ["1.2"]}, _but(_LINKED)),
            _denial({**_OLD_TLS, "values": ["1.2"]}, actions=["s3:PutObject"]),
        ),
    ),
    *(
        Case(
            "FFP_NET_4_9",
            kind,
            {"kms_master_key_id": "${aws_kms_key.data.arn}"},
            beside=_holder(kind, target, action),
            broken_beside=(
                _holder(kind, target, "tag:GetResources"),
                _holder(kind, target, action, effect="Allow"),
                _holder(kind, target, action, condition=[_PLAIN_HTTP, _NO_SERVICE]),
                backend("dev"),
            ),
        )
        for kind, target, action in (
            ("aws_secretsmanager_secret", "secret_arn", "secretsmanager:*"),
            ("aws_sns_topic", "arn", "sns:Publish"),
            ("aws_sqs_queue", "queue_url", "sqs:*"),
        )
    ),
    Case(
        "FFP_NET_4_8",
        "data.aws_iam_policy_document",
        {"statement": [{"effect": "Deny", "principals": [_EVERYBODY], "condition": [_PLAIN_HTTP]}]},
        broken=(
            {"statement": [{"effect": "Deny", "principals": [_EVERYBODY], "condition": [_PLAIN_HTTP, _NO_SERVICE]}]},
            {
                "statement": [
                    {
                        "effect": "Deny",
                        "principals": [_EVERYBODY],
                        "condition": [{**_PLAIN_HTTP, "test": "BoolIfExists", "values": ["true"]}],
                    }
                ]
            },
        ),
        accepted=({"statement": [{"effect": "Deny", "principals": [_EVERYBODY], "condition": [_OLD_TLS]}]},),
    ),
]
