"""Buckets: what they hold, who uploads to them, how long versions are kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from settings.base import Problem, Settings, between
from settings.encryption import DataDomain
from settings.types import Name

MEDIA_BUCKET = "media"


@dataclass(frozen=True, kw_only=True)
class Bucket(Settings):
    """A private bucket, under the key of the data that it holds; the media key is for media alone."""

    name: Name
    data: Literal[DataDomain.MEDIA, DataDomain.DOCUMENTS] = DataDomain.DOCUMENTS
    browser_uploads: bool = False  # adds CORS for the application's own origin, and for nobody else
    old_versions_days: Annotated[int, between(1, 3650, "days")] = 90
    unfinished_uploads_days: Annotated[int, between(1, 30, "days")] = 3
    infrequent_access_after_days: Annotated[int, between(30, 3650, "days")] | None = 60


@dataclass(frozen=True, kw_only=True)
class Storage(Settings):
    """The buckets, and the log bucket that every environment has."""

    buckets: tuple[Bucket, ...] = (Bucket(name=MEDIA_BUCKET, data=DataDomain.MEDIA, browser_uploads=True),)
    access_log_retention_days: Annotated[int, between(1, 3650, "days")] = 365

    def rules(self) -> Iterator[Problem]:
        names = [bucket.name for bucket in self.buckets]
        if MEDIA_BUCKET not in names:
            yield Problem("buckets", names, f"must hold {MEDIA_BUCKET}", "the distribution serves media from it")
        for bucket in self.buckets:
            if (bucket.name == MEDIA_BUCKET) != (bucket.data is DataDomain.MEDIA):
                yield Problem(
                    f"buckets[{bucket.name}].data",
                    bucket.data.value,
                    f"the bucket {MEDIA_BUCKET} holds media, and no other does",
                    "the media key serves what the distribution reads: choose DataDomain.DOCUMENTS for anything else",
                )
