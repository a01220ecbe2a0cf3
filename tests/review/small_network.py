"""A small network of an application that is not the sample, and what a change of it gives."""

import copy
from typing import Any

from ffp.review.concern import Concern
from ffp.review.network import concerns
from ffp.review.side import Side
from tests.review.corpus.edit import Document, stack_of

CIDR, ANY = "10.0.0.0/16", "0.0.0.0/0"


def ref(address: str, attribute: str = "id") -> str:
    return f"${{{address}.{attribute}}}"


def document() -> Document:
    """An instance in a public subnet, a cache in a private one, and a service that asks the cache."""
    vpc = {"vpc_id": ref("aws_vpc.main")}
    web = {"from_port": 443, "to_port": 443, "protocol": "tcp", "cidr_blocks": ANY}
    everything = {"protocol": "-1", "cidr_blocks": [ANY]}
    return {
        "locals": {"private": [ref("aws_subnet.private")]},
        "resource": {
            "aws_vpc": {"main": {"cidr_block": CIDR}},
            "aws_default_security_group": {"main": vpc},
            "aws_internet_gateway": {"main": vpc},
            "aws_subnet": {
                "public": {**vpc, "cidr_block": "10.0.0.0/24"},
                "private": {**vpc, "cidr_block": "10.0.1.0/24"},
            },
            "aws_route_table": {
                "public": {
                    **vpc,
                    "route": [{"cidr_block": ANY, "gateway_id": ref("aws_internet_gateway.main")}],
                }
            },
            "aws_route_table_association": {
                "public": {
                    "subnet_id": ref("aws_subnet.public"),
                    "route_table_id": ref("aws_route_table.public"),
                }
            },
            "aws_security_group": {
                "web": {**vpc, "ingress": [web], "egress": [everything]},
                "service": {**vpc, "egress": [everything]},
                "cache": {
                    **vpc,
                    "ingress": {
                        "protocol": "tcp",
                        "from_port": "6379",
                        "to_port": "6379",
                        "security_groups": [ref("aws_security_group.service")],
                    },
                },
            },
            "aws_instance": {
                "web": {
                    "subnet_id": ref("aws_subnet.public"),
                    "vpc_security_group_ids": [ref("aws_security_group.web")],
                }
            },
            "aws_ecs_service": {
                "service": {
                    "network_configuration": {
                        "subnets": "${local.private}",
                        "security_groups": [ref("aws_security_group.service")],
                    }
                }
            },
            "aws_elasticache_subnet_group": {"main": {"name": "caches", "subnet_ids": "${local.private}"}},
            "aws_elasticache_replication_group": {
                "cache": {
                    "subnet_group_name": ref("aws_elasticache_subnet_group.main", "name"),
                    "security_group_ids": ref("aws_security_group.cache"),
                }
            },
        },
    }


def changed(document: Document, **types: dict[str, Any]) -> Document:
    """The document with more blocks, or with more attributes of blocks that exist; None removes a block."""
    found = copy.deepcopy(document)
    for type_, named in types.items():
        own = found["resource"].setdefault(type_, {})
        for name, attributes in named.items():
            if attributes is None:
                del own[name]
            else:
                own[name] = {**own.get(name, {}), **attributes}
    return found


def judged(before: Document, after: Document) -> list[Concern]:
    return list(concerns(Side(stack_of(before)), Side(stack_of(after))))


def titles(after: Document, before: Document | None = None) -> str:
    return "\n".join(each.title for each in judged(before or document(), after))
