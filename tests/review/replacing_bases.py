"""What the measurement of replacements gives each type where a guess from the attribute's name would be refused."""

from collections.abc import Mapping
from typing import Any

# Types beyond the catalogue's that an application may use: those that hold data or that others know by an id first.
MORE_TYPES = (
    "aws_api_gateway_rest_api",
    "aws_appsync_graphql_api",
    "aws_backup_plan",
    "aws_backup_vault",
    "aws_cloudfront_function",
    "aws_cloudtrail",
    "aws_cloudwatch_composite_alarm",
    "aws_cloudwatch_event_bus",
    "aws_cloudwatch_event_rule",
    "aws_cloudwatch_event_target",
    "aws_cognito_identity_pool",
    "aws_cognito_identity_provider",
    "aws_cognito_user_group",
    "aws_docdb_cluster",
    "aws_dynamodb_table",
    "aws_ebs_volume",
    "aws_ecr_repository",
    "aws_ecs_cluster",
    "aws_ecs_service",
    "aws_efs_file_system",
    "aws_elasticache_cluster",
    "aws_elasticache_replication_group",
    "aws_elasticache_serverless_cache",
    "aws_glue_catalog_database",
    "aws_guardduty_detector",
    "aws_iam_access_key",
    "aws_iam_instance_profile",
    "aws_iam_user",
    "aws_kinesis_stream",
    "aws_kms_replica_key",
    "aws_lambda_event_source_mapping",
    "aws_lambda_function_url",
    "aws_lambda_layer_version",
    "aws_lb",
    "aws_lb_listener",
    "aws_lb_target_group",
    "aws_memorydb_cluster",
    "aws_mq_broker",
    "aws_msk_cluster",
    "aws_neptune_cluster",
    "aws_opensearch_domain",
    "aws_opensearchserverless_collection",
    "aws_rds_cluster",
    "aws_rds_cluster_instance",
    "aws_redshift_cluster",
    "aws_route53_zone",
    "aws_s3_bucket_notification",
    "aws_s3_bucket_object_lock_configuration",
    "aws_s3_object",
    "aws_secretsmanager_secret_version",
    "aws_sesv2_email_identity",
    "aws_ssm_parameter",
    "aws_timestreamwrite_table",
    "aws_wafv2_ip_set",
)

ARN = "arn:aws:iam::123456789012:role/one"
POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}]}'

# By the attribute's name, where it means the same in every type. The first name that is contained counts.
BY_NAME: Mapping[str, Any] = {
    "create_time": "2026-01-01T00:00:00Z",
    "delivery_destination_type": "S3",
    "cidr": "10.0.0.0/16",
    "ip_address": "10.0.0.1",
    "private_ip": "10.0.0.1",
    "availability_zone": "eu-west-2a",
    "policy_document": POLICY,
    "assume_role_policy": POLICY,
    "permissions_boundary": ARN,
    "uri": "https://one.example/path",
    "url": "https://one.example",
    "arn": ARN,
    "email": "one@one.example",
    "domain": "one.example",
    "version": "1",
    "window": "sun:03:30-sun:04:30",
    "definition": '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}',
    "pattern": '{"source":["one"]}',
    "definitions": "[]",
    "policy": POLICY,
    "role": ARN,
}

