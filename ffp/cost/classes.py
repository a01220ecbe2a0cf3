"""Sizes of RDS's and EC2's burstable arm64 classes, from the smallest to the largest."""

from settings.database import CREDITS_AN_HOUR, MEMORY_GIB

# Source: https://aws.amazon.com/rds/instance-types/
_PROCESSORS = {"micro": 2, "small": 2, "medium": 2, "large": 2, "xlarge": 4, "2xlarge": 8}
DATABASE_CLASSES = tuple(f"db.t4g.{size}" for size in MEMORY_GIB)


def size_of(name: str) -> str:
    return name.rsplit(".", 1)[-1]


def processors(database_class: str) -> int:
    """The virtual processors of a database class."""
    return _PROCESSORS.get(size_of(database_class), max(_PROCESSORS.values()))


def sustained_processors(database_class: str) -> float:
    """The processors that a burstable class may use all the time without a further charge."""
    return CREDITS_AN_HOUR[size_of(database_class)] / 60
