"""One bad input, and what is told of it."""

from dataclasses import dataclass

from settings import Environment


@dataclass(frozen=True)
class Case:
    """One bad input, and what its line must hold."""

    settings: Environment
    field: str
    value: str
    limit: str
    remedy: str
