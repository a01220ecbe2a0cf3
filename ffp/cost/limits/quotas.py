"""Limits of AWS's services that an environment can meet, each with its source and the month in which it was read."""

from decimal import Decimal
from typing import NamedTuple


class Quota(NamedTuple):
    """One limit of an account, or of one resource. `raised` says whether AWS raises it on request."""

    value: Decimal
    raised: bool
    source: str
    read: str = "2026-11"


def _quota(value: str, source: str, *, raised: bool) -> Quota:
    return Quota(Decimal(value), raised, f"https://docs.aws.amazon.com/{source}")


API_REQUESTS_PER_SECOND = _quota("10000", "apigateway/latest/developerguide/limits.html", raised=True)
CDN_REQUESTS_PER_SECOND = _quota("250000", "AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html", raised=True)
CDN_GBPS = _quota("150", "AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html", raised=True)
SIGN_INS_PER_SECOND = _quota("120", "cognito/latest/developerguide/quotas.html", raised=True)
POOL_MAILS_A_DAY = _quota("50", "cognito/latest/developerguide/quotas.html", raised=False)
DATABASE_STORAGE_GB = _quota("65536", "AmazonRDS/latest/UserGuide/CHAP_Storage.html", raised=False)
GATEWAY_GBPS = _quota("100", "vpc/latest/userguide/nat-gateway-basics.html", raised=False)
# Instances can exceed it for minutes, from credits.
INSTANCE_GBPS = {
    f"t4g.{size}": _quota(value, "ec2/latest/instancetypes/gp.html", raised=False)
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
