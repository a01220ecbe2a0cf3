"""Private, encrypted S3 buckets (MAP-5)."""

from modules.storage.bucket import Bucket
from modules.storage.buckets import Storage, log_bucket
from modules.storage.malware import MalwareProtection

__all__ = ["Bucket", "MalwareProtection", "Storage", "log_bucket"]
