"""What a model consists of."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalogue import Service, service_of

DATABASE_SECRET = "master_user_secret"  # noqa: S105 - an attribute: the secret that RDS makes for itself


@dataclass(frozen=True)
class Part:
    """One thing of a stack, or somebody outside it: one resource, or the functions that share a role."""

    id: str  # a Terraform address; a word for somebody outside the stack
    kind: str  # in plain words, such as "secret"
    name: str = ""
    service: Service | None = None  # None for somebody outside, and for a type that the catalogue does not know
    tier: str | None = None  # None outside the VPC
    in_vpc: bool = False
    members: tuple[str, ...] = ()  # the functions of a group


@dataclass(frozen=True)
class Link:
    """One part uses another; `verbs` say how, in plain words."""

    source: str
    target: str
    verbs: tuple[str, ...]


@dataclass(frozen=True)
class Tier:
    """The subnets of a VPC that have one purpose."""

    name: str
    zones: int
    has_way_out: bool  # a route to anywhere outside the VPC


@dataclass(frozen=True)
class Model:
    """One stack."""

    name: str
    parts: Mapping[str, Part]
    links: tuple[Link, ...]
    tiers: tuple[Tier, ...]
    counts: Mapping[str, int] = field(repr=False)  # resources by type
    unknown: Mapping[str, int]  # of these, the types that the catalogue does not know

    def counted(self, service: Service) -> tuple[str, ...]:
        """How much of a service there is: of the types that its catalogue counts, or else of all."""
        if not service.counted:
            number = sum(count for type_, count in self.counts.items() if service_of(type_) is service)
            return (f"{number} resource{'s' * (number != 1)}",)
        found = [(self.counts.get(type_, 0), what) for type_, what in service.counted]
        return tuple(f"{number} {what}{'s' * (number != 1)}" for number, what in found if number)
