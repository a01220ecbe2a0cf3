"""The catalogue: facts about every resource type that the stacks use, with a file for each module in `modules/`.

Synthesis fails for a type that is missing here, and shows the entry to add.
"""

from collections.abc import Mapping

from catalogue import (
    api,
    cdn,
    database,
    encryption,
    functions,
    identity,
    messaging,
    monitoring,
    network,
    recovery,
    roles,
    secrets,
    storage,
)
from catalogue.resource_type import InUse, NotInUse, ResourceType, Rights
from catalogue.service import Area, Service

__all__ = ["SERVICES", "TYPES", "Area", "InUse", "NotInUse", "ResourceType", "Rights", "Service", "service_of"]

_ROOMS = (
    api,
    cdn,
    database,
    encryption,
    functions,
    identity,
    messaging,
    monitoring,
    network,
    recovery,
    roles,
    secrets,
    storage,
)
TYPES: Mapping[str, ResourceType] = {name: type_ for room in _ROOMS for name, type_ in room.TYPES.items()}
SERVICES: tuple[Service, ...] = tuple(service for room in _ROOMS for service in room.SERVICES)
_BEGINNINGS = {beginning: service for service in SERVICES for beginning in service.beginnings}


def service_of(type_: str) -> Service | None:
    """The service that a resource type belongs to; None for a type that the catalogue does not know."""
    words = type_.split("_")
    beginnings = ("_".join(words[:end]) for end in range(len(words), 0, -1))
    return next((_BEGINNINGS[each] for each in beginnings if each in _BEGINNINGS), None)
