"""SHAPE-2: everything that a stack creates is used in it, because a protection that is not attached has no effect."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from checks.block import Block
from checks.check import ScannedStack, stack_check

_KEYS = (
    "*.kms_key_id",
    "*.kms_key_identifier",
    "*.kms_key_arn",
    "*.kms_master_key_id",
    "*_kms_key_id",
    "*_kms_key_arn",
    "*.ebs.kms_key_id",
)
_VARIABLES = "aws_lambda_function.environment.variables.*"
_ALARMS = ("aws_cloudwatch_*_alarm.alarm_actions", "aws_cloudwatch_*_alarm.ok_actions")
_DISTRIBUTION = "aws_cloudfront_distribution."
_BEHAVIOURS = (f"{_DISTRIBUTION}default_cache_behavior.", f"{_DISTRIBUTION}ordered_cache_behavior.")

# For each type, the places where a reference to it, or its name, is a use. What only describes it (its own policy, an
# alias, a tag, `depends_on`, a permission to use it) is not a use.
USES: dict[str, tuple[str, ...]] = {
    "aws_acm_certificate": ("aws_acm_certificate_validation.certificate_arn", "*.acm_certificate_arn"),
    "aws_apigatewayv2_authorizer": ("aws_apigatewayv2_route.authorizer_id",),
    "aws_apigatewayv2_domain_name": ("aws_apigatewayv2_api_mapping.domain_name",),
    "aws_apigatewayv2_integration": ("aws_apigatewayv2_route.target",),
    "aws_backup_plan": ("aws_backup_selection.plan_id",),
    "aws_backup_restore_testing_plan": ("aws_backup_restore_testing_selection.restore_testing_plan_name",),
    "aws_backup_vault": ("aws_backup_plan.rule.target_vault_name",),
    "aws_cloudfront_cache_policy": tuple(f"{each}cache_policy_id" for each in _BEHAVIOURS),
    "aws_cloudfront_function": tuple(f"{each}function_association.function_arn" for each in _BEHAVIOURS),
    "aws_cloudfront_key_group": tuple(f"{each}trusted_key_groups" for each in _BEHAVIOURS),
    "aws_cloudfront_origin_access_control": (f"{_DISTRIBUTION}origin.origin_access_control_id",),
    "aws_cloudfront_origin_request_policy": tuple(f"{each}origin_request_policy_id" for each in _BEHAVIOURS),
    "aws_cloudfront_public_key": ("aws_cloudfront_key_group.items",),
    "aws_cloudfront_response_headers_policy": tuple(f"{each}response_headers_policy_id" for each in _BEHAVIOURS),
    "aws_cloudwatch_event_bus": (_VARIABLES,),
    "aws_cloudwatch_event_rule": ("aws_cloudwatch_event_target.rule",),
    "aws_cloudwatch_log_delivery_destination": ("aws_cloudwatch_log_delivery.delivery_destination_arn",),
    "aws_cloudwatch_log_delivery_source": ("aws_cloudwatch_log_delivery.delivery_source_name",),
    "aws_cloudwatch_log_group": (
        "aws_lambda_function.logging_config.log_group",
        "*.access_log_settings.destination_arn",
        "aws_flow_log.log_destination",
        "*.log_destination_configs",
        "*.destination_resource_arn",
        "aws_db_instance.enabled_cloudwatch_logs_exports",
    ),
    "aws_cloudwatch_log_metric_filter": ("*_alarm.metric_name", "*_alarm.metric_query.metric.metric_name"),
    "aws_cognito_resource_server": (
        "aws_apigatewayv2_route.authorization_scopes",
        "aws_cognito_user_pool_client.allowed_oauth_scopes",
    ),
    "aws_cognito_user_pool": ("aws_apigatewayv2_authorizer.jwt_configuration.issuer",),
    "aws_cognito_user_pool_client": ("aws_apigatewayv2_authorizer.jwt_configuration.audience",),
    "aws_db_parameter_group": ("aws_db_instance.parameter_group_name",),
    "aws_db_subnet_group": ("aws_db_instance.db_subnet_group_name",),
    "aws_eip": ("aws_nat_gateway.allocation_id", "aws_eip_association.allocation_id"),
    "aws_iam_instance_profile": ("*.iam_instance_profile", "*.iam_instance_profile.*"),
    "aws_iam_openid_connect_provider": ("data.aws_iam_policy_document.statement.principals.identifiers",),
    "aws_iam_policy": (
        "aws_iam_role.permissions_boundary",
        "aws_iam_role_policy_attachment.policy_arn",
        "data.aws_iam_policy_document.statement.condition.values",  # a boundary that new roles must have
    ),
    "aws_iam_role": (
        "aws_iam_instance_profile.role",
        "aws_lambda_function.role",
        "*.iam_role_arn",
        "*.monitoring_role_arn",
        "*.role_arn",
    ),
    "aws_internet_gateway": ("aws_route.gateway_id", "aws_route_table.route.gateway_id"),
    "aws_kms_key": (*_KEYS, "*.kms_key", "aws_xray_encryption_config.key_id"),
    "aws_lambda_alias": (
        "aws_apigatewayv2_integration.integration_uri",
        "aws_cloudwatch_event_target.arn",
        "aws_cognito_user_pool.lambda_config.*",
        "aws_lambda_event_source_mapping.function_name",
        "aws_lambda_invocation.qualifier",
        "aws_s3_bucket_notification.lambda_function.lambda_function_arn",
        "aws_scheduler_schedule.target.arn",
        "aws_secretsmanager_secret_rotation.rotation_lambda_arn",
        "aws_sns_topic_subscription.endpoint",
        _VARIABLES,
    ),
    "aws_launch_template": ("aws_instance.launch_template.*", "aws_autoscaling_group.*"),
    "aws_nat_gateway": ("aws_route.nat_gateway_id", "aws_route_table.route.nat_gateway_id"),
    "aws_network_interface": ("aws_launch_template.network_interfaces.*", "aws_instance.*", "*_attachment.*"),
    "aws_route_table": ("aws_route_table_association.route_table_id",),
    "aws_s3_bucket": (
        f"{_DISTRIBUTION}origin.domain_name",
        "aws_s3_bucket_logging.target_bucket",
        "terraform.backend.s3.bucket",
        "*.destination_resource_arn",
        _VARIABLES,
    ),
    "aws_scheduler_schedule_group": ("aws_scheduler_schedule.group_name",),
    "aws_secretsmanager_secret": (_VARIABLES, "aws_db_proxy.auth.secret_arn"),
    "aws_security_group": (
        "aws_lambda_function.vpc_config.security_group_ids",
        "*.security_group_ids",
        "*.vpc_security_group_ids",
        "*.security_groups",
    ),
    "aws_sns_topic": (*_ALARMS, "aws_scheduler_schedule.target.arn", "*.subscriber_sns_topic_arns", _VARIABLES),
    "aws_sqs_queue": (
        "*.dead_letter_config.*",
        "*.destination_config.*",
        "aws_cloudwatch_event_target.arn",
        "aws_lambda_event_source_mapping.event_source_arn",
        "aws_scheduler_schedule.target.arn",
        "aws_sns_topic_subscription.endpoint",
        "aws_sqs_queue.redrive_policy",
        "aws_sqs_queue.redrive_policy.*",
        "aws_sns_topic_subscription.redrive_policy",
        "aws_sns_topic_subscription.redrive_policy.*",
        _VARIABLES,
    ),
    "aws_subnet": ("aws_route_table_association.subnet_id",),
    "aws_wafv2_web_acl": (f"{_DISTRIBUTION}web_acl_id", "aws_wafv2_web_acl_association.web_acl_arn"),
    "data.aws_iam_policy_document": (
        "*.policy",
        "*.policy_document",
        "aws_iam_role.assume_role_policy",
        "data.aws_iam_policy_document.source_policy_documents",
        "data.aws_iam_policy_document.override_policy_documents",
    ),
}
_EXTERNAL_PRINCIPALS = {"Federated", "AWS"}


def _needs_no_user(block: Block, stack: ScannedStack) -> bool:
    """Whether it needs no user: an address with an interface, a role for others, an authoriser where all is public."""
    if block.kind == "aws_apigatewayv2_authorizer":  # FFP_MAP_2_1 judges each public route
        return all(each.value("authorization_type") == "NONE" for each in stack.of_kind("aws_apigatewayv2_route"))
    if block.kind == "aws_eip":
        return bool(block.value("network_interface") or block.value("instance"))
    if block.kind == "aws_iam_role":
        trust = stack.referenced(str(block.value("assume_role_policy")))
        return trust is not None and bool(_EXTERNAL_PRINCIPALS & set(trust.strings("statement.principals.type")))
    return False


def _names(block: Block, stack: ScannedStack) -> Iterator[str]:
    """The names, besides its address, by which others can refer to a block."""
    for attribute in ("name", "bucket", "metric_transformation.name"):
        yield from block.strings(attribute)
    yield from (url.removeprefix("https://") for url in block.strings("url"))
    if block.kind == "aws_cloudwatch_log_group":
        for database in stack.of_kind("aws_db_instance"):
            for export in database.strings("enabled_cloudwatch_logs_exports"):
                if block.value("name") == f"/aws/rds/instance/{database.value('identifier')}/{export}":
                    yield export


# A plan shows values instead of references.
@stack_check("FFP_SHAPE_2_1", "Everything that is created is used in the stack", *USES)
def everything_is_used(block: Block, stack: ScannedStack) -> Iterator[str]:
    """Attach it where it belongs, or remove it: otherwise it looks like a protection but has no effect."""
    if stack.planned or _needs_no_user(block, stack):
        return
    references = stack.references_to(block.address).union(*map(stack.references_to, _names(block, stack)))
    if not any(fnmatchcase(place, use) for place in references for use in USES[block.kind]):
        yield f"nothing uses {block.address}"
