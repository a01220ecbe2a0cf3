"""Secrets by name. Their values are filled by people or by rotation, never by Terraform."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from environments.settings.base import Problem, Settings, between, must
from environments.settings.types import Description, Name


@dataclass(frozen=True, kw_only=True)
class Secret(Settings):
    """One secret, which either rotates on a schedule or says why people renew it."""

    name: Name
    description: Description
    rotation_days: Annotated[int, between(1, 1000, "days")] | None = None
    renewed_by_people_because: (
        Annotated[
            str,
            must(
                lambda reason: len(reason.strip()) >= 20,
                "must be a reason of 20 characters at least",
                "say what keeps it from rotating: the scan shows the reason",
            ),
        ]
        | None
    ) = None

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
    # 0 deletes at once and leaves the name free, which only a disposable environment may want
    recovery_window_days: Annotated[
        int, must(lambda days: days == 0 or 7 <= days <= 30, "must be 7 to 30 days, or 0", "choose one of these")
    ] = 30
    database_user: Name | None = "database-application-user"  # the database's secret, where it has one
    rotation_group: Name | None = "rotation"  # the group that rotates: one function, alone in its role
