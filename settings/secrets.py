"""Secrets by name. People or functions set their values, Terraform never does."""

from dataclasses import dataclass
from typing import Annotated, Literal

from settings.base import Settings, between, must
from settings.types import Description, Name, Reason

Days = Annotated[int, between(1, 1000, "days")]


@dataclass(frozen=True)
class DatabaseUsers(Settings):
    """Two database users alternate: each rotation gives the idle one a new password and makes it the current one."""

    days: Days
    """Days between two rotations, each of which gives the idle user a new password."""


@dataclass(frozen=True)
class GeneratedKey(Settings):
    """Random bytes as URL-safe text. The first rotation generates the first value."""

    days: Days
    """Days between two rotations. The key before stays readable as `AWSPREVIOUS`."""

    length_bytes: Annotated[int, between(16, 1024, "bytes")] = 32
    """Random bytes in the key; 32 are 256 bits."""


@dataclass(frozen=True, kw_only=True)
class RenewedByPeople(Settings):
    """People renew the secret. Whoever receives the alarms gets a reminder at equal intervals, counted from January."""

    because: Reason
    """Why the platform cannot rotate it. The reminder shows the reason, too."""

    every_months: Literal[1, 2, 3, 4, 6, 12]
    """Months between two reminders, counted from January. Nothing enforces that the secret is renewed."""


@dataclass(frozen=True, kw_only=True)
class SecretSettings(Settings):
    """One secret, and how it is renewed."""

    name: Name
    """The secret's name, from which functions' variable is made: `mail-api-key` becomes `MAIL_API_KEY_SECRET_ARN`."""

    description: Description
    """What the secret is for, shown in the console."""

    renewal: DatabaseUsers | GeneratedKey | RenewedByPeople
    """How it is renewed: database users and generated keys rotate, other secrets are renewed by people."""

    @property
    def rotates(self) -> bool:
        """Whether the rotation function renews it."""
        return not isinstance(self.renewal, RenewedByPeople)


@dataclass(frozen=True, kw_only=True)
class SecretsSettings(Settings):
    """How an environment deletes secrets. RDS makes and keeps the master's itself."""

    recovery_window_days: Annotated[
        int, must(lambda days: days == 0 or 7 <= days <= 30, "must be 7 to 30 days, or 0", "choose one of these")
    ] = 30
    """Days during which a deleted secret can be restored. 0 deletes at once and frees the name, which only a disposable
    environment may do."""
