"""Worse settings of stores of data, one at a time, each with what a review must say it is about."""

from typing import Any

from ffp.review.concern import Topic
from tests.review.store_stack import GONE, LIFE, PARAMETERS, REPLICATION, STRANGER

_KEY = f"arn:aws:kms:eu-west-2:{STRANGER}:key/a"
_EXTERNAL = f"arn:aws:s3:::bucket-of-{STRANGER}"
_EXPOSURE, _RECOVERY, _WATCHING, _AVAILABILITY = (
    Topic.EXPOSURE,
    Topic.RECOVERY,
    Topic.WATCHING,
    Topic.AVAILABILITY,
)

DANGEROUS: list[tuple[Topic, dict[str, Any]]] = [
    # Buckets
    (_RECOVERY, {f"{LIFE}.rule.0.filter": {}}),
    (_RECOVERY, {f"{LIFE}.rule.0.filter": [{"prefix": "t"}]}),
    (_RECOVERY, {f"{LIFE}.rule.0.expiration.0.days": 29}),
    (_RECOVERY, {f"{LIFE}.rule.0.expiration": {"date": "2030-01-01"}}),
    (_RECOVERY, {f"{LIFE}.rule.1.noncurrent_version_expiration.newer_noncurrent_versions": 1}),
    (_RECOVERY, {f"{LIFE}.rule.1.noncurrent_version_expiration.noncurrent_days": "30"}),
    (_RECOVERY, {f"{LIFE}.rule.1.transition": [{"days": 1, "storage_class": "ONEZONE_IA"}]}),
    (_AVAILABILITY, {f"{LIFE}.rule.1.transition": {"days": 1, "storage_class": "GLACIER"}}),
    (_AVAILABILITY, {"aws_s3_bucket_intelligent_tiering_configuration.a.tiering.0.access_tier": "DEEP_ARCHIVE_ACCESS"}),
    (_RECOVERY, {REPLICATION: GONE}),
    (_RECOVERY, {f"{REPLICATION}.rule.0.status": "Disabled"}),
    (_RECOVERY, {f"{REPLICATION}.rule.0.filter": {"prefix": "a/"}}),
    (_RECOVERY, {f"{REPLICATION}.rule.0.source_selection_criteria": GONE}),
    (_EXPOSURE, {f"{REPLICATION}.rule.0.destination.bucket": _EXTERNAL}),
    (_EXPOSURE, {f"{REPLICATION}.rule.0.destination.encryption_configuration.replica_kms_key_id": _KEY}),
    (
        _EXPOSURE,
        {
            f"{REPLICATION}.rule.0.destination.access_control_translation": {"owner": "Destination"},
            f"{REPLICATION}.rule.0.destination.account": STRANGER,
        },
    ),
    (_RECOVERY, {"aws_s3_bucket_object_lock_configuration.a.rule.default_retention.mode": "GOVERNANCE"}),
    (
        _RECOVERY,
        {"aws_s3_bucket_object_lock_configuration.a.rule.default_retention": {"mode": "COMPLIANCE", "days": 90}},
    ),
    (_RECOVERY, {"aws_s3_bucket_object_lock_configuration.a": GONE}),
    (_EXPOSURE, {"aws_s3_bucket_acl.a.acl": "authenticated-read"}),
    (
        _EXPOSURE,
        {
            "aws_s3_bucket_acl.a.access_control_policy": {
                "grant": {"permission": "READ", "grantee": {"type": "CanonicalUser", "id": "0123"}}
            }
        },
    ),
    (_EXPOSURE, {"aws_s3_object.a.acl": "public-read"}),
    (_EXPOSURE, {"aws_s3_bucket_website_configuration.a.redirect_all_requests_to.host_name": "theirs.example"}),
    (_EXPOSURE, {"aws_s3_bucket_inventory.a.destination.bucket.bucket_arn": _EXTERNAL}),
    (_EXPOSURE, {"aws_s3_bucket_cors_configuration.a.cors_rule.1.allowed_origins": ["*"]}),
    (_EXPOSURE, {"aws_s3_bucket_cors_configuration.a.cors_rule.0.allowed_headers": ["*"]}),
    (_AVAILABILITY, {"aws_s3_bucket_notification.a": GONE}),
    (
        _EXPOSURE,
        {"aws_s3_bucket_notification.a.topic": {"topic_arn": f"arn:aws:sns:eu-west-2:{STRANGER}:a", "events": []}},
    ),
    (_EXPOSURE, {"aws_s3_access_point.a.vpc_configuration": GONE}),
    (_EXPOSURE, {"aws_s3_access_point.a.public_access_block_configuration.block_public_policy": False}),
    (_EXPOSURE, {"aws_s3_account_public_access_block.a": GONE}),
    (_EXPOSURE, {"aws_s3_account_public_access_block.a.block_public_policy": "false"}),
    (_RECOVERY, {"aws_s3_bucket.old.versioning.enabled": False}),
    (_RECOVERY, {"aws_s3_bucket.old.versioning.mfa_delete": False}),
    (_RECOVERY, {"aws_s3_bucket.old.lifecycle_rule.0.noncurrent_version_expiration.days": 1}),
    (_WATCHING, {"aws_s3_bucket.old.logging": GONE}),
    (_EXPOSURE, {"aws_s3_bucket.old.logging.0.target_grant": {"permission": "READ", "grantee": {"id": "0123"}}}),
    (_EXPOSURE, {"aws_s3_bucket.old.acl": "public-read"}),
    (_EXPOSURE, {"aws_s3_bucket.old.server_side_encryption_configuration": GONE}),
    (
        _WATCHING,
        {
            "aws_s3_bucket_server_side_encryption_configuration.b": {
                "bucket": "${aws_s3_bucket.b.id}",
                "rule": {
                    "apply_server_side_encryption_by_default": {
                        "sse_algorithm": "aws:kms",
                        "kms_master_key_id": "${aws_kms_key.a.arn}",
                    }
                },
            }
        },
    ),
    # Databases
    (_RECOVERY, {"aws_rds_cluster.a.backup_retention_period": GONE}),
    (_RECOVERY, {"aws_rds_cluster.a.backtrack_window": 0}),
    (_EXPOSURE, {"aws_rds_cluster.a.enable_http_endpoint": True}),
    (_EXPOSURE, {"aws_rds_cluster.a.kms_key_id": "${aws_kms_key.b.arn}"}),
    (_WATCHING, {"aws_rds_cluster.a.enabled_cloudwatch_logs_exports": []}),
    (_WATCHING, {"aws_rds_cluster.a.database_insights_mode": GONE}),
    (_AVAILABILITY, {"aws_rds_cluster.a.engine_version": "17.2"}),
    (_AVAILABILITY, {"aws_rds_cluster.a.engine_version": "16.3"}),
    (Topic.LOSS, {"aws_rds_cluster.a.snapshot_identifier": "s"}),
    (Topic.SECRET, {"aws_rds_cluster.a.manage_master_user_password": GONE}),
    (_WATCHING, {"aws_rds_cluster.a.db_cluster_parameter_group_name": GONE}),
    (_EXPOSURE, {f"{PARAMETERS}.0.value": "off"}),
    (_WATCHING, {f"{PARAMETERS}.1.value": "pg_stat_statements"}),
    (_WATCHING, {f"{PARAMETERS}.2.value": "ddl"}),
    (_WATCHING, {"aws_rds_cluster.a.db_cluster_parameter_group_name": "default.aurora-postgresql16"}),
    (_AVAILABILITY, {f"{PARAMETERS}.3.value": "0"}),
    (_AVAILABILITY, {"aws_rds_cluster_instance.b": GONE}),
    (_EXPOSURE, {"aws_rds_cluster_instance.a.publicly_accessible": True}),
    (_EXPOSURE, {"aws_rds_cluster_instance.a.ca_cert_identifier": "rds-ca-2019"}),
    (_EXPOSURE, {"aws_rds_cluster_instance.a.auto_minor_version_upgrade": False}),
    (_WATCHING, {"aws_rds_cluster_instance.a.performance_insights_enabled": False}),
    (_WATCHING, {"aws_rds_cluster_instance.a.monitoring_interval": "0"}),
    (_WATCHING, {"aws_db_parameter_group.a.parameter": []}),
    (_RECOVERY, {"aws_rds_global_cluster.a.deletion_protection": False}),
    (_RECOVERY, {"aws_rds_global_cluster.a.force_destroy": True}),
    (_WATCHING, {"aws_rds_cluster_activity_stream.a": GONE}),
    (_AVAILABILITY, {"aws_db_instance.a.engine_version": "10.11"}),
    (_WATCHING, {"aws_db_instance.a.database_insights_mode": "standard"}),
    (_EXPOSURE, {"aws_db_instance.a.parameter_group_name": "by-somebody-else"}),
    (_AVAILABILITY, {"aws_rds_instance_state.a": {"identifier": "main", "state": "stopped"}}),
    (_RECOVERY, {"aws_db_instance_automated_backups_replication.a": GONE}),
    (_RECOVERY, {"aws_db_instance_automated_backups_replication.a.retention_period": 7}),
    (_EXPOSURE, {"aws_db_proxy.a.auth.0.iam_auth": "DISABLED"}),
    (_EXPOSURE, {"aws_db_proxy.a.auth.1.client_password_auth_type": "POSTGRES_MD5"}),
    (_EXPOSURE, {"aws_db_proxy.a.auth.1.secret_arn": f"arn:aws:secretsmanager:eu-west-2:{STRANGER}:secret:a"}),
    (_EXPOSURE, {"aws_db_proxy.a.require_tls": GONE}),
    (_EXPOSURE, {"aws_db_proxy.a.debug_logging": True}),
    (
        _EXPOSURE,
        {
            "aws_db_proxy_default_target_group.a.connection_pool_config.session_pinning_filters": [
                "EXCLUDE_VARIABLE_SETS"
            ]
        },
    ),
    (_EXPOSURE, {"aws_db_option_group.a.option": []}),
    (_EXPOSURE, {"aws_db_snapshot.a.shared_accounts": ["all"]}),
    (_EXPOSURE, {"aws_db_snapshot_copy.a": {"target_db_snapshot_identifier": "b", "destination_region": "us-east-1"}}),
    (
        _EXPOSURE,
        {"aws_rds_export_task.a": {"s3_bucket_name": "theirs", "kms_key_id": "${aws_kms_key.a.arn}"}},
    ),
    (_EXPOSURE, {"aws_db_snapshot_copy.a": {"target_db_snapshot_identifier": "b", "kms_key_id": _KEY}}),
    (_WATCHING, {"aws_db_event_subscription.a": GONE}),
    (_WATCHING, {"aws_db_event_subscription.a.enabled": False}),
    (_WATCHING, {"aws_db_event_subscription.a.sns_topic": f"arn:aws:sns:eu-west-2:{STRANGER}:a"}),
    (_EXPOSURE, {"aws_rds_cluster.a.master_user_secret_kms_key_id": _KEY}),
    (_EXPOSURE, {"aws_rds_cluster.a.performance_insights_kms_key_id": _KEY}),
    (_EXPOSURE, {"aws_rds_cluster_instance.a.performance_insights_kms_key_id": _KEY}),
    # Keys and secrets
    (_RECOVERY, {"aws_kms_external_key.a.valid_to": "2026-12-24T00:00:00Z"}),
    (_AVAILABILITY, {"aws_kms_external_key.a.enabled": False}),
    (_EXPOSURE, {"aws_secretsmanager_secret_rotation.a.rotation_rules": {"schedule_expression": "cron(0 5 1 1 ? *)"}}),
    (
        _EXPOSURE,
        {"aws_secretsmanager_secret_rotation.a.rotation_rules": {"schedule_expression": "cron(0 5 1 * ? 2027)"}},
    ),
    (_EXPOSURE, {"aws_secretsmanager_secret_rotation.a": GONE}),
    (_AVAILABILITY, {"aws_secretsmanager_secret_rotation.a.rotate_immediately": GONE}),
    (_RECOVERY, {"aws_secretsmanager_secret.a.recovery_window_in_days": "7"}),
    (_RECOVERY, {"aws_secretsmanager_secret.a.force_overwrite_replica_secret": True}),
    (Topic.SECRET, {"aws_ssm_parameter.a.type": "String"}),
    (
        Topic.SECRET,
        {
            "aws_secretsmanager_secret_version.a": {
                "secret_id": "${aws_secretsmanager_secret.a.id}",
                "secret_string": "zQ8-vR2_kT5mW9xL",
            }
        },
    ),
    (_EXPOSURE, {"aws_ssm_parameter.a.key_id": GONE}),
    (_EXPOSURE, {"aws_secretsmanager_secret_policy.a.block_public_policy": False}),
    # Tables, vaults, other stores
    (_RECOVERY, {"aws_dynamodb_table.a.point_in_time_recovery": GONE}),
    (_RECOVERY, {"aws_dynamodb_table.a.point_in_time_recovery.0.recovery_period_in_days": 7}),
    (_RECOVERY, {"aws_dynamodb_table.a.deletion_protection_enabled": "false"}),
    (_RECOVERY, {"aws_dynamodb_table.a.ttl.attribute_name": "created"}),
    (_EXPOSURE, {"aws_dynamodb_table.a.server_side_encryption.0.enabled": False}),
    (_EXPOSURE, {"aws_dynamodb_table.a.server_side_encryption.0.kms_key_arn": GONE}),
    (_RECOVERY, {"aws_dynamodb_table.a.replica": []}),
    (_RECOVERY, {"aws_dynamodb_table.a.replica.0.point_in_time_recovery": False}),
    (_EXPOSURE, {"aws_dynamodb_table.a.replica.0.region_name": "us-east-1"}),
    (_AVAILABILITY, {"aws_dynamodb_table.a.stream_enabled": False}),
    (_RECOVERY, {"aws_backup_plan.a.rule.0.lifecycle.0.delete_after": 7}),
    (_RECOVERY, {"aws_backup_plan.a.rule.1": GONE}),
    (_RECOVERY, {"aws_backup_plan.a.rule.0.schedule": "cron(0 5 ? * SUN *)"}),
    (_RECOVERY, {"aws_backup_plan.a.rule.0.enable_continuous_backup": False}),
    (_RECOVERY, {"aws_backup_plan.a.rule.1.copy_action": GONE}),
    (
        _EXPOSURE,
        {
            "aws_backup_plan.a.rule.1.copy_action.0.destination_vault_arn": (
                f"arn:aws:backup:eu-west-2:{STRANGER}:backup-vault:a"
            )
        },
    ),
    (_RECOVERY, {"aws_backup_selection.a": GONE}),
    (_RECOVERY, {"aws_backup_selection.a.resources": ["${aws_db_instance.a.arn}"]}),
    (_RECOVERY, {"aws_backup_selection.a.not_resources": ["${aws_db_instance.a.arn}"]}),
    (_RECOVERY, {"aws_backup_region_settings.a.resource_type_opt_in_preference": {"RDS": False}}),
    (_RECOVERY, {"aws_backup_vault_lock_configuration.a": GONE}),
    (_RECOVERY, {"aws_backup_vault_lock_configuration.a.min_retention_days": 1}),
    (_RECOVERY, {"aws_backup_vault_lock_configuration.a.changeable_for_days": GONE}),
    (_RECOVERY, {"aws_backup_vault.a.force_destroy": True}),
    (_EXPOSURE, {"aws_backup_vault.a.kms_key_arn": _KEY}),
    (_EXPOSURE, {"aws_ecr_repository.a.image_tag_mutability": "MUTABLE"}),
    (_WATCHING, {"aws_ecr_repository.a.image_scanning_configuration": GONE}),
    (_RECOVERY, {"aws_ecr_repository.a.force_delete": True}),
    (
        _EXPOSURE,
        {
            "aws_ecr_replication_configuration.a": {
                "replication_configuration": {"rule": {"destination": {"region": "eu-west-2", "registry_id": STRANGER}}}
            }
        },
    ),
    (_RECOVERY, {"aws_efs_backup_policy.a": GONE}),
    (_RECOVERY, {"aws_efs_backup_policy.a.backup_policy.status": "DISABLED"}),
    (_EXPOSURE, {"aws_efs_file_system.a.encrypted": False}),
    (_EXPOSURE, {"aws_efs_access_point.a.root_directory": GONE}),
    (_EXPOSURE, {"aws_efs_access_point.a.posix_user.uid": 0}),
    (_EXPOSURE, {"aws_elasticache_replication_group.a.transit_encryption_enabled": False}),
    (_EXPOSURE, {"aws_elasticache_replication_group.a.at_rest_encryption_enabled": GONE}),
    (_AVAILABILITY, {"aws_elasticache_replication_group.a.automatic_failover_enabled": False}),
    (_RECOVERY, {"aws_elasticache_replication_group.a.snapshot_retention_limit": 1}),
    (_EXPOSURE, {"aws_opensearch_domain.a.encrypt_at_rest.kms_key_id": GONE}),
    (_EXPOSURE, {"aws_opensearch_domain.a.encrypt_at_rest.enabled": False}),
    (_RECOVERY, {"aws_docdb_cluster.old.backup_retention_period": 1}),
    (_RECOVERY, {"aws_docdb_cluster.old.skip_final_snapshot": True}),
    (_RECOVERY, {"aws_fsx_openzfs_file_system.a.skip_final_backup": True}),
    (_RECOVERY, {"aws_fsx_openzfs_file_system.a.automatic_backup_retention_days": 0}),
    (_EXPOSURE, {"aws_redshift_cluster.a.publicly_accessible": True}),
    (_EXPOSURE, {"aws_redshift_cluster.a.encrypted": False}),
    (_EXPOSURE, {"aws_redshift_cluster.a.kms_key_id": _KEY}),
    (_EXPOSURE, {"aws_redshift_cluster.a.enhanced_vpc_routing": False}),
    (_RECOVERY, {"aws_redshift_cluster.a.automated_snapshot_retention_period": GONE}),
    (_EXPOSURE, {"aws_s3_object.a.kms_key_id": _KEY}),
    (_EXPOSURE, {"aws_efs_file_system.a.kms_key_id": GONE}),
    (_EXPOSURE, {"aws_ecr_repository.a.encryption_configuration": GONE}),
    (_EXPOSURE, {"aws_opensearch_domain.a.node_to_node_encryption": GONE}),
    (_EXPOSURE, {"aws_opensearch_domain.a.domain_endpoint_options.enforce_https": False}),
    (_EXPOSURE, {"aws_opensearch_domain.a.advanced_security_options.enabled": False}),
    (_RECOVERY, {"aws_docdb_cluster.a": {"cluster_identifier": "a", "storage_encrypted": True}}),
    (_EXPOSURE, {"aws_neptune_cluster.a": {"cluster_identifier": "a", "deletion_protection": True}}),
]
