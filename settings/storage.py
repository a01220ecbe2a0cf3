"""Buckets: what they hold, who uploads to them, and how long versions are kept."""

from dataclasses import dataclass
from typing import Annotated, Literal

from settings.base import Settings, between
from settings.encryption import DataDomain
from settings.types import Name

MALWARE_SCANS_ROLE = "malware-scans"  # the role with which GuardDuty scans an environment's buckets


@dataclass(frozen=True, kw_only=True)
class BucketSettings(Settings):
    """A private bucket, encrypted under the key of its data. Only media is under the media key."""

    name: Name
    """The bucket's name, between the environment's prefix and the account's id. Another name is another, empty
    bucket."""

    data: Literal[DataDomain.MEDIA, DataDomain.DOCUMENTS] = DataDomain.DOCUMENTS
    """A member of `DataDomain`, which decides the key: media under the media key, which CloudFront may use; documents
    under that of documents."""

    browser_uploads: bool = False
    """Adds CORS for the web application's origins, and for nobody else, so that browsers may upload with a signed form
    (POST). A signed PUT stays refused: S3 would not check its size. By default nothing may be uploaded."""

    old_versions_days: Annotated[int, between(1, 3650, "days")] = 90
    """Days for which a deleted or overwritten object can be restored, paid like any other storage. After that it is
    gone."""

    unfinished_uploads_days: Annotated[int, between(1, 30, "days")] = 3
    """Days after which the parts of an unfinished upload are deleted; until then they are paid for."""

    infrequent_access_after_days: Annotated[int, between(30, 3650, "days")] | None = 60
    """Days after which objects move to a class with cheaper storage and a price for each read. None never moves
    them."""

    expire_after_days: Annotated[int, between(1, 3650, "days")] | None = None
    """Days after which objects are deleted; their versions remain for `old_versions_days` more. None, the default,
    keeps them until somebody deletes them."""


@dataclass(frozen=True, kw_only=True)
class MalwareScan(Settings):
    """GuardDuty scans each object that is written to a bucket, and tags it with what it found.

    Functions that watch the bucket for what is created are called only after the scan, and only for what is clean. AWS
    bills each gigabyte and object. It needs no detector of GuardDuty in the account.
    """

    bucket: Name
    """The name of the bucket."""

    holds_back: bool = True
    """Nobody reads an object, not even CloudFront, before a scan has found it clean. Objects that were there before the
    scans count as unscanned: for a bucket in use, begin with False, and see docs/deployment.md."""


@dataclass(frozen=True, kw_only=True)
class StorageSettings(Settings):
    """The bucket for access logs, which every environment has, and what is scanned for malware."""

    access_log_retention_days: Annotated[int, between(1, 3650, "days")] = 365
    """Days for which the buckets' access logs are kept. Patient data demands 365."""

    malware_scans: tuple[MalwareScan, ...] = ()
    """The buckets of the application whose objects GuardDuty scans. By default there are none. An emulator has no
    scans."""

    def scan_of(self, bucket: str) -> MalwareScan | None:
        """How a bucket is scanned; None if it is not."""
        return next((each for each in self.malware_scans if each.bucket == bucket), None)
