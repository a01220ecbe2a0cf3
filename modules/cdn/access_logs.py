"""The distribution's access logs: standard logging v2, which needs no ACLs, into an encrypted bucket."""

from modules.common import GLOBAL_REGION, Condition, Context, Statement
from modules.encryption import Key
from modules.framework import (
    CloudwatchLogDelivery,
    CloudwatchLogDeliveryDestination,
    CloudwatchLogDeliveryDestinationDeliveryDestinationConfiguration,
    CloudwatchLogDeliverySource,
    Construct,
    TerraformProvider,
)
from modules.storage import Bucket

# Without cookies, and without the query string, which contains the signature of a playback URL.
_FIELDS = (
    "date",
    "time",
    "x-edge-location",
    "c-ip",
    "cs-method",
    "x-host-header",
    "cs-uri-stem",
    "sc-status",
    "sc-bytes",
    "cs-bytes",
    "time-taken",
    "time-to-first-byte",
    "x-edge-result-type",
    "x-edge-detailed-result-type",
    "x-edge-request-id",
    "cs-protocol",
    "cs-protocol-version",
    "ssl-protocol",
    "ssl-cipher",
    "cs(User-Agent)",
    "sc-content-type",
    "sc-range-start",
    "sc-range-end",
)
_DELIVERY = "delivery.logs.amazonaws.com"


class EdgeLogs(Construct):
    """Delivers access logs from us-east-1, the region of CloudFront's log sources, to a bucket in the home region."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        provider: TerraformProvider,
        distribution_arn: str,
        key: Key,
        log_bucket: Bucket,
        retention_days: int,
    ) -> None:
        super().__init__(scope, id_)
        name = context.name("front-door")
        bucket = Bucket(
            self,
            "bucket",
            context=context,
            name="front-door-logs",
            key=key,
            old_versions_days=1,
            expire_after_days=retention_days,
            log_bucket=log_bucket,
        )
        source_arn = context.arn("logs", f"delivery-source:{name}", region=GLOBAL_REGION)
        of_this_source = (
            Condition("StringEquals", "aws:SourceAccount", context.account_id),
            Condition("ArnLike", "aws:SourceArn", source_arn),
        )
        _accept(bucket, context, of_this_source)
        actions = ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey")
        key.admit_service("DeliverFrontDoorLogs", _DELIVERY, actions, *of_this_source)

        source = CloudwatchLogDeliverySource(
            self, "source", provider=provider, name=name, log_type="ACCESS_LOGS", resource_arn=distribution_arn
        )
        destination = CloudwatchLogDeliveryDestination(
            self,
            "destination",
            provider=provider,
            name=name,
            output_format="json",
            delivery_destination_configuration=[
                CloudwatchLogDeliveryDestinationDeliveryDestinationConfiguration(destination_resource_arn=bucket.arn)
            ],
            depends_on=[bucket.policy, key.policy],
        )
        CloudwatchLogDelivery(
            self,
            "delivery",
            provider=provider,
            delivery_source_name=source.name,
            delivery_destination_arn=destination.arn,
            record_fields=list(_FIELDS),
        )


def _accept(bucket: Bucket, context: Context, of_this_source: tuple[Condition, ...]) -> None:
    """Lets the delivery write to the bucket, with exactly the statement that AWS would add.

    When a delivery is created, AWS adds this statement to the bucket's policy unless the policy already has it. Next to
    a different statement, AWS would add its own, and the next plan would remove that.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-S3.html
    """
    bucket.document.add(
        Statement(
            "AWSLogDeliveryWrite1",
            ("s3:PutObject",),
            (f"{bucket.arn}/AWSLogs/{context.account_id}/CloudFront/*",),
            services=(_DELIVERY,),
            conditions=(Condition("StringEquals", "s3:x-amz-acl", "bucket-owner-full-control"), *of_this_source),
        )
    )
