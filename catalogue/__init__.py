"""Every resource type that our stacks use, classed once: a file for each room of `modules/`.

A type that is missing here fails synthesis with the line to add.
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
    roles,
    secrets,
    storage,
)
from catalogue.resource_type import InUse, NotInUse, ResourceType, Rights

__all__ = ["TYPES", "InUse", "NotInUse", "ResourceType", "Rights"]

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
    roles,
    secrets,
    storage,
)
TYPES: Mapping[str, ResourceType] = {name: type_ for room in _ROOMS for name, type_ in room.TYPES.items()}
