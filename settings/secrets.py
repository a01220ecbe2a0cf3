"""Secrets by name. Their values are filled by people or by functions, never by Terraform."""

from dataclasses import dataclass
from typing import Annotated, Literal

from settings.base import Settings, between, must
from settings.types import Description, Name, Reason

Days = Annotated[int, between(1, 1000, "days")]


@dataclass(frozen=True)
class DatabaseUsers(Settings):
    """The database's two users take turns: the one that rests gets a new password and becomes the current one."""

    days: Days


@dataclass(frozen=True)
class GeneratedKey(Settings):
    """Random bytes, written as URL-safe text; the first rotation makes the first value."""

    days: Days
    length_bytes: Annotated[int, between(16, 1024, "bytes")] = 32


@dataclass(frozen=True, kw_only=True)
class RenewedByPeople(Settings):
    """A message to whoever gets the alarms says again and again that it is time, from January on in equal steps."""

    because: Reason  # what keeps it from rotating; the reminder shows it too
    every_months: Literal[1, 2, 3, 4, 6, 12]


@dataclass(frozen=True, kw_only=True)
class SecretSettings(Settings):
    """One secret, and what makes it new."""

    name: Name
    description: Description
    renewal: DatabaseUsers | GeneratedKey | RenewedByPeople

    @property
    def rotates(self) -> bool:
        """Whether the rotation function makes it new."""
        return not isinstance(self.renewal, RenewedByPeople)


@dataclass(frozen=True, kw_only=True)
class SecretsSettings(Settings):
    """How an environment keeps secrets. RDS makes the master's itself."""

    # 0 deletes at once and leaves the name free, which only a disposable environment may want
    recovery_window_days: Annotated[
        int, must(lambda days: days == 0 or 7 <= days <= 30, "must be 7 to 30 days, or 0", "choose one of these")
    ] = 30
