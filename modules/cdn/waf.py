"""The distribution's web ACL: AWS's managed rules, a limit on each address, and an encrypted log (us-east-1)."""

from cdktf import TerraformProvider
from cdktf_cdktf_provider_aws.wafv2_web_acl import (
    Wafv2WebAcl,
    Wafv2WebAclDefaultAction,
    Wafv2WebAclDefaultActionAllow,
    Wafv2WebAclRule,
    Wafv2WebAclRuleAction,
    Wafv2WebAclRuleActionBlock,
    Wafv2WebAclRuleOverrideAction,
    Wafv2WebAclRuleOverrideActionNone,
    Wafv2WebAclRuleVisibilityConfig,
    Wafv2WebAclVisibilityConfig,
)
from cdktf_cdktf_provider_aws.wafv2_web_acl_logging_configuration import (
    Wafv2WebAclLoggingConfiguration,
    Wafv2WebAclLoggingConfigurationRedactedFields,
    Wafv2WebAclLoggingConfigurationRedactedFieldsQueryString,
    Wafv2WebAclLoggingConfigurationRedactedFieldsSingleHeader,
)
from constructs import Construct

from modules.common import PROJECT, Context
from modules.encryption import Key
from modules.logs import LogGroup
from settings import DistributionSettings

_MANAGED_RULES = (
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
)
# Rules that would refuse honest requests: a long note is more than the 8 kB that this one allows a body.
_COUNTED_ALONE = {"AWSManagedRulesCommonRuleSet": ("SizeRestrictions_BODY",)}


class WebAcl(Construct):
    """Blocks what the managed rules know, and addresses that ask too often."""

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
            # WAF writes to groups whose names begin like this, and to no others.
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
            # A playback address opens a whole prefix for hours: its signature stands in the query.
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
    # The bindings have no type for statements: a dictionary under a single key passes them unharmed.
    statement: dict[str, object] = {"name": name, "vendor_name": "AWS"}
    if name in _COUNTED_ALONE:
        statement["rule_action_override"] = [
            {"name": rule, "action_to_use": {"count": {}}} for rule in _COUNTED_ALONE[name]
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
