"""Buckets: what they hold, who uploads to them, how long versions are kept."""

from dataclasses import dataclass
from typing import Annotated, Literal

from settings.base import Settings, between
from settings.encryption import DataDomain
from settings.types import Name


@dataclass(frozen=True, kw_only=True)
class BucketSettings(Settings):
    """A private bucket, under the key of the data that it holds; the media key is for media alone."""

    name: Name
    data: Literal[DataDomain.MEDIA, DataDomain.DOCUMENTS] = DataDomain.DOCUMENTS
    browser_uploads: bool = False  # adds CORS for the application's own origin, and for nobody else
    old_versions_days: Annotated[int, between(1, 3650, "days")] = 90
    unfinished_uploads_days: Annotated[int, between(1, 30, "days")] = 3
    infrequent_access_after_days: Annotated[int, between(30, 3650, "days")] | None = 60


@dataclass(frozen=True, kw_only=True)
class StorageSettings(Settings):
    """What holds for the log bucket that every environment has."""

    access_log_retention_days: Annotated[int, between(1, 3650, "days")] = 365
