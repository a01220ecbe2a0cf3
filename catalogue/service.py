"""An AWS service, as pictures and reviews name it."""

from dataclasses import dataclass
from enum import Enum, unique


@unique
class Area(Enum):
    """What a service is for."""

    COMPUTE = "compute"
    DATA = "data"
    ENTRY = "entry"
    NETWORK = "network"
    OPERATIONS = "operations"
    SECURITY = "security"


@dataclass(frozen=True)
class Service:
    """One service, and the resource types that belong to it."""

    name: str
    area: Area
    beginnings: tuple[str, ...]  # of its types: `aws_vpc` is the beginning of `aws_vpc_endpoint`, the longest counts
    row: str | None = None  # in the service map of docs/architecture.md
    counted: tuple[tuple[str, str], ...] = ()  # types whose number matters, each with the word for one
