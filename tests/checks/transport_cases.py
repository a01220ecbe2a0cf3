"""Cases of checks/transport.py."""

from __future__ import annotations

from tests.checks.case import EVERYBODY, PLAIN_HTTP, Case, Values, backend

_OLD_TLS = {"test": "NumericLessThan", "variable": "s3:TlsVersion", "values": ["1.3"]}
_NO_SERVICE = {"test": "Bool", "variable": "aws:PrincipalIsAWSService", "values": ["false"]}
_NOT_IN_A_NAME = {"test": "BoolIfExists", "variable": "aws:ViaAWSService", "values": ["false"]}
_LINKED = "arn:aws:iam::111111111111:role/aws-service-role/*"
_SERVICES_ROLES = ("backup", "restore-objects", "malware-scans")
_BACKUPS = tuple(f"arn:aws:iam::111111111111:role/dev-ffp-{role}" for role in _SERVICES_ROLES)


def _but(*roles: str, test: str = "ArnNotLike") -> dict[str, object]:
    return {"test": test, "variable": "aws:PrincipalArn", "values": list(roles)}


def _parameters(force_ssl: str, floor: str) -> dict[str, object]:
    return {
        "parameter": [
            {"name": "rds.force_ssl", "value": force_ssl},
            {"name": "ssl_min_protocol_version", "value": floor},
        ]
    }


def _denial(*conditions: Values, **other: object) -> dict[str, object]:
    denial = {
        "effect": "Deny",
        "principals": [{"type": "*", "identifiers": ["*"]}],
        "actions": ["s3:*"],
        "resources": ["arn:aws:s3:::dev-ffp-media", "arn:aws:s3:::dev-ffp-media/*"],
        "condition": list(conditions),
        **other,
    }
    return {
        **backend("dev"),
        "data": {"aws_iam_policy_document": {"media": {"statement": [denial]}}},
        "resource": {
            "aws_s3_bucket_policy": {
                "media": {
                    "bucket": "${aws_s3_bucket.subject.id}",
                    "policy": "${data.aws_iam_policy_document.media.json}",
                }
            }
        },
    }


def _holder(kind: str, target: str, *actions: str, **other: object) -> Values:
    """A policy of its own for the subject, which denies these actions over plain HTTP."""
    denial = {
        "effect": "Deny",
        "principals": [EVERYBODY],
        "actions": list(actions),
        "condition": [PLAIN_HTTP],
        **other,
    }
    policy = {target: f"${{{kind}.subject.id}}", "policy": "${data.aws_iam_policy_document.holder.json}"}
    return {
        **backend("dev"),
        "data": {"aws_iam_policy_document": {"holder": {"statement": [denial]}}},
        "resource": {f"{kind}_policy": {"holder": policy}},
    }


