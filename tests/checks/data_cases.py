"""Cases of the ENC, SEC and SHAPE checks."""

from __future__ import annotations

from tests.checks.case import EVERYBODY, KEY, Case, backend, release

_BUCKET_SSE = "aws_s3_bucket_server_side_encryption_configuration"
_BACKEND = {"bucket": "dev-ffp-state", "key": "dev", "encrypt": True, "use_lockfile": True}

_DELETIONS = ("s3:DeleteBucket", "s3:DeleteObjectVersion")


def _sse(algorithm: str = "aws:kms", key: str | None = KEY, bucket_key: bool = True) -> dict[str, object]:
    default = {"sse_algorithm": algorithm, "kms_master_key_id": key}
    return {"rule": [{"apply_server_side_encryption_by_default": default, "bucket_key_enabled": bucket_key}]}


def _state(actions: tuple[str, ...] = _DELETIONS, **other: object) -> dict[str, dict[str, object]]:
    """A bootstrap stack whose bucket policy denies everybody these actions."""
    denial = {"effect": "Deny", "principals": [EVERYBODY], "actions": list(actions), **other}
    reference = {"bucket": "${aws_s3_bucket.subject.id}", "policy": "${data.aws_iam_policy_document.state.json}"}
    s3 = {"key": "bootstrap-dev/terraform.tfstate", "bucket": "dev-ffp-state"}
    return {
        "terraform": {"backend": {"s3": s3}},
        "data": {"aws_iam_policy_document": {"state": {"statement": [denial]}}},
        "resource": {"aws_s3_bucket_policy": {"state": reference}},
    }


def _parameters(method: str | None, family: str = "postgres17", **changed: str) -> dict[str, object]:
    """`rds.force_ssl`, as RDS has it by default, and a parameter of our own."""
    one = {"name": "rds.force_ssl", "value": "1", **changed, "apply_method": method}
    tuned = {"name": "log_min_duration_statement", "value": "1000", "apply_method": "immediate"}
    return {"family": family, "parameter": [tuned, {key: value for key, value in one.items() if value is not None}]}


def _logging(target: str | None, *awaited: str) -> dict[str, object]:
    return {"bucket": "${aws_s3_bucket.media.id}", "target_bucket": target, "depends_on": list(awaited) or None}


_LOGS = "${aws_s3_bucket.logs.id}"
_POLICIES = {
    "logs": {"bucket": _LOGS, "policy": "-"},
    "media": {"bucket": "${aws_s3_bucket.media.id}", "policy": "-"},
}

