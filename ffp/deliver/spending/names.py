"""AWS's names of services on a bill, beside the names in the price book.

AWS puts volumes, NAT gateways and transfer under `EC2 - Other`, and addresses and endpoints under the VPC, so that
these are compared as one. Source: https://handbook.vantage.sh/aws/services/ec2-other-pricing/,
https://docs.aws.amazon.com/vpc/latest/userguide/vpc-billing-usage-reports.html
"""

from collections.abc import Mapping
from types import MappingProxyType

_NETWORK = "EC2 and the network"

# The price book's services that are compared under another name.
_OF_BOOK = dict.fromkeys(("EC2", "NAT gateway", "Public addresses", "VPC endpoints", "Data transfer"), _NETWORK)

_OF_AWS: Mapping[str, str] = MappingProxyType(
    {
        "AWS Backup": "Backup",
        "AWS Data Transfer": _NETWORK,
        "AWS Key Management Service": "KMS",
        "AWS Lambda": "Lambda",
        "AWS Secrets Manager": "Secrets Manager",
        "AWS WAF": "WAF",
        "AWS X-Ray": "X-Ray",
        "Amazon API Gateway": "API Gateway",
        "Amazon CloudFront": "CloudFront",
        "Amazon Cognito": "Cognito",
        "Amazon Elastic Compute Cloud - Compute": _NETWORK,
        "Amazon EventBridge": "EventBridge",
        "Amazon GuardDuty": "GuardDuty",
        "Amazon Relational Database Service": "RDS",
        "Amazon Simple Email Service": "SES",
        "Amazon Simple Notification Service": "SNS",
        "Amazon Simple Queue Service": "SQS",
        "Amazon Simple Storage Service": "S3",
        "Amazon Virtual Private Cloud": _NETWORK,
        "AmazonCloudWatch": "CloudWatch",
        "CloudWatch Events": "EventBridge",
        "EC2 - Other": _NETWORK,
    }
)


def of_book(service: str) -> str:
    """The name under which a service of the price book is compared."""
    return _OF_BOOK.get(service, service)


def of_aws(service: str) -> str:
    """The name under which a service of AWS's bill is compared; AWS's own if the price book has none."""
    return _OF_AWS.get(service, service)


def compared() -> frozenset[str]:
    """All names under which services of AWS's bill are compared."""
    return frozenset(_OF_AWS.values())
