"""The distribution's web ACL in us-east-1: AWS's managed rules, a rate limit for each address, an encrypted log."""

from modules.common import PROJECT, Context
from modules.encryption import Key
from modules.framework import (
    Construct,
    TerraformProvider,
    Wafv2WebAcl,
    Wafv2WebAclDefaultAction,
    Wafv2WebAclDefaultActionAllow,
    Wafv2WebAclLoggingConfiguration,
    Wafv2WebAclLoggingConfigurationRedactedFields,
    Wafv2WebAclLoggingConfigurationRedactedFieldsQueryString,
    Wafv2WebAclLoggingConfigurationRedactedFieldsSingleHeader,
    Wafv2WebAclRule,
    Wafv2WebAclRuleAction,
    Wafv2WebAclRuleActionBlock,
    Wafv2WebAclRuleOverrideAction,
    Wafv2WebAclRuleOverrideActionNone,
    Wafv2WebAclRuleVisibilityConfig,
    Wafv2WebAclVisibilityConfig,
)
from modules.logs import LogGroup
from settings import DistributionSettings

_MANAGED_RULES = (
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
)
# Rules that only count, because they would block legitimate requests: this one limits a body to 8 kB, and a long note
# exceeds that.
_COUNTED_ONLY = {"AWSManagedRulesCommonRuleSet": ("SizeRestrictions_BODY",)}


class WebAcl(Construct):
    """The web ACL: it blocks what the managed rules match, and addresses that send too many requests."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        provider: TerraformProvider,
        logs_key: Key,
        settings: DistributionSettings,
    ) -> None:
        super().__init__(scope, id_)
        self._context = context
        rules = [_managed(priority, name) for priority, name in enumerate(_MANAGED_RULES)]
        self._acl = Wafv2WebAcl(
            self,
            "acl",
            provider=provider,
            name=context.name("front-door"),
            description="Guards the distribution",
            scope="CLOUDFRONT",
            default_action=Wafv2WebAclDefaultAction(allow=Wafv2WebAclDefaultActionAllow()),
            rule=[*rules, _rate_limit(len(rules), settings.waf_requests_in_five_minutes)],
            visibility_config=Wafv2WebAclVisibilityConfig(
                cloudwatch_metrics_enabled=True, sampled_requests_enabled=True, metric_name="front-door"
            ),
        )
        logs = LogGroup(
            self,
            "logs",
            context=context,
            # WAF writes only to log groups whose names begin with `aws-waf-logs-`.
            name=f"aws-waf-logs-{context.environment}-{PROJECT}",
            key=logs_key,
            retention_days=settings.log_retention_days,
            provider=provider,
        )
        Wafv2WebAclLoggingConfiguration(
            self,
            "logging",
            provider=provider,
            resource_arn=self._acl.arn,
            log_destination_configs=[logs.arn],
            redacted_fields=[
                Wafv2WebAclLoggingConfigurationRedactedFields(
                    single_header=Wafv2WebAclLoggingConfigurationRedactedFieldsSingleHeader(name=header)
                )
                for header in ("authorization", "cookie")
            ]
            # The query string of a playback URL contains its signature, which is valid for a whole prefix for hours.
            + [
                Wafv2WebAclLoggingConfigurationRedactedFields(
                    query_string=Wafv2WebAclLoggingConfigurationRedactedFieldsQueryString()
                )
            ],
            depends_on=[logs.group],
        )

    @property
    def arn(self) -> str:
        return self._acl.arn


def _managed(priority: int, name: str) -> Wafv2WebAclRule:
    # The bindings have no struct for statements; a dictionary under a single key is synthesised completely.
    statement: dict[str, object] = {"name": name, "vendor_name": "AWS"}
    if name in _COUNTED_ONLY:
        statement["rule_action_override"] = [
            {"name": rule, "action_to_use": {"count": {}}} for rule in _COUNTED_ONLY[name]
        ]
    return Wafv2WebAclRule(
        name=name,
        priority=priority,
        override_action=Wafv2WebAclRuleOverrideAction(none=Wafv2WebAclRuleOverrideActionNone()),
        statement={"managed_rule_group_statement": statement},
        visibility_config=_visible_rule(name),
    )


def _rate_limit(priority: int, limit: int) -> Wafv2WebAclRule:
    return Wafv2WebAclRule(
        name="rate-limit",
        priority=priority,
        action=Wafv2WebAclRuleAction(block=Wafv2WebAclRuleActionBlock()),
        statement={"rate_based_statement": {"limit": limit, "aggregate_key_type": "IP"}},
        visibility_config=_visible_rule("rate-limit"),
    )


def _visible_rule(metric: str) -> Wafv2WebAclRuleVisibilityConfig:
    return Wafv2WebAclRuleVisibilityConfig(
        cloudwatch_metrics_enabled=True, sampled_requests_enabled=True, metric_name=metric
    )
