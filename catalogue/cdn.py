"""Resource types of the CloudFront distribution, its certificate, web ACL and logs (MAP-6)."""

from collections.abc import Mapping

from catalogue.resource_type import InUse, NotInUse, ResourceType, part_of
from catalogue.service import Area, Service

SERVICES = (
    Service("Certificate Manager", Area.SECURITY, ("aws_acm",), counted=(("aws_acm_certificate", "certificate"),)),
    Service("CloudFront", Area.ENTRY, ("aws_cloudfront",), "MAP-6"),
    Service("Route 53", Area.ENTRY, ("aws_route53",), counted=(("aws_route53_record", "record"),)),
    Service("WAF", Area.SECURITY, ("aws_wafv2",)),
)
TYPES: Mapping[str, ResourceType] = {
    "aws_acm_certificate": ResourceType(
        holds=None,
        name=None,
        tagged=True,
        billed=None,
        replaced=InUse("the distribution presents it; ACM refuses to delete one in use"),
    ),
    "aws_acm_certificate_validation": ResourceType(
        holds=None,
        name=None,
        tagged=False,
        billed=None,
        replaced=NotInUse("it is no resource in AWS: it only waits for the certificate"),
    ),
    "aws_cloudfront_cache_policy": ResourceType(
        holds=None,
        name="name",
        tagged=False,
        billed=None,
        replaced=InUse("the distribution names it; CloudFront refuses to delete one in use"),
    ),
    "aws_cloudfront_distribution": ResourceType(
        holds="the address that viewers and DNS know",
        name=None,
        tagged=True,
        billed="by request and gigabyte",
        replaced=InUse("viewers use it, and policies name it; no setting can replace it"),
    ),
    "aws_cloudfront_key_group": ResourceType(
        holds=None,
        name="name",
        tagged=False,
        billed=None,
        replaced=InUse("the distribution names it; CloudFront refuses to delete one in use"),
    ),
    "aws_cloudfront_monitoring_subscription": ResourceType(
        holds=None,
        name=None,
        tagged=False,
        billed="by month, for its metrics",
        replaced=NotInUse("it is removed with its distribution"),
    ),
    "aws_cloudfront_origin_access_control": ResourceType(
        holds=None,
        name="name",
        tagged=False,
        billed=None,
        replaced=InUse("the distribution names it; CloudFront refuses to delete one in use"),
    ),
    "aws_cloudfront_public_key": ResourceType(
        holds=None,
        name="name",
        tagged=False,
        billed=None,
        replaced=InUse("the key group names it; CloudFront refuses to delete one in use"),
    ),
    "aws_cloudfront_response_headers_policy": ResourceType(
        holds=None,
        name="name",
        tagged=False,
        billed=None,
        replaced=InUse("the distribution names it; CloudFront refuses to delete one in use"),
    ),
    "aws_cloudwatch_log_delivery": ResourceType(
        holds=None,
        name=None,
        tagged=True,
        billed="by gigabyte",
        replaced=NotInUse("it is removed with its source and destination"),
    ),
    "aws_cloudwatch_log_delivery_destination": ResourceType(
        holds=None, name="name", tagged=True, billed=None, replaced=NotInUse("deliveries are gone before it")
    ),
    "aws_cloudwatch_log_delivery_source": ResourceType(
        holds=None, name="name", tagged=True, billed=None, replaced=NotInUse("deliveries are gone before it")
    ),
    "aws_route53_record": ResourceType(
        holds=None,
        name=None,
        tagged=False,
        billed=None,
        replaced=InUse("one renews the certificate, the others lead viewers to the distribution"),
    ),
    "aws_wafv2_web_acl": ResourceType(
        holds=None,
        name="name",
        tagged=True,
        billed="by month, rule and request",
        replaced=InUse("the distribution is associated with it; WAF refuses to delete one in use"),
    ),
    "aws_wafv2_web_acl_logging_configuration": part_of("its web ACL"),
}
