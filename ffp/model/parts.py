"""The elements of a model."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalogue import Service, service_of

DATABASE_SECRET = "master_user_secret"  # noqa: S105 - the attribute with the secret that RDS creates


@dataclass(frozen=True)
class Part:
    """One part of a stack, or somebody outside it. A part is a resource, or the functions that share a role."""

    id: str  # a Terraform address, or a word for somebody outside the stack
    kind: str  # in plain words, such as "secret"
    name: str = ""
    service: Service | None = None  # None outside the stack, and for a type that the catalogue lacks
    tier: str | None = None  # None outside the VPC
    in_vpc: bool = False
    members: tuple[str, ...] = ()  # the functions of a group


@dataclass(frozen=True)
class Link:
    """One part uses another. `verbs` describe how, in plain words."""

    source: str
    target: str
    verbs: tuple[str, ...]


@dataclass(frozen=True)
class Tier:
    """The subnets of a VPC with the same purpose."""

    name: str
    zones: int
    has_way_out: bool  # a default route out of the VPC


@dataclass(frozen=True)
class Model:
    """One stack."""

    name: str
    parts: Mapping[str, Part]
    links: tuple[Link, ...]
    tiers: tuple[Tier, ...]
    counts: Mapping[str, int] = field(repr=False)  # resources by type
    unknown: Mapping[str, int]  # of these, the types that the catalogue lacks

    def counted(self, service: Service) -> tuple[str, ...]:
        """The number of a service's resources: by the types that the catalogue counts, or else of all types."""
        if not service.counted:
            number = sum(count for type_, count in self.counts.items() if service_of(type_) is service)
            return (f"{number} resource{'s' * (number != 1)}",)
        found = [(self.counts.get(type_, 0), what) for type_, what in service.counted]
        return tuple(f"{number} {what}{'s' * (number != 1)}" for number, what in found if number)
