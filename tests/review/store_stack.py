"""A stack with stores of data that production does not have, each well protected."""

from typing import Any

Resources = dict[str, dict[str, Any]]
_ACCOUNT, STRANGER = "333333333333", "999999999999"
PROVIDER = {"aws": [{"region": "eu-west-2", "allowed_account_ids": [_ACCOUNT]}]}
_BUCKET = {"bucket": "${aws_s3_bucket.a.id}"}
_CLUSTER = {
    "cluster_identifier": "a",
    "engine": "aurora-postgresql",
    "engine_version": "16.4",
    "backup_retention_period": 14,
    "deletion_protection": True,
    "storage_encrypted": True,
    "kms_key_id": "${aws_kms_key.a.arn}",
    "manage_master_user_password": True,
    "enabled_cloudwatch_logs_exports": ["postgresql"],
    "db_cluster_parameter_group_name": "${aws_rds_cluster_parameter_group.a.name}",
    "backtrack_window": 3600,
    "database_insights_mode": "advanced",
}
_TABLE = {
    "name": "a",
    "deletion_protection_enabled": True,
    "point_in_time_recovery": [{"enabled": True, "recovery_period_in_days": 35}],
    "server_side_encryption": [{"enabled": True, "kms_key_arn": "${aws_kms_key.a.arn}"}],
    "ttl": {"enabled": True, "attribute_name": "expires"},
    "replica": [{"region_name": "eu-west-1", "point_in_time_recovery": True}],
    "stream_enabled": True,
    "stream_view_type": "NEW_AND_OLD_IMAGES",
}
_RULE = {"rule_name": "daily", "schedule": "cron(0 5 ? * * *)", "target_vault_name": "${aws_backup_vault.a.name}"}
PLAN_RULES = [
    {**_RULE, "lifecycle": [{"delete_after": 35}], "enable_continuous_backup": True},
    {
        **_RULE,
        "rule_name": "monthly",
        "schedule": "cron(0 5 1 * ? *)",
        "lifecycle": {"delete_after": 365},
        "copy_action": [{"destination_vault_arn": "${aws_backup_vault.b.arn}", "lifecycle": {"delete_after": 365}}],
    },
]
LIFE_RULES = [
    {"status": "Enabled", "filter": [{"prefix": "tmp/"}], "expiration": [{"days": 30}]},
    {
        "status": "Enabled",
        "filter": {},
        "noncurrent_version_expiration": {"noncurrent_days": 90, "newer_noncurrent_versions": 5},
    },
]
COPY = {
    "status": "Enabled",
    "filter": {"prefix": ""},
    "destination": {
        "bucket": "${aws_s3_bucket.b.arn}",
        "encryption_configuration": {"replica_kms_key_id": "${aws_kms_key.a.arn}"},
    },
    "source_selection_criteria": {"sse_kms_encrypted_objects": {"status": "Enabled"}},
}
STACK: Resources = {
    "aws_kms_key.a": {"enable_key_rotation": True},
    "aws_kms_key.b": {"enable_key_rotation": True},
    "aws_kms_external_key.a": {"valid_to": "2030-01-01T00:00:00Z"},
    "aws_s3_bucket.a": {"bucket": "objects"},
    "aws_s3_bucket.b": {"bucket": "copies"},
    "aws_s3_bucket.old": {
        "bucket": "old",
        "acl": "private",
        "versioning": {"enabled": True, "mfa_delete": True},
        "logging": [{"target_bucket": "${aws_s3_bucket.b.id}"}],
        "lifecycle_rule": [{"enabled": True, "noncurrent_version_expiration": {"days": 90}}],
        "server_side_encryption_configuration": {
            "rule": {"apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms"}}
        },
    },
    "aws_s3_bucket_lifecycle_configuration.a": {**_BUCKET, "rule": LIFE_RULES},
    "aws_s3_bucket_replication_configuration.a": {**_BUCKET, "role": "x", "rule": [COPY]},
    "aws_s3_bucket_object_lock_configuration.a": {
        **_BUCKET,
        "rule": {"default_retention": {"mode": "COMPLIANCE", "years": 1}},
    },
    "aws_s3_bucket_acl.a": {**_BUCKET, "acl": "private"},
    "aws_s3_bucket_website_configuration.a": {
        **_BUCKET,
        "redirect_all_requests_to": {"host_name": "ours.example"},
    },
    "aws_s3_bucket_inventory.a": {
        **_BUCKET,
        "name": "all",
        "destination": {"bucket": {"bucket_arn": "${aws_s3_bucket.b.arn}", "format": "CSV"}},
    },
    "aws_s3_bucket_cors_configuration.a": {
        **_BUCKET,
        "cors_rule": [
            {"allowed_origins": ["*"], "allowed_methods": ["GET"], "allowed_headers": ["content-type"]},
            {"allowed_origins": ["https://ours.example"], "allowed_methods": ["PUT"]},
        ],
    },
    "aws_s3_bucket_notification.a": {
        **_BUCKET,
        "queue": [{"queue_arn": "${aws_sqs_queue.a.arn}", "events": ["s3:ObjectCreated:*"]}],
    },
    "aws_s3_bucket_intelligent_tiering_configuration.a": {
        **_BUCKET,
        "name": "all",
        "tiering": [{"access_tier": "ARCHIVE_ACCESS", "days": 180}],
    },
    "aws_s3_access_point.a": {
        **_BUCKET,
        "name": "a",
        "vpc_configuration": {"vpc_id": "vpc-1"},
        "public_access_block_configuration": {"block_public_policy": True},
    },
    "aws_s3_account_public_access_block.a": {"block_public_policy": True, "restrict_public_buckets": True},
    "aws_s3_object.a": {**_BUCKET, "key": "a", "content": "a", "kms_key_id": "${aws_kms_key.a.arn}"},
    "aws_sqs_queue.a": {"name": "a"},
    "aws_rds_cluster.a": _CLUSTER,
    "aws_rds_cluster_instance.a": {
        "cluster_identifier": "${aws_rds_cluster.a.id}",
        "identifier": "a",
        "db_parameter_group_name": "${aws_db_parameter_group.a.name}",
        "performance_insights_enabled": True,
        "monitoring_interval": 60,
        "ca_cert_identifier": "rds-ca-rsa2048-g1",
    },
    "aws_rds_cluster_instance.b": {"cluster_identifier": "${aws_rds_cluster.a.id}", "identifier": "b"},
    "aws_rds_cluster_parameter_group.a": {
        "name": "a",
        "parameter": [
            {"name": "rds.force_ssl", "value": "1"},
            {"name": "shared_preload_libraries", "value": "pg_stat_statements,pgaudit"},
            {"name": "pgaudit.log", "value": "ddl, role"},
            {"name": "statement_timeout", "value": "30000"},
        ],
    },
    "aws_db_parameter_group.a": {"name": "b", "parameter": [{"name": "log_connections", "value": "on"}]},
    "aws_rds_global_cluster.a": {"global_cluster_identifier": "a", "deletion_protection": True},
    "aws_rds_cluster_activity_stream.a": {"resource_arn": "${aws_rds_cluster.a.arn}", "mode": "async"},
    "aws_db_instance.a": {
        "identifier": "main",
        "engine": "mariadb",
        "engine_version": "10.6",
        "backup_retention_period": 7,
        "deletion_protection": True,
        "storage_encrypted": True,
        "manage_master_user_password": True,
        "database_insights_mode": "advanced",
        "parameter_group_name": "by-hand",
    },
    "aws_db_instance_automated_backups_replication.a": {
        "source_db_instance_arn": "${aws_db_instance.a.arn}",
        "retention_period": 14,
    },
    "aws_db_proxy.a": {
        "name": "a",
        "engine_family": "POSTGRESQL",
        "require_tls": True,
        "auth": [
            {"iam_auth": "REQUIRED", "secret_arn": "${aws_secretsmanager_secret.a.arn}"},
            {"iam_auth": "REQUIRED", "client_password_auth_type": "POSTGRES_SCRAM_SHA_256"},
        ],
    },
    "aws_db_proxy_default_target_group.a": {"db_proxy_name": "a", "connection_pool_config": {"init_query": ""}},
    "aws_db_option_group.a": {"name": "a", "option": [{"option_name": "MARIADB_AUDIT_PLUGIN"}]},
    "aws_db_snapshot.a": {"db_instance_identifier": "main", "db_snapshot_identifier": "s"},
    "aws_db_event_subscription.a": {"sns_topic": "${aws_sns_topic.a.arn}"},
    "aws_sns_topic.a": {"name": "a"},
    "aws_secretsmanager_secret.a": {"name": "a", "recovery_window_in_days": 30},
    "aws_secretsmanager_secret_rotation.a": {
        "secret_id": "${aws_secretsmanager_secret.a.id}",
        "rotate_immediately": False,
        "rotation_rules": {"schedule_expression": "cron(0 5 1,15 * ? *)"},
    },
    "aws_ssm_parameter.a": {
        "name": "/a",
        "type": "SecureString",
        "value": "${var.a}",
        "key_id": "${aws_kms_key.a.arn}",
    },
    "aws_secretsmanager_secret_policy.a": {
        "secret_arn": "${aws_secretsmanager_secret.a.arn}",
        "policy": "{}",
        "block_public_policy": True,
    },
    "aws_dynamodb_table.a": _TABLE,
    "aws_backup_vault.a": {"name": "vault", "kms_key_arn": "${aws_kms_key.a.arn}"},
    "aws_backup_vault.b": {"name": "other-vault", "kms_key_arn": "${aws_kms_key.a.arn}"},
    "aws_backup_vault_lock_configuration.a": {
        "backup_vault_name": "vault",
        "min_retention_days": 30,
        "changeable_for_days": 3,
    },
    "aws_backup_plan.a": {"name": "a", "rule": PLAN_RULES},
    "aws_backup_selection.a": {
        "plan_id": "${aws_backup_plan.a.id}",
        "name": "a",
        "resources": ["${aws_dynamodb_table.a.arn}", "${aws_db_instance.a.arn}"],
    },
    "aws_backup_region_settings.a": {"resource_type_opt_in_preference": {"RDS": True, "S3": False}},
    "aws_ecr_repository.a": {
        "name": "a",
        "image_tag_mutability": "IMMUTABLE",
        "image_scanning_configuration": {"scan_on_push": True},
        "encryption_configuration": {"encryption_type": "KMS", "kms_key": "${aws_kms_key.a.arn}"},
    },
    "aws_efs_file_system.a": {"encrypted": True, "kms_key_id": "${aws_kms_key.a.arn}"},
    "aws_efs_backup_policy.a": {
        "file_system_id": "${aws_efs_file_system.a.id}",
        "backup_policy": {"status": "ENABLED"},
    },
    "aws_efs_access_point.a": {
        "file_system_id": "${aws_efs_file_system.a.id}",
        "root_directory": {"path": "/app"},
        "posix_user": {"uid": 1000, "gid": 1000},
    },
    "aws_elasticache_replication_group.a": {
        "replication_group_id": "a",
        "transit_encryption_enabled": True,
        "at_rest_encryption_enabled": True,
        "automatic_failover_enabled": True,
        "snapshot_retention_limit": 7,
    },
    "aws_docdb_cluster.old": {
        "cluster_identifier": "old",
        "backup_retention_period": 7,
        "deletion_protection": True,
        "storage_encrypted": True,
    },
    "aws_fsx_openzfs_file_system.a": {"automatic_backup_retention_days": 7},
    "aws_redshift_cluster.a": {
        "cluster_identifier": "a",
        "enhanced_vpc_routing": True,
        "automated_snapshot_retention_period": 7,
        "encrypted": True,
    },
    "aws_opensearch_domain.a": {
        "domain_name": "a",
        "encrypt_at_rest": {"enabled": True, "kms_key_id": "${aws_kms_key.a.arn}"},
        "node_to_node_encryption": {"enabled": True},
        "domain_endpoint_options": {"enforce_https": True},
        "advanced_security_options": {"enabled": True},
    },
}
LIFE, REPLICATION = "aws_s3_bucket_lifecycle_configuration.a", "aws_s3_bucket_replication_configuration.a"
PARAMETERS = "aws_rds_cluster_parameter_group.a.parameter"
GONE = object()  # the value of what is left out
