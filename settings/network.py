"""The VPC: its addresses, zones, way out and endpoints."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Annotated, Literal

from settings.base import Problem, Settings, between, matching, must
from settings.types import Cidr, LogRetentionDays

Egress = Literal["none", "nat_instance", "nat_gateway", "nat_gateway_per_zone"]
GATEWAY_SERVICES = frozenset({"s3"})  # reached by a gateway endpoint, which every VPC has and which costs nothing

_PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
_SMALLEST_VPC = 24  # sixteen subnets of /28, AWS's smallest


@dataclass(frozen=True, kw_only=True)
class NetworkSettings(Settings):
    """A VPC of three tiers over at least two zones; the isolated tier has no route out whatever the egress is."""

    cidr: Cidr
    zones: Annotated[
        tuple[str, ...],
        must(lambda zones: 2 <= len(zones) <= 4, "must be 2 to 4 zones", "a database's subnet group needs two"),
    ] = ("a", "b")
    # A hardened instance costs some 8 dollars a month with its address, a gateway some 40: see docs/architecture.md.
    egress: Egress = "nat_instance"
    nat_instance_type: Annotated[
        str,
        matching(
            r"[a-z]\d+g[dn]*\.(nano|micro|small|medium|\d*x?large)",
            "must be an arm64 instance type",
            "choose t4g.nano or larger",
        ),
    ] = "t4g.nano"
    # services that bindings call; an interface endpoint to one costs about 8 dollars a month and zone
    endpoints: tuple[str, ...] = ()
    endpoint_zones: Annotated[int, between(1, 4)] = 1
    flow_log_retention_days: LogRetentionDays = 365

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
            yield Problem("zones", self.zones, "must differ from each other", "remove the repeated zone")
        if len(set(self.endpoints)) != len(self.endpoints):
            yield Problem("endpoints", self.endpoints, "must differ from each other", "remove the repeated service")
        if self.endpoint_zones > len(self.zones):
            yield Problem(
                "endpoint_zones",
                self.endpoint_zones,
                f"at most the {len(self.zones)} zones",
                "lower it or add a zone",
            )
