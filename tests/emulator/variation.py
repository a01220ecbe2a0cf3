"""Another value for each attribute that has only one on the whole platform: a constant cannot be both."""

from typing import Any

Leaf = tuple[str, str]  # a type of resource, and the dotted path of an attribute in it

# Arguments that tell the provider what to do: AWS keeps none of them, or never gives it back.
OF_PROVIDER = {
    "aws_cloudfront_distribution": {"retain_on_delete", "wait_for_deployment"},
    "aws_cloudwatch_log_group": {"skip_destroy"},
    "aws_cognito_user_pool_client": {"generate_secret"},
    "aws_db_instance": {
        "apply_immediately",
        "delete_automated_backups",
        "manage_master_user_password",
        "master_user_secret_kms_key_id",
        "skip_final_snapshot",
    },
    "aws_db_parameter_group": {"skip_destroy"},
    "aws_default_security_group": {"revoke_rules_on_delete"},
    "aws_iam_role": {"force_detach_policies"},
    "aws_instance": {"get_password_data", "user_data_replace_on_change"},
    "aws_kms_key": {"bypass_policy_lockout_safety_check", "deletion_window_in_days"},
    "aws_kms_key_policy": {"bypass_policy_lockout_safety_check"},
    "aws_lambda_function": {
        "filename",
        "publish",
        "replace_security_groups_on_destroy",
        "skip_destroy",
        "source_code_hash",
    },
    "aws_launch_template": {"update_default_version"},
    "aws_network_interface": {"ipv6_address_list_enabled", "private_ip_list_enabled"},
    "aws_s3_bucket": {"force_destroy"},
    "aws_secretsmanager_secret": {"force_overwrite_replica_secret", "recovery_window_in_days"},
    "aws_secretsmanager_secret_policy": {"block_public_policy"},
    "aws_secretsmanager_secret_rotation": {"rotate_immediately"},
    "aws_security_group": {"revoke_rules_on_delete"},
    "aws_sns_topic_subscription": {"confirmation_timeout_in_minutes", "endpoint_auto_confirms"},
}
# By what the provider finds an object: one that was somewhere else would not be found.
FOUND_BY = {
    "aws_apigatewayv2_authorizer": {"api_id"},
    "aws_apigatewayv2_integration": {"api_id"},
    "aws_apigatewayv2_route": {"api_id"},
    "aws_apigatewayv2_stage": {"api_id"},
    "aws_cloudfront_monitoring_subscription": {"distribution_id"},
    "aws_cloudwatch_log_delivery_destination": {"name"},
    "aws_cloudwatch_log_delivery_source": {"name"},
    "aws_cloudwatch_log_metric_filter": {"log_group_name", "name"},
    "aws_cognito_user_pool_client": {"user_pool_id"},
    "aws_iam_role_policy_attachment": {"policy_arn", "role"},
    "aws_lambda_alias": {"function_name", "name"},
    "aws_lambda_function": {"function_name"},
    "aws_lambda_permission": {"function_name", "qualifier"},
    "aws_route": {"destination_cidr_block", "route_table_id"},
    "aws_route_table_association": {"route_table_id", "subnet_id"},
    "aws_s3_bucket_lifecycle_configuration": {"bucket"},
}

