"""Blocks that checks of Checkov's must find; `test_requirements.py` sees each of them found."""

from __future__ import annotations

import json
from typing import Any

_ANYWHERE = "0.0.0.0/0"
_DOCUMENT = "data.aws_iam_policy_document"
_DISTRIBUTION = "aws_cloudfront_distribution"
_INGRESS, _EGRESS = "aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"
_FUNCTION, _DATABASE = "aws_lambda_function", "aws_db_instance"

_ALL_ACTIONS = json.dumps({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})


def _rule(port: int, **other: Any) -> dict[str, Any]:
    return {"cidr_ipv4": _ANYWHERE, "from_port": port, "to_port": port, "ip_protocol": "tcp", **other}


def _allowing(*actions: str) -> dict[str, Any]:
    return {"statement": [{"effect": "Allow", "actions": list(actions), "resources": ["*"]}]}


_TRUST = {
    "statement": [
        {
            "actions": ["sts:AssumeRoleWithWebIdentity"],
            "principals": [
                {
                    "type": "Federated",
                    "identifiers": ["arn:aws:iam::333333333333:oidc-provider/token.actions.githubusercontent.com"],
                }
            ],
            "condition": [
                {
                    "test": "StringLike",
                    "variable": "token.actions.githubusercontent.com:sub",
                    "values": ["repo:*"],
                }
            ],
        }
    ]
}
_TRUST_AS_TEXT = json.dumps(
    {
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Principal": {
                    "Federated": "arn:aws:iam::333333333333:oidc-provider/token.actions.githubusercontent.com"
                },
                "Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:*"}},
            }
        ]
    }
)
_OPEN_BUCKET = {
    "block_public_acls": False,
    "block_public_policy": False,
    "ignore_public_acls": False,
    "restrict_public_buckets": False,
}
_BEHAVIOUR = {"default_cache_behavior": {"target_origin_id": "media", "viewer_protocol_policy": "https-only"}}

# What a block of Checkov's faults refers to.
BESIDE = {
    "aws_db_parameter_group": {
        "plain": {"family": "postgres17", "parameter": [{"name": "rds.force_ssl", "value": "0"}]}
    }
}
# Check of Checkov's: a block that it must find.
CHECKOVS: list[tuple[str, str, dict[str, Any]]] = [
    ("CKV_AWS_7", "aws_kms_key", {"enable_key_rotation": False}),
    ("CKV_AWS_16", _DATABASE, {"storage_encrypted": False}),
    ("CKV_AWS_17", _DATABASE, {"publicly_accessible": True}),
    ("CKV_AWS_18", "aws_s3_bucket", {"bucket": "prod-ffp-planted"}),
    ("CKV_AWS_21", "aws_s3_bucket", {"bucket": "prod-ffp-planted"}),
    ("CKV_AWS_23", "aws_security_group", {"name": "prod-ffp-planted"}),
    ("CKV_AWS_24", _INGRESS, _rule(22)),
    ("CKV_AWS_25", _INGRESS, _rule(3389)),
    ("CKV_AWS_26", "aws_sns_topic", {"name": "prod-ffp-planted"}),
    ("CKV_AWS_27", "aws_sqs_queue", {"name": "prod-ffp-planted"}),
    ("CKV_AWS_45", _FUNCTION, {"environment": {"variables": {"KEY": "AKIA" + "IOSFODNN7EXAMPLE"}}}),
    ("CKV_AWS_53", "aws_s3_bucket_public_access_block", _OPEN_BUCKET),
    ("CKV_AWS_54", "aws_s3_bucket_public_access_block", _OPEN_BUCKET),
    ("CKV_AWS_55", "aws_s3_bucket_public_access_block", _OPEN_BUCKET),
    ("CKV_AWS_56", "aws_s3_bucket_public_access_block", _OPEN_BUCKET),
    ("CKV_AWS_62", "aws_iam_role_policy", {"policy": _ALL_ACTIONS}),
    ("CKV_AWS_63", "aws_iam_role_policy", {"policy": _ALL_ACTIONS}),
    ("CKV_AWS_107", _DOCUMENT, _allowing("sts:GetSessionToken")),
    ("CKV_AWS_108", _DOCUMENT, _allowing("s3:GetObject")),
    ("CKV_AWS_109", _DOCUMENT, _allowing("iam:AttachRolePolicy")),
    ("CKV_AWS_110", _DOCUMENT, _allowing("iam:CreateAccessKey")),
    ("CKV_AWS_111", _DOCUMENT, _allowing("s3:PutObject")),
    ("CKV_AWS_115", _FUNCTION, {"function_name": "prod-ffp-planted"}),
    ("CKV_AWS_117", _FUNCTION, {"function_name": "prod-ffp-planted"}),
    ("CKV_AWS_145", "aws_s3_bucket", {"bucket": "prod-ffp-planted"}),
    ("CKV_AWS_149", "aws_secretsmanager_secret", {"name": "prod-ffp-planted"}),
    ("CKV_AWS_158", "aws_cloudwatch_log_group", {"name": "prod-ffp-planted"}),
    ("CKV_AWS_173", _FUNCTION, {"environment": {"variables": {"ENVIRONMENT": "prod"}}}),
    ("CKV_AWS_174", _DISTRIBUTION, {"viewer_certificate": {"minimum_protocol_version": "TLSv1"}}),
    ("CKV_AWS_260", _INGRESS, _rule(80)),
    ("CKV_AWS_274", "aws_iam_role_policy_attachment", {"policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess"}),
    ("CKV_AWS_277", _INGRESS, _rule(-1, ip_protocol="-1")),
    ("CKV_AWS_297", "aws_scheduler_schedule", {"name": "prod-ffp-planted"}),
    ("CKV_AWS_304", "aws_secretsmanager_secret_rotation", {"rotation_rules": {"automatically_after_days": 365}}),
    ("CKV_AWS_309", "aws_apigatewayv2_route", {"authorization_type": "NONE"}),
    ("CKV_AWS_354", _DATABASE, {"performance_insights_enabled": True}),
    ("CKV_AWS_356", _DOCUMENT, _allowing("s3:GetObject")),
    ("CKV_AWS_358", _DOCUMENT, _TRUST),
    ("CKV_AWS_364", "aws_lambda_permission", {"principal": "apigateway.amazonaws.com", "action": "lambda:*"}),
    ("CKV_AWS_382", _EGRESS, _rule(-1, ip_protocol="-1")),
    ("CKV_AWS_393", "aws_iam_role", {"assume_role_policy": _TRUST_AS_TEXT}),
    ("CKV2_AWS_11", "aws_vpc", {"cidr_block": "10.0.0.0/16"}),
    ("CKV2_AWS_12", "aws_vpc", {"cidr_block": "10.0.0.0/16"}),
    ("CKV2_AWS_32", _DISTRIBUTION, _BEHAVIOUR),
    ("CKV2_AWS_57", "aws_secretsmanager_secret", {"name": "prod-ffp-planted"}),
    ("CKV2_AWS_64", "aws_kms_key", {"description": "planted"}),
    ("CKV2_AWS_69", _DATABASE, {"parameter_group_name": "${aws_db_parameter_group.plain.name}"}),
]
