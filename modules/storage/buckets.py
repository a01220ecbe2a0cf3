"""The application's buckets, and the bucket that receives their access logs (MAP-5)."""

from collections.abc import Iterable, Mapping

from modules.common import Condition, Context, Statement
from modules.encryption import Encryption, Key
from modules.framework import Construct
from modules.functions import Function
from modules.groups import Bindable
from modules.storage.bucket import Bucket
from modules.storage.malware import MalwareProtection
from modules.storage.notification import notify
from settings import Application, BucketSettings, StorageSettings


class Storage(Construct):
    """The application's buckets, each encrypted with the key of its data domain, and the bucket for access logs."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        encryption: Encryption,
        upload_origins: tuple[str, ...],
        application: Application,
        settings: StorageSettings,
    ) -> None:
        super().__init__(scope, id_)
        self._account_id = context.account_id
        self.logs = log_bucket(self, "logs", context=context, retention_days=settings.access_log_retention_days)
        self.buckets = {
            each.name: self._bucket(
                each,
                context,
                encryption.key(each.data),
                upload_origins,
                is_watched=application.is_watched(each.name) or settings.scan_of(each.name) is not None,
            )
            for each in application.buckets
        }
        self.malware_protection = {
            scan.bucket: MalwareProtection(self.buckets[scan.bucket], context=context, settings=scan)
            for scan in settings.malware_scans
        }

    @property
    def bindable(self) -> Mapping[str, Mapping[str, Bindable]]:
        """The resources that groups can be bound to, by a binding's `uses` and the resource's name."""
        return {"bucket": self.buckets}

    def notify(self, functions: Iterable[Function]) -> None:
        """Has the functions that watch a bucket be called; they exist only later than it."""
        watching = [(function, watch) for function in functions for watch in function.settings.watches]
        for name, bucket in self.buckets.items():
            of_bucket = [(function, watch) for function, watch in watching if watch.bucket == name]
            protection = self.malware_protection.get(name)
            if of_bucket or protection:
                notify(bucket, self._account_id, of_bucket, protection)

    def _bucket(
        self,
        settings: BucketSettings,
        context: Context,
        key: Key,
        upload_origins: tuple[str, ...],
        *,
        is_watched: bool,
    ) -> Bucket:
        bucket = Bucket(
            self,
            settings.name,
            context=context,
            name=settings.name,
            key=key,
            old_versions_days=settings.old_versions_days,
            unfinished_uploads_days=settings.unfinished_uploads_days,
            log_bucket=self.logs,
            infrequent_access_after_days=settings.infrequent_access_after_days,
            expire_after_days=settings.expire_after_days,
            is_watched=is_watched,
        )
        if settings.browser_uploads:
            bucket.accept_uploads_from(upload_origins)
        return bucket


def log_bucket(scope: Construct, id_: str, *, context: Context, retention_days: int) -> Bucket:
    """The bucket to which S3 delivers access logs. It uses SSE-S3, as S3 requires (listed as an exception to ENC-1)."""
    bucket = Bucket(
        scope,
        id_,
        context=context,
        name=id_,
        key=None,
        old_versions_days=1,
        expire_after_days=retention_days,
    )
    bucket.document.add(
        Statement(
            "AcceptAccessLogs",
            ("s3:PutObject",),
            (f"{bucket.arn}/s3/*",),
            services=("logging.s3.amazonaws.com",),
            conditions=(
                Condition("StringEquals", "aws:SourceAccount", context.account_id),
                Condition("ArnLike", "aws:SourceArn", f"arn:aws:s3:::{context.prefix}*"),
            ),
        )
    )
    return bucket
