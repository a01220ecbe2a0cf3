"""Prices of the distribution, its metrics, its logs and its web ACL."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from ffp.cost import assumptions as assumed
from ffp.cost.month import Month, gb
from ffp.cost.use import Rule, Use, fixed
from ffp.cost.view import Block, View, blocks_in, share

_ADDITIONAL_METRICS = 8  # of a distribution with a monitoring subscription, at most
# AWS's managed rule groups with a fee of their own, by name; the others cost as much as a rule.
_WITH_FEE = frozenset(
    {
        "AWSManagedRulesACFPRuleSet",
        "AWSManagedRulesATPRuleSet",
        "AWSManagedRulesAntiDDoSRuleSet",
        "AWSManagedRulesBotControlRuleSet",
    }
)


def _requests(view: View, month: Month) -> Decimal:
    """Requests to all distributions."""
    media = month.deliveries if view.media_buckets else Decimal(0)
    return media + (month.requests if view.forwards_to_api else Decimal(0))


def _each(view: View, block: Block) -> Decimal:
    return share(len(view.of_type(block.type)))


def _distribution(block: Block, view: View, month: Month) -> Iterator[Use]:
    part = _each(view, block)
    media = month.delivered_gb if view.media_buckets else Decimal(0)
    api = month.requests if view.forwards_to_api else Decimal(0)
    yield Use("cdn.europe_gb", (media + gb(api * assumed.RESPONSE_KB.value)) * part, "media and answers delivered")
    yield Use("cdn.europe_request", _requests(view, month) * part, "requests of viewers")
    yield Use("cdn.to_origin_gb", gb(api * assumed.REQUEST_KB.value) * part, "requests forwarded to the API")


def _metrics(block: Block, _view: View, _month: Month) -> Iterator[Use]:
    text = str(block.attributes.get("monitoring_subscription"))
    if "Disabled" not in text:
        yield fixed("cdn.metric", _ADDITIONAL_METRICS, "additional metrics, such as the cache-hit ratio")


def _log_delivery(block: Block, view: View, month: Month) -> Iterator[Use]:
    logged = gb(_requests(view, month) * assumed.EDGE_LOG_KB.value)
    yield Use("logs.delivered_gb", logged * _each(view, block), "CloudFront's log, written to the bucket")


def _web_acl(block: Block, view: View, month: Month) -> Iterator[Use]:
    rules = blocks_in(block.attributes.get("rule"))
    yield fixed("waf.acl", 1, "web ACL")
    yield fixed("waf.rule", len(rules), "rules")
    for rule in rules:
        for statement in blocks_in(rule.get("statement")):
            for group in blocks_in(statement.get("managed_rule_group_statement")):
                if group.get("name") in _WITH_FEE or group.get("vendor_name", "AWS") != "AWS":
                    yield fixed(f"waf.group.{group.get('name')}", 1, "managed rule group with a fee of its own")
    yield Use("waf.request", _requests(view, month) * _each(view, block), "requests inspected")


RULES: Mapping[str, Rule] = {
    "aws_cloudfront_distribution": _distribution,
    "aws_cloudfront_monitoring_subscription": _metrics,
    "aws_cloudwatch_log_delivery": _log_delivery,
    "aws_wafv2_web_acl": _web_acl,
}
