"""Customer-managed keys: which data has a key of its own."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from settings.base import Settings, between


class DataDomain(StrEnum):
    """Data that can have a key of its own; media has one wherever the application holds any."""

    MEDIA = "media"
    DOCUMENTS = "documents"
    DATABASE = "database"
    SECRETS = "secrets"
    LOGS = "logs"
    MESSAGES = "messages"
    BACKUPS = "backups"


@dataclass(frozen=True, kw_only=True)
class EncryptionSettings(Settings):
    """The KMS keys. Every key rotates yearly and costs a dollar a month."""

    own_key: tuple[DataDomain, ...] = ()
    """Members of `DataDomain` that get a key of their own, beside media, which has one wherever the
    application holds any. All else shares one key,
    as is the default. Each key costs a dollar a month, and two more after its first two rotations."""

    deletion_window_days: Annotated[int, between(7, 30, "days")] = 30
    """Days during which a deleted key can be restored. After that, everything encrypted under it is unreadable for
    ever."""