# By type; a value of None leaves out what the guess would give.
BY_TYPE: Mapping[str, Mapping[str, Any]] = {
    "aws_acm_certificate": {"domain_name": "one.example", "validation_method": "DNS"},
    "aws_appautoscaling_scheduled_action": {"scalable_target_action": [{"min_capacity": 1}]},
    "aws_backup_restore_testing_plan": {
        "recovery_point_selection": [
            {
                "algorithm": "LATEST_WITHIN_WINDOW",
                "include_vaults": ["*"],
                "recovery_point_types": ["SNAPSHOT"],
                "selection_window_days": 7,
            }
        ],
        "schedule_expression": "cron(0 5 ? * 2#1 *)",
    },
    "aws_backup_restore_testing_selection": {"protected_resource_arns": ["*"], "protected_resource_type": "RDS"},
    "aws_cloudfront_response_headers_policy": {"server_timing_headers_config": [{"enabled": True, "sampling_rate": 1}]},
    "aws_cloudwatch_dashboard": {"dashboard_body": "{}"},
    "aws_cloudwatch_event_rule": {"schedule_expression": "rate(1 day)"},
    "aws_cloudwatch_log_delivery_destination": {
        "delivery_destination_configuration": [{"destination_resource_arn": ARN}]
    },
    "aws_cognito_user_group": {"user_pool_id": "eu-west-2_one"},
    "aws_cognito_user_pool": {"username_configuration": [{"case_sensitive": True}]},
    "aws_db_instance": {
        "allocated_storage": 20,
        "engine": "postgres",
        "manage_master_user_password": True,
        "username": "one",
    },
    "aws_db_proxy_target": {"db_instance_identifier": "one"},
    "aws_dynamodb_table": {
        "attribute": [{"name": "one", "type": "S"}],
        "hash_key": "one",
        "read_capacity": 1,
        "write_capacity": 1,
    },
    "aws_ebs_volume": {"size": 1},
    "aws_elasticache_cluster": {"engine": "redis"},
    "aws_flow_log": {"vpc_id": "vpc-1", "log_destination": ARN},
    "aws_guardduty_malware_protection_plan": {"protected_resource": [{"s3_bucket": [{"bucket_name": "one"}]}]},
    "aws_iam_role_policy": {"role": "one"},
    "aws_instance": {"ami": "ami-1", "instance_type": "t4g.nano"},
    "aws_kinesis_stream": {"shard_count": 1},
    "aws_lambda_event_source_mapping": {"event_source_arn": "arn:aws:sqs:eu-west-2:123456789012:one"},
    "aws_lambda_function": {"filename": "main.tf.json", "handler": "one.two", "runtime": "python3.13"},
    "aws_lambda_invocation": {"input": "{}"},
    "aws_lambda_layer_version": {"filename": "main.tf.json"},
    "aws_lambda_permission": {"action": "lambda:InvokeFunction"},
    "aws_lb": {"subnets": ["subnet-1", "subnet-2"]},
    "aws_lb_listener": {"default_action": [{"type": "forward", "target_group_arn": ARN}], "load_balancer_arn": ARN},
    "aws_lb_target_group": {"port": 80, "protocol": "HTTP", "vpc_id": "vpc-1"},
    "aws_mq_broker": {"user": [{"username": "one", "password": "twelve-characters"}]},
    "aws_opensearch_domain": {"domain_name": "one"},
    "aws_rds_cluster": {"engine": "aurora-postgresql"},
    "aws_rds_cluster_instance": {"engine": "aurora-postgresql"},
    "aws_route": {"destination_cidr_block": "10.0.0.0/16", "gateway_id": "igw-1"},
    "aws_route53_record": {"records": ["10.0.0.1"], "ttl": 60, "type": "A"},
    "aws_route_table_association": {"subnet_id": "subnet-1"},
    "aws_secretsmanager_secret_rotation": {"rotation_rules": [{"automatically_after_days": 1}]},
    "aws_secretsmanager_secret_version": {"secret_string": "one"},
    "aws_ssm_parameter": {"value": "one"},
    "aws_subnet": {"cidr_block": "10.0.0.0/16"},
    "aws_vpc": {"cidr_block": "10.0.0.0/16"},
    "aws_vpc_security_group_egress_rule": {"cidr_ipv4": "10.0.0.0/16"},
    "aws_vpc_security_group_ingress_rule": {"cidr_ipv4": "10.0.0.0/16"},
    "aws_wafv2_web_acl_logging_configuration": {"log_destination_configs": [ARN]},
}

# Types of which the provider refuses a state in which every attribute has a value.
UNSET_IN_STATE = frozenset(
    {
        "aws_cognito_user_pool_client",
        "aws_elasticache_cluster",
        "aws_sns_topic",
    }
)
