"""Resource types of buckets (MAP-5), and of scans of what is in them."""

from collections.abc import Mapping

from catalogue.resource_type import InUse, NotInUse, ResourceType, part_of
from catalogue.service import Area, Service

SERVICES = (
    Service("GuardDuty", Area.SECURITY, ("aws_guardduty",)),
    Service("S3", Area.DATA, ("aws_s3",), "MAP-5"),
)
TYPES: Mapping[str, ResourceType] = {
    "aws_guardduty_malware_protection_plan": ResourceType(
        holds=None,
        name=None,
        tagged=True,
        billed="by gigabyte and object that it scans",
        replaced=NotInUse("objects that come meanwhile are held back unscanned", only_one=True),
    ),
    "aws_s3_bucket": ResourceType(
        holds="objects and their old versions",
        name="bucket",
        tagged=True,
        billed="by gigabyte and request",
        replaced=InUse("functions, log deliveries and the distribution refer to it"),
    ),
    "aws_s3_bucket_cors_configuration": part_of("its bucket"),
    "aws_s3_bucket_lifecycle_configuration": part_of("its bucket"),
    "aws_s3_bucket_logging": part_of("its bucket"),
    "aws_s3_bucket_notification": part_of("its bucket"),
    "aws_s3_bucket_ownership_controls": part_of("its bucket"),
    "aws_s3_bucket_policy": part_of("its bucket"),
    "aws_s3_bucket_public_access_block": part_of("its bucket"),
    "aws_s3_bucket_server_side_encryption_configuration": part_of("its bucket"),
    "aws_s3_bucket_versioning": part_of("its bucket"),
}
