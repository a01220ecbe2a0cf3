"""The VPC: its addresses, zones, egress and endpoints."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Annotated, Literal

from settings.base import Problem, Settings, between, matching, must
from settings.types import Cidr, LogRetentionDays

Egress = Literal["none", "nat_instance", "nat_gateway", "nat_gateway_per_zone"]
# Services by their prefix in IAM, whose interface endpoints AWS names otherwise.
# Source: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
ENDPOINT_NAMES = {
    "cloudwatch": "monitoring",
    "ecr": "ecr.api",
    "firehose": "kinesis-firehose",
    "kinesis": "kinesis-streams",
}
GATEWAY_SERVICES = frozenset({"s3"})  # reached by a gateway endpoint, which every VPC has and which costs nothing

_PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
_SMALLEST_VPC = 24  # sixteen subnets of /28, AWS's smallest


@dataclass(frozen=True, kw_only=True)
class NetworkSettings(Settings):
    """A VPC of three tiers over at least two zones. The isolated tier has no route out, whatever the egress."""

    cidr: Cidr
    """The VPC's private addresses, a /16 to /24 that overlaps no other environment's. Another value replaces the VPC
    with everything in it, the database included."""

    zones: Annotated[
        tuple[str, ...],
        must(lambda zones: 2 <= len(zones) <= 4, "must be 2 to 4 zones", "a database's subnet group needs two"),
    ] = ("a", "b")
    """Letters of the availability zones in use, 2 to 4. The database needs two; a NAT gateway for each zone is paid for
    each."""

    egress: Egress = "nat_instance"
    """How the private tier reaches AWS's APIs: `none` needs `endpoints`; a `nat_instance` costs about 8 dollars a month
    but is a single point of failure; a `nat_gateway` costs about 40, `nat_gateway_per_zone` as much for each zone. See
    docs/architecture.md."""

    nat_instance_type: Annotated[
        str,
        matching(
            r"[a-z]\d+g[dn]*\.(nano|micro|small|medium|\d*x?large)",
            "must be an arm64 instance type",
            "choose t4g.nano or larger",
        ),
    ] = "t4g.nano"
    """The size of the NAT instance, an arm64 type. Only `nat_instance` uses it; a change replaces the instance, which
    interrupts egress for minutes."""

    endpoints: tuple[str, ...] = ()
    """AWS services with an interface endpoint, by their prefix in IAM such as `sns`: about 8 dollars a month for each
    service and zone. With egress `none`, every service that bindings call in the VPC is needed."""

    endpoint_zones: Annotated[int, between(1, 4)] = 1
    """Zones in which each endpoint has an address. With one, functions in the others lose the service when that zone
    fails."""

    flow_log_retention_days: LogRetentionDays = 365
    """Days for which the VPC's flow logs are kept. Patient data demands 365."""

    @property
    def block(self) -> IPv4Network:
        return IPv4Network(self.cidr)

    def rules(self) -> Iterator[Problem]:
        if not 16 <= self.block.prefixlen <= _SMALLEST_VPC:
            yield Problem(
                "cidr",
                self.cidr,
                f"a VPC of three tiers needs a /16 to /{_SMALLEST_VPC}",
                "choose a network of that size: it is cut into sixteen subnets",
            )
        if not any(self.block.subnet_of(network) for network in _PRIVATE):
            yield Problem(
                "cidr",
                self.cidr,
                "must be a private network of RFC 1918",
                f"choose from {', '.join(map(str, _PRIVATE))}",
            )
        if len(set(self.zones)) != len(self.zones):
            yield Problem("zones", self.zones, "must list each zone once", "remove the repeated zone")
        if len(set(self.endpoints)) != len(self.endpoints):
            yield Problem("endpoints", self.endpoints, "must list each service once", "remove the repeated service")
        prefixes = {name: prefix for prefix, name in ENDPOINT_NAMES.items()}
        for service in self.endpoints:
            if service in prefixes:
                yield Problem("endpoints", service, "must be the service's prefix in IAM", f"write {prefixes[service]}")
        if self.endpoint_zones > len(self.zones):
            yield Problem(
                "endpoint_zones",
                self.endpoint_zones,
                f"at most the {len(self.zones)} zones",
                "lower it or add a zone",
            )