CASES = [
    Case(
        "FFP_MAP_3_2",
        "aws_db_parameter_group",
        _parameters("pending-reboot"),
        broken=(
            _parameters("immediate"),
            _parameters(None),  # the provider's default is immediate
            _parameters("immediate", name="log_parameter_max_length_on_error", value="0"),
            _parameters("immediate", family="postgres18", name="password_encryption", value="scram-sha-256"),
        ),
        accepted=(
            _parameters("immediate", value="0"),
            _parameters("immediate", name="log_statement", value="ddl"),
            _parameters("immediate", family="mysql8.4"),
            {"parameter": None},
        ),
    ),
    Case(
        "FFP_MAP_5_3",
        "aws_s3_bucket_logging",
        _logging(_LOGS, "aws_s3_bucket_policy.logs"),
        broken=(
            _logging(_LOGS),
            _logging(_LOGS, "aws_s3_bucket.logs"),
            _logging(_LOGS, "aws_s3_bucket_policy.media"),
            _logging("another-teams-logs", "aws_s3_bucket_policy.logs"),
        ),
        accepted=(_logging(_LOGS, "aws_s3_bucket_policy.media", "aws_s3_bucket_policy.logs"),),
        beside={
            **backend("dev"),
            "resource": {"aws_s3_bucket": {"logs": {}, "media": {}}, "aws_s3_bucket_policy": _POLICIES},
        },
        broken_beside=({**backend("dev"), "resource": {"aws_s3_bucket": {"logs": {}, "media": {}}}},),
    ),
    Case(
        "FFP_ENC_1_1",
        "aws_db_instance",
        {
            "kms_key_id": KEY,
            "manage_master_user_password": True,
            "master_user_secret_kms_key_id": KEY,
            "performance_insights_enabled": True,
            "performance_insights_kms_key_id": KEY,
        },
        broken=(
            {"kms_key_id": None},
            {"kms_key_id": "alias/aws/rds"},
            {"master_user_secret_kms_key_id": None},
            {"performance_insights_kms_key_id": None},
        ),
        accepted=({"performance_insights_enabled": False, "performance_insights_kms_key_id": None},),
    ),
    *(
        Case("FFP_ENC_1_1", kind, {key: KEY}, broken=({key: None}, {key: "alias/aws/service"}))
        for kind, key in (
            ("aws_cloudwatch_event_bus", "kms_key_identifier"),
            ("aws_cloudwatch_log_group", "kms_key_id"),
            ("aws_ebs_volume", "kms_key_id"),
            ("aws_secretsmanager_secret", "kms_key_id"),
            ("aws_sns_topic", "kms_master_key_id"),
            ("aws_sqs_queue", "kms_master_key_id"),
        )
    ),
    Case(
        "FFP_ENC_1_1",
        "aws_lambda_function",
        {"kms_key_arn": KEY, "environment": {"variables": {"LOG_LEVEL": "INFO"}}},
        broken=({"kms_key_arn": None},),
        accepted=({"kms_key_arn": None, "environment": None},),
    ),
    Case(
        "FFP_ENC_1_1",
        "aws_launch_template",
        {"block_device_mappings": [{"ebs": {"kms_key_id": KEY}}]},
        broken=(
            {"block_device_mappings": [{"ebs": {"volume_size": 8}}]},
            {"block_device_mappings": [{"ebs": {"kms_key_id": KEY}}, {"ebs": {"volume_size": 8}}]},
        ),
    ),
    Case(
        "FFP_ENC_1_2",
        "aws_db_instance",
        {"storage_encrypted": True},
        broken=({"storage_encrypted": False}, {"storage_encrypted": None}),
    ),
    Case(
        "FFP_ENC_1_2",
        "aws_launch_template",
        {"block_device_mappings": [{"ebs": {"encrypted": "true"}}]},
        broken=(
            {"block_device_mappings": [{"ebs": {"encrypted": "false"}}]},
            {"block_device_mappings": [{"ebs": {"encrypted": "true"}}, {"ebs": {"volume_size": 8}}]},
            {"block_device_mappings": None},
        ),
        accepted=({"block_device_mappings": [{"ebs": {"encrypted": True}}]},),
    ),
    Case(
        "FFP_ENC_1_3",
        _BUCKET_SSE,
        _sse(),
        broken=(_sse(algorithm="AES256"), _sse(key="alias/aws/s3"), _sse(bucket_key=False), {"rule": [{}]}),
    ),
    Case(
        "FFP_ENC_1_4",
        "aws_kms_key",
        {"enable_key_rotation": True},
        broken=({"enable_key_rotation": False}, {"enable_key_rotation": None}),
        accepted=({"enable_key_rotation": None, "customer_master_key_spec": "RSA_2048"},),
    ),
    Case(
        "FFP_ENC_1_5",
        "aws_lambda_function",
        {"kms_key_arn": KEY, "source_kms_key_arn": KEY},
        broken=({"source_kms_key_arn": None}, {"source_kms_key_arn": "alias/aws/lambda"}),
        beside=release("6.25.0"),
    ),
    Case("FFP_ENC_1_5", "aws_lambda_function", {"package_type": "Image"}, beside=release("6.25.0")),
    Case(
        "FFP_ENC_1_5",
        "aws_lambda_function",
        {"kms_key_arn": KEY},
        beside=release("5.100.0"),
        broken_beside=(release("6.51.0"), release("~> 6.51")),
    ),
    Case(
        "FFP_MAP_3_1",
        "aws_db_instance",
        {
            "delete_automated_backups": False,
            "skip_final_snapshot": False,
            "final_snapshot_identifier": "dev-ffp-final",
            "lifecycle": {"prevent_destroy": True},
        },
        broken=(
            {"delete_automated_backups": None},
            {"skip_final_snapshot": True},
            {"final_snapshot_identifier": None},
            {"lifecycle": None},
        ),
    ),
    Case(
        "FFP_MAP_5_2",
        "aws_s3_bucket",
        {"force_destroy": False, "lifecycle": {"prevent_destroy": True}},
        broken=({"force_destroy": True}, {"lifecycle": {"prevent_destroy": False}}, {"lifecycle": None}),
        accepted=({"force_destroy": None},),
    ),
    Case(
        "FFP_SEC_2_1",
        "aws_db_instance",
        {"manage_master_user_password": True},
        broken=({"manage_master_user_password": None}, {"password": "correct horse"}, {"password_wo": "correct horse"}),
    ),
    Case(
        "FFP_SEC_3_1",
        "aws_lambda_function",
        {
            "environment": {
                "variables": {
                    "DATABASE_SECRET_ARN": "${aws_secretsmanager_secret.database.arn}",
                    "MEDIA_BUCKET": "dev-ffp-exercise-media-111111111111",
                    "DATABASE_PASSWORD_SECRET_NAME": "dev-ffp-database",
                    "PLAYBACK_KEY_IDS": '{"1d8fc7ae42b1bd8f": "K2JCJMDEHXQW5F"}',
                    "TENANT": "0f8fad5b-d9cb-469f-a165-70867728950e",
                    "TOKEN_LIFETIME_MINUTES": "5",
                }
            }
        },
        broken=tuple(
            {"environment": {"variables": {name: value}}}
            for name, value in (
                ("DATABASE_PASSWORD", "x"),
                ("DB_PASSWORD_ID", "x"),
                ("DB_PWD", "x"),
                ("api_key", "x"),
                ("SETTINGS", "-----BEGIN " + "PRIVATE KEY-----"),
                ("SETTINGS", "AKIA" + "IOSFODNN7EXAMPLE"),
                ("SETTINGS", "postgresql://ffp:hunter2@db.internal/ffp"),
                ("SETTINGS", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
                ("SETTINGS", "9b74c9897bac770ffc029102a200c5de"),
            )
        ),
        accepted=({"environment": None},),
    ),
    Case(
        "FFP_SEC_4_1",
        "aws_secretsmanager_secret_rotation",
        {"rotate_immediately": False, "rotation_rules": {"automatically_after_days": 30}},
        broken=({"rotate_immediately": True}, {"rotate_immediately": None}, {"rotation_rules": {"duration": "3h"}}),
        accepted=({"rotation_rules": {"schedule_expression": "rate(30 days)"}},),
    ),
    Case("FFP_SHAPE_4_1", "random_password", {"length": 32}, forbidden=True),
    Case("FFP_SHAPE_4_2", "data.aws_secretsmanager_secret_version", {"secret_id": "dev-ffp-database"}, forbidden=True),
    Case(
        "FFP_SHAPE_4_3",
        "aws_cognito_user_pool_client",
        {"generate_secret": False},
        broken=({"generate_secret": True},),
        accepted=({"generate_secret": None},),
    ),
    Case(
        "FFP_SHAPE_5_1",
        "terraform.backend",
        {"s3": _BACKEND},
        broken=(
            {"s3": {**_BACKEND, "encrypt": False}},
            {"s3": {**_BACKEND, "use_lockfile": False}},
            {"s3": None, "local": {"path": "terraform.tfstate"}},
        ),
    ),
    Case(
        "FFP_SHAPE_5_2",
        "terraform.backend",
        backend("bootstrap-dev")["terraform"]["backend"],
        broken=(
            {"s3": {"key": "dev/terraform.tfstate"}},
            {"s3": {"key": "dev/terraform.tfstate", "allowed_account_ids": ["111111111111", "999999999999"]}},
            {"s3": {"key": "dev/terraform.tfstate", "allowed_account_ids": ["111111111111"]}},
            {"s3": {**backend("dev")["terraform"]["backend"]["s3"], "key": "prod/terraform.tfstate"}},
        ),
        accepted=(backend("prod")["terraform"]["backend"], backend("surgery")["terraform"]["backend"]),
    ),
    Case(
        "FFP_SHAPE_5_3",
        "aws_s3_bucket",
        {"bucket": "dev-ffp-state", "lifecycle": {"prevent_destroy": True}},
        broken=({"lifecycle": None}, {"force_destroy": True}),
        accepted=({"bucket": "dev-ffp-state-logs"},),
        beside=_state(),
        broken_beside=(
            _state(("s3:DeleteBucket",)),
            _state(("s3:DeleteObjectVersion",)),
            _state(effect="Allow"),
            _state(condition=[{"test": "Bool", "variable": "aws:PrincipalIsAWSService", "values": ["false"]}]),
            _state(principals=[{"type": "AWS", "identifiers": ["arn:aws:iam::111111111111:role/dev-ffp-deploy"]}]),
            {"terraform": _state()["terraform"]},
        ),
    ),
    Case(
        "FFP_SHAPE_5_3",
        "aws_kms_key",
        {"lifecycle": {"prevent_destroy": True}},
        broken=({"lifecycle": None},),
        beside=backend("bootstrap-dev"),
    ),
]