CASES = [
    Case(
        "FFP_NET_4_1",
        "aws_cloudfront_distribution",
        {"viewer_certificate": {"minimum_protocol_version": "TLSv1.3_2025"}},
        broken=(
            {"viewer_certificate": {"minimum_protocol_version": "TLSv1.2_2021"}},
            {"viewer_certificate": {"cloudfront_default_certificate": True}},
        ),
        beside={"terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": "6.25.0"}}}},
    ),
    Case(
        "FFP_NET_4_2",
        "aws_cloudfront_distribution",
        {
            "default_cache_behavior": {"viewer_protocol_policy": "https-only"},
            "ordered_cache_behavior": [{"path_pattern": "/media/*", "viewer_protocol_policy": "redirect-to-https"}],
        },
        broken=(
            {"default_cache_behavior": {"viewer_protocol_policy": "allow-all"}},
            {"ordered_cache_behavior": [{"path_pattern": "/api/*", "viewer_protocol_policy": "allow-all"}]},
        ),
    ),
    Case(
        "FFP_NET_4_3",
        "aws_cloudfront_distribution",
        {
            "origin": [
                {"custom_origin_config": {"origin_protocol_policy": "https-only", "origin_ssl_protocols": ["TLSv1.2"]}}
            ]
        },
        broken=(
            {
                "origin": [
                    {
                        "custom_origin_config": {
                            "origin_protocol_policy": "match-viewer",
                            "origin_ssl_protocols": ["TLSv1.2"],
                        }
                    }
                ]
            },
            {
                "origin": [
                    {
                        "custom_origin_config": {
                            "origin_protocol_policy": "https-only",
                            "origin_ssl_protocols": ["TLSv1.1", "TLSv1.2"],
                        }
                    }
                ]
            },
        ),
        accepted=({"origin": [{"origin_access_control_id": "${aws_cloudfront_origin_access_control.media.id}"}]},),
    ),
    Case(
        "FFP_NET_4_4",
        "aws_db_parameter_group",
        _parameters("1", "TLSv1.3"),
        broken=(_parameters("0", "TLSv1.3"), _parameters("1", "TLSv1.2"), {"parameter": None}),
    ),
    Case(
        "FFP_NET_4_4",
        "aws_db_instance",
        {"parameter_group_name": "${aws_db_parameter_group.ours.name}"},
        broken=({"parameter_group_name": None}, {"parameter_group_name": "default.postgres17"}),
    ),
    Case(
        "FFP_NET_4_5",
        "aws_apigatewayv2_domain_name",
        {"domain_name_configuration": {"security_policy": "TLS_1_2"}},
        broken=({"domain_name_configuration": {"security_policy": "TLS_1_0"}},),
    ),
    Case(
        "FFP_NET_4_6",
        "aws_s3_bucket",
        {"bucket": "dev-ffp-media"},
        beside=_denial(PLAIN_HTTP),
        broken_beside=(
            _denial(_OLD_TLS),
            _denial(PLAIN_HTTP, effect="Allow"),
            _denial(PLAIN_HTTP, _NO_SERVICE),
            _denial(PLAIN_HTTP, actions=["s3:GetObject"]),
            _denial(PLAIN_HTTP, resources=["arn:aws:s3:::dev-ffp-media"]),
            {},
        ),
    ),
    Case(
        "FFP_NET_4_7",
        "aws_s3_bucket",
        {"bucket": "dev-ffp-media"},
        beside=_denial(_OLD_TLS, _NO_SERVICE, _NOT_IN_A_NAME, _but(_LINKED, *_BACKUPS)),
        broken_beside=(
            _denial(PLAIN_HTTP),
            _denial({**_OLD_TLS, "values": ["1.2"]}, _NO_SERVICE),
            _denial(_OLD_TLS, _NO_SERVICE, {"test": "StringEquals", "variable": "aws:PrincipalTag/x", "values": ["y"]}),
            _denial(_OLD_TLS, _NO_SERVICE, {**_NOT_IN_A_NAME, "test": "Bool"}),  # spares whoever does not say
            _denial(_OLD_TLS, _NO_SERVICE, {**_NOT_IN_A_NAME, "values": ["true"]}),
            *(
                _denial(_OLD_TLS, _NO_SERVICE, _NOT_IN_A_NAME, roles)
                for roles in (
                    _but("arn:aws:iam::111111111111:role/*"),
                    _but("arn:aws:iam::*:role/aws-service-role/*"),
                    _but("arn:aws:iam::111111111111:role/aws-service-role*"),
                    _but(_LINKED, *_BACKUPS, "arn:aws:iam::111111111111:role/dev-ffp-deploy"),
                    _but(_LINKED, *(each.replace("role/", "role/dev-ffp/") for each in _BACKUPS)),
                    _but(_LINKED, *_BACKUPS, test="ArnLike"),
                    {**_but(_LINKED, *_BACKUPS), "variable": "aws:SourceArn"},
                )
            ),
            _denial(_OLD_TLS, _NO_SERVICE, resources=["arn:aws:s3:::dev-ffp-media"]),
        ),
    ),
    *(
        Case("FFP_NET_4_7", "aws_s3_bucket", {"bucket": "dev-ffp-media"}, beside=_denial(_OLD_TLS, *fewer_spared))
        for fewer_spared in ((), (_NO_SERVICE,), (_NO_SERVICE, _NOT_IN_A_NAME))
    ),
    Case(
        "FFP_NET_4_10",
        "aws_s3_bucket",
        {"bucket": "dev-ffp-media"},
        beside=_denial({**_OLD_TLS, "values": ["1.2"]}),
        broken_beside=(
            _denial(_OLD_TLS, _NO_SERVICE),
            _denial({**_OLD_TLS, "values": ["1.2"]}, _NO_SERVICE),
            _denial({**_OLD_TLS, "values": ["1.2"]}, _but(_LINKED)),
            _denial({**_OLD_TLS, "values": ["1.2"]}, actions=["s3:PutObject"]),
        ),
    ),
    *(
        Case(
            "FFP_NET_4_9",
            kind,
            {"kms_master_key_id": "${aws_kms_key.data.arn}"},
            beside=_holder(kind, target, action),
            broken_beside=(
                _holder(kind, target, "tag:GetResources"),
                _holder(kind, target, action, effect="Allow"),
                _holder(kind, target, action, condition=[PLAIN_HTTP, _NO_SERVICE]),
                backend("dev"),
            ),
        )
        for kind, target, action in (
            ("aws_secretsmanager_secret", "secret_arn", "secretsmanager:*"),
            ("aws_sns_topic", "arn", "sns:Publish"),
            ("aws_sqs_queue", "queue_url", "sqs:*"),
        )
    ),
    Case(
        "FFP_NET_4_8",
        "data.aws_iam_policy_document",
        {"statement": [{"effect": "Deny", "principals": [EVERYBODY], "condition": [PLAIN_HTTP]}]},
        broken=(
            {"statement": [{"effect": "Deny", "principals": [EVERYBODY], "condition": [PLAIN_HTTP, _NO_SERVICE]}]},
            {
                "statement": [
                    {
                        "effect": "Deny",
                        "principals": [EVERYBODY],
                        "condition": [{**PLAIN_HTTP, "test": "BoolIfExists", "values": ["true"]}],
                    }
                ]
            },
        ),
        accepted=({"statement": [{"effect": "Deny", "principals": [EVERYBODY], "condition": [_OLD_TLS]}]},),
    ),
]
