"""Secrets by name. Their values are filled by people or by rotation, never by Terraform."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from environments.settings.base import Problem, Settings, between
from environments.settings.types import Name


@dataclass(frozen=True, kw_only=True)
class Secret(Settings):
    """One secret, which either rotates on a schedule or says why people renew it."""

    name: Name
    description: str
    rotation_days: Annotated[int, between(1, 1000, "days")] | None = None
    renewed_by_people_because: str | None = None

    def rules(self) -> Iterator[Problem]:
        if (self.rotation_days is None) == (self.renewed_by_people_because is None):
            yield Problem(
                "rotation_days",
                self.rotation_days,
                "a secret rotates, or gives the reason why people renew it",
                "give exactly one of rotation_days and renewed_by_people_because",
            )


@dataclass(frozen=True, kw_only=True)
class Secrets(Settings):
    """All secrets of ours. RDS makes the master's itself."""

    secrets: tuple[Secret, ...] = ()
    recovery_window_days: Annotated[int, between(7, 30, "days")] = 30
    database_user: Name | None = "database-application-user"  # the database's secret, where it has one
    rotation_group: Name | None = "rotation"  # the group that rotates: one function, alone in its role
