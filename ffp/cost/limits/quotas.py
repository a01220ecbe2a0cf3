"""Limits of AWS's services that an environment can meet, each with its source, as read in November 2026."""

from decimal import Decimal
from typing import NamedTuple


class Quota(NamedTuple):
    """One limit of an account, or of one resource."""

    value: Decimal
    source: str


def _quota(value: str, source: str) -> Quota:
    return Quota(Decimal(value), f"https://docs.aws.amazon.com/{source}")


API_REQUESTS_PER_SECOND = _quota("10000", "apigateway/latest/developerguide/limits.html")
CDN_REQUESTS_PER_SECOND = _quota("250000", "AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html")
CDN_GBPS = _quota("150", "AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html")
SIGN_INS_PER_SECOND = _quota("120", "cognito/latest/developerguide/quotas.html")
POOL_MAILS_A_DAY = _quota("50", "cognito/latest/developerguide/quotas.html")
DATABASE_STORAGE_GB = _quota("65536", "AmazonRDS/latest/UserGuide/CHAP_Storage.html")
GATEWAY_GBPS = _quota("100", "vpc/latest/userguide/nat-gateway-basics.html")
# Instances can exceed it for minutes, from credits.
INSTANCE_GBPS = {
    f"t4g.{size}": _quota(value, "ec2/latest/instancetypes/gp.html")
    for size, value in {
        "nano": "0.032",
        "micro": "0.064",
        "small": "0.128",
        "medium": "0.256",
        "large": "0.512",
        "xlarge": "1.024",
        "2xlarge": "2.048",
    }.items()
}