# What is no object in the account.
NO_OBJECTS = {"aws_lambda_invocation"}
# Another value for what is neither a number nor a truth value, or has few that are valid: of an attribute, or of a
# whole block. None where there is no other.
OTHERS: dict[str, dict[str, Any]] = {
    "aws_apigatewayv2_authorizer": {"identity_sources": ["$request.header.Token"], "name": "others"},
    "aws_apigatewayv2_integration": {"payload_format_version": "1.0"},
    "aws_apigatewayv2_stage": {
        "default_route_settings.data_trace_enabled": None,
        "name": "other",
        "route_settings.data_trace_enabled": None,
    },
    "aws_budgets_budget": {
        "budget_type": "USAGE",
        "limit_amount": "41",
        "limit_unit": "GB",
        "notification.comparison_operator": "LESS_THAN",
        "notification.threshold_type": "ABSOLUTE_VALUE",
        "time_period_end": "2086-06-15_00:00",
        "time_unit": "QUARTERLY",
    },
    "aws_cloudfront_cache_policy": {
        "parameters_in_cache_key_and_forwarded_to_origin.cookies_config": {"cookie_behavior": "all"},
        "parameters_in_cache_key_and_forwarded_to_origin.headers_config": {
            "header_behavior": "whitelist",
            "headers": {"items": ["accept"]},
        },
        "parameters_in_cache_key_and_forwarded_to_origin.query_strings_config": {"query_string_behavior": "all"},
    },
    "aws_cloudfront_distribution": {
        "custom_error_response.response_page_path": "/other",
        "default_cache_behavior.cache_policy_id": "658327ea-f89d-4fab-a63d-7e88639e58f6",
        "default_cache_behavior.min_ttl": None,
        "default_cache_behavior.target_origin_id": "api",
        "default_cache_behavior.viewer_protocol_policy": "redirect-to-https",
        "http_version": "http2",
        "ordered_cache_behavior.min_ttl": None,
        "ordered_cache_behavior.origin_request_policy_id": "216adef6-5c7f-47e4-b989-5492eafa07d3",
        "ordered_cache_behavior.viewer_protocol_policy": "redirect-to-https",
        "origin.custom_origin_config.origin_protocol_policy": "match-viewer",
        "origin.custom_origin_config.origin_ssl_protocols": ["TLSv1.1", "TLSv1.2"],
        "origin.origin_path": "/other",
        "price_class": "PriceClass_200",
        "restrictions": {"geo_restriction": {"locations": ["GB"], "restriction_type": "whitelist"}},
    },
    "aws_cloudfront_monitoring_subscription": {
        "monitoring_subscription.realtime_metrics_subscription_config.realtime_metrics_subscription_status": "Disabled"
    },
    "aws_cloudfront_origin_access_control": {
        "origin_access_control_origin_type": "lambda",
        "signing_behavior": "never",
    },
    "aws_cloudfront_response_headers_policy": {
        "security_headers_config.frame_options.frame_option": "SAMEORIGIN",
        "security_headers_config.referrer_policy.referrer_policy": "same-origin",
    },
    "aws_cloudwatch_log_delivery_destination": {"output_format": "w3c"},
    "aws_cloudwatch_log_delivery_source": {"log_type": "CONNECTION_LOGS"},
    "aws_cloudwatch_log_metric_filter": {
        "metric_transformation.name": "other",
        "metric_transformation.unit": "Bytes",
        "metric_transformation.value": "2",
    },
    "aws_cloudwatch_metric_alarm": {
        "extended_statistic": "p90",
        "metric_query.account_id": "111111111111",
        "metric_query.metric.namespace": "AWS/Lambda",
        "metric_query.metric.period": 60,
        "metric_query.metric.stat": "Average",
        "metric_query.metric.unit": "Count",
        "treat_missing_data": "breaching",
    },
    "aws_cognito_resource_server": {"identifier": "other"},
    "aws_cognito_user_pool": {
        "account_recovery_setting": {"recovery_mechanism": [{"name": "verified_phone_number", "priority": 2}]},
        "auto_verified_attributes": ["phone_number"],
        "deletion_protection": "ACTIVE",
        "lambda_config.pre_token_generation_config.lambda_version": "V1_0",
        "mfa_configuration": "ON",
        "user_pool_tier": "PLUS",
        "username_attributes": ["phone_number"],
    },
    "aws_cognito_user_pool_client": {
        "allowed_oauth_flows": ["implicit"],
        "explicit_auth_flows": ["ALLOW_USER_SRP_AUTH"],
        "prevent_user_existence_errors": "LEGACY",
        "supported_identity_providers": ["Other"],
        "access_token_validity": 1,
        "id_token_validity": 1,
        "refresh_token_validity": 90,
        "token_validity_units": {"access_token": "days", "id_token": "days", "refresh_token": "minutes"},
    },
    "aws_db_instance": {
        "allocated_storage": 25,
        "backup_window": "04:00-05:00",
        "ca_cert_identifier": "rds-ca-rsa4096-g1",
        "db_name": "other",
        "engine_lifecycle_support": "open-source-rds-extended-support",
        "engine_version": "16",
        "instance_class": "db.t4g.small",
        "maintenance_window": "mon:05:30-mon:06:30",
        "storage_type": "gp2",
        "username": "other",
    },
    "aws_db_parameter_group": {"family": "postgres16"},
    "aws_flow_log": {"max_aggregation_interval": 60, "traffic_type": "REJECT"},
    "aws_iam_openid_connect_provider": {"client_id_list": ["others"]},
    "aws_iam_role": {"max_session_duration": 7200},
    "aws_lambda_function": {
        "architectures": ["x86_64"],
        "logging_config.application_log_level": "DEBUG",
        "logging_config.system_log_level": "DEBUG",
        "runtime": "python3.12",
        "tracing_config.mode": "PassThrough",
    },
    "aws_launch_template": {
        "block_device_mappings.device_name": "/dev/xvdb",
        "block_device_mappings.ebs.volume_type": "gp2",
        "image_id": "ami-0123456789abcdef0",
        "instance_type": "t4g.micro",
        "metadata_options": {"http_endpoint": "disabled", "http_put_response_hop_limit": 2, "http_tokens": "optional"},
        "user_data": "IyEvYmluL3NoCg==",
    },
    "aws_s3_bucket_cors_configuration": {
        "cors_rule.allowed_headers": ["x-other"],
        "cors_rule.allowed_methods": ["GET"],
        "cors_rule.expose_headers": ["x-other"],
        "cors_rule.id": "other",
    },
    "aws_s3_bucket_lifecycle_configuration": {
        "rule.transition.storage_class": "GLACIER",
    },
    "aws_s3_bucket_ownership_controls": {"rule.object_ownership": "ObjectWriter"},
    "aws_s3_bucket_versioning": {"versioning_configuration.status": "Suspended"},
    "aws_scheduler_schedule": {
        "flexible_time_window": {"maximum_window_in_minutes": 10, "mode": "FLEXIBLE"},
        "schedule_expression_timezone": "Europe/Paris",
        "state": "DISABLED",
    },
    "aws_vpc": {"instance_tenancy": "dedicated"},
    "aws_vpc_endpoint": {"service_name": "com.amazonaws.eu-west-2.dynamodb"},
    "aws_vpc_security_group_egress_rule": {"cidr_ipv4": "10.0.0.0/8", "ip_protocol": "udp"},
    "aws_vpc_security_group_ingress_rule": {"ip_protocol": "udp"},
}
