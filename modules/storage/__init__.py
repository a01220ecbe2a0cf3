"""Private, encrypted S3 buckets (MAP-5)."""

from modules.storage.bucket import Bucket
from modules.storage.buckets import Storage, log_bucket

__all__ = ["Bucket", "Storage", "log_bucket"]
