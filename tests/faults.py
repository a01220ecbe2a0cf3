"""Faults that somebody might plant in a stack as it ships, by type and never by name, and the check that finds each.

`test_requirements.py` plants them; `checkov_faults.py` has those for checks that are not ours.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Text = dict[str, Any]
Change = Callable[[Text], None]

_DOCUMENT = "data.aws_iam_policy_document"
_EVERYBODY = {"type": "*", "identifiers": ["*"]}
_SERVICE = {"type": "Service", "identifiers": ["cloudwatch.amazonaws.com"]}
_HIDDEN = {"variables": {"DATABASE_PASSWORD": "hunter2-hunter2"}}


def blocks(text: Text, kind: str) -> dict[str, Any]:
    """The blocks of a type, `data.` included in its name."""
    section, _, type_ = kind.rpartition(".")
    found: dict[str, Any] = text[section or "resource"].setdefault(type_, {})
    return found


def put(kind: str, path: str, value: Any, having: str = "") -> Change:
    """Puts a value at a dotted path of the first block of a type that has an attribute; None takes what is there."""

    def change(text: Text) -> None:
        place = next(block for block in blocks(text, kind).values() if having in block or not having)
        *way, last = path.split(".")
        for part in way:
            place = place[int(part)] if isinstance(place, list) else place.setdefault(part, {})
        if value is None:
            del place[last]
        else:
            place[last] = value

    return change


def make(kind: str, **arguments: Any) -> Change:
    """Makes one more block."""
    return lambda text: blocks(text, kind).update(planted=arguments)


def drop(kind: str) -> Change:
    """Takes the first block of a type away."""
    return lambda text: blocks(text, kind).__delitem__(next(iter(blocks(text, kind))))


def say(**statement: Any) -> Change:
    """Makes one more policy document, with this statement."""
    return make(_DOCUMENT, statement=[{"sid": "Planted", "effect": "Allow", **statement}])


def alter(said: Mapping[str, Any], **changed: Any) -> Change:
    """Changes the first statement that says something: None takes an argument away."""

    def change(text: Text) -> None:
        statement = next(each for each in _statements(text) if said.items() <= each.items())
        statement.update(changed)
        for key in [key for key, value in changed.items() if value is None]:
            del statement[key]

    return change


def demand(claim: str, value: str | None, test: str = "StringEquals") -> Change:
    """Changes what the first role of the pipeline demands of a claim in GitHub's tokens: None demands nothing."""

    def change(text: Text) -> None:
        trust = next(each for each in _statements(text) if "sts:AssumeRoleWithWebIdentity" in each["actions"])
        (condition,) = [each for each in trust["condition"] if each["variable"].endswith(f":{claim}")]
        condition.update(test=test, values=[value])
        if value is None:
            trust["condition"].remove(condition)

    return change


def _statements(text: Text) -> Iterator[dict[str, Any]]:
    for document in blocks(text, _DOCUMENT).values():
        yield from document["statement"]


def _public_subnets(text: Text) -> None:
    public = [f"${{aws_subnet.{name}.id}}" for name, each in _tiers(text).items() if each == "public"]
    put("aws_lambda_function", "vpc_config.subnet_ids", public, having="vpc_config")(text)


def _tiers(text: Text) -> dict[str, str]:
    return {name: each["tags"]["tier"] for name, each in blocks(text, "aws_subnet").items()}


def _isolated_with_a_way_out(text: Text) -> None:
    name = next(name for name, tier in _tiers(text).items() if tier == "isolated")
    blocks(text, "aws_subnet")[name]["tags"]["tier"] = "private"


def _database_opens_to_a_network(text: Text) -> None:
    (database,) = blocks(text, "aws_db_instance").values()
    for rule in blocks(text, "aws_vpc_security_group_ingress_rule").values():
        if rule["security_group_id"] in database["vpc_security_group_ids"]:
            del rule["referenced_security_group_id"]
            rule["cidr_ipv4"] = "10.0.0.0/16"


def _of_a_parameter(name: str, value: str) -> Change:
    def change(text: Text) -> None:
        for parameter in next(iter(blocks(text, "aws_db_parameter_group").values()))["parameter"]:
            if parameter["name"] == name:
                parameter["value"] = value

    return change


def _log_has(claim: str) -> Change:
    def change(text: Text) -> None:
        settings = next(iter(blocks(text, "aws_apigatewayv2_stage").values()))["access_log_settings"]
        fields = {**json.loads(settings["format"]), "who": f"$context.authorizer.claims.{claim}"}
        settings["format"] = json.dumps(fields)

    return change


def _any_distribution(text: Text) -> None:
    for statement in _statements(text):
        services = [name for each in statement.get("principals", []) for name in each["identifiers"]]
        if "cloudfront.amazonaws.com" in services:
            statement["condition"] = [{"test": "StringEquals", "variable": "aws:SourceAccount", "values": ["3" * 12]}]


def _api_is_cached(text: Text) -> None:
    (distribution,) = blocks(text, "aws_cloudfront_distribution").values()
    custom = {origin["origin_id"] for origin in distribution["origin"] if "custom_origin_config" in origin}
    for behaviour in distribution["ordered_cache_behavior"]:
        if behaviour["target_origin_id"] in custom:
            behaviour["cache_policy_id"] = "658327ea-f89d-4fab-a63d-7e88639e58f6"  # AWS's "CachingOptimized"


def _without_tags(text: Text) -> None:
    del text["provider"]["aws"][0]["default_tags"]


_INGRESS, _EGRESS = "aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"
_DISTRIBUTION, _POOL, _CLIENT = "aws_cloudfront_distribution", "aws_cognito_user_pool", "aws_cognito_user_pool_client"
_FUNCTION, _DATABASE, _STAGE = "aws_lambda_function", "aws_db_instance", "aws_apigatewayv2_stage"
_ANYWHERE = "0.0.0.0/0"
_OVER_HTTP = {"sid": "DenyPlainHttp"}

# Check of ours: what breaks a platform as it ships.
OURS: list[tuple[str, Change]] = [
    ("FFP_NET_1_1", put(_DATABASE, "publicly_accessible", True)),
    ("FFP_NET_1_2", _isolated_with_a_way_out),
    ("FFP_NET_2_1", _public_subnets),
    ("FFP_NET_2_2", put(_FUNCTION, "vpc_config", None, having="vpc_config")),
    ("FFP_NET_3_1", put("aws_security_group", "ingress", [{"from_port": 22}])),
    ("FFP_NET_3_2", put(_INGRESS, "description", None)),
    ("FFP_NET_3_3", put(_INGRESS, "cidr_ipv4", _ANYWHERE)),
    ("FFP_NET_3_4", put(_EGRESS, "from_port", 80, having="cidr_ipv4")),
    ("FFP_NET_3_5", put("aws_default_security_group", "ingress", [{"self": True}])),
    ("FFP_NET_3_6", _database_opens_to_a_network),
    ("FFP_NET_4_1", put(_DISTRIBUTION, "viewer_certificate.minimum_protocol_version", "TLSv1.2_2021")),
    ("FFP_NET_4_2", put(_DISTRIBUTION, "default_cache_behavior.viewer_protocol_policy", "allow-all")),
    ("FFP_NET_4_3", put(_DISTRIBUTION, "origin.1.custom_origin_config.origin_ssl_protocols", ["TLSv1.1"])),
    ("FFP_NET_4_4", _of_a_parameter("rds.force_ssl", "0")),
    ("FFP_NET_4_4", _of_a_parameter("ssl_min_protocol_version", "TLSv1.2")),
    ("FFP_NET_4_4", put(_DATABASE, "parameter_group_name", None)),
    ("FFP_NET_4_6", alter({**_OVER_HTTP, "actions": ["s3:*"]}, effect="Allow")),
    ("FFP_NET_4_7", alter({"sid": "DenyOldTls"}, effect="Allow")),
    ("FFP_NET_4_8", alter(_OVER_HTTP, principals=[_SERVICE])),
    *(
        ("FFP_NET_4_9", alter({**_OVER_HTTP, "actions": [action]}, effect="Allow"))
        for action in ("sqs:*", "sns:Publish", "secretsmanager:*")
    ),
    ("FFP_NET_4_9", drop("aws_sqs_queue_policy")),
    ("FFP_SEC_2_1", put(_DATABASE, "manage_master_user_password", False)),
    ("FFP_SEC_2_2", alter({"sid": "DenyOtherAccounts"}, effect="Allow", principals=[_SERVICE], condition=None)),
    ("FFP_SEC_3_1", put(_FUNCTION, "environment", _HIDDEN)),
    ("FFP_SEC_4_1", put("aws_secretsmanager_secret_rotation", "rotation_rules", {})),
    ("FFP_SHAPE_2_1", put("aws_vpc_endpoint", "policy", None)),
    ("FFP_SHAPE_2_1", put(_DISTRIBUTION, "web_acl_id", None)),
    ("FFP_SHAPE_2_1", put(_DATABASE, "parameter_group_name", None)),
    ("FFP_SHAPE_4_1", make("random_password", length=32)),
    ("FFP_SHAPE_4_2", make("data.aws_secretsmanager_secret_version", secret_id="prod-ffp-database")),
    ("FFP_SHAPE_4_3", put(_CLIENT, "generate_secret", True)),
    ("FFP_SHAPE_5_1", lambda text: text["terraform"]["backend"]["s3"].update(use_lockfile=False)),
    ("FFP_SHAPE_5_2", lambda text: text["terraform"]["backend"]["s3"].pop("allowed_account_ids")),
    ("FFP_ENC_1_1", put("aws_cloudwatch_log_group", "kms_key_id", None)),
    ("FFP_ENC_1_1", put("aws_sqs_queue", "kms_master_key_id", None)),
    ("FFP_ENC_1_2", put(_DATABASE, "storage_encrypted", False)),
    ("FFP_ENC_1_3", put("aws_s3_bucket_server_side_encryption_configuration", "rule.0.bucket_key_enabled", False)),
    ("FFP_ENC_1_4", put("aws_kms_key", "enable_key_rotation", False)),
    ("FFP_ENC_1_5", put(_FUNCTION, "source_kms_key_arn", None)),
    ("FFP_ENC_3_1", put("aws_apigatewayv2_authorizer", "jwt_configuration.issuer", "https://login.example.org")),
    ("FFP_IAM_1_1", make("aws_iam_role_policy_attachment", policy_arn="arn:aws:iam::aws:policy/AdministratorAccess")),
    ("FFP_IAM_1_2", put("aws_iam_role", "permissions_boundary", None)),
    ("FFP_IAM_1_3", say(actions=["iam:PassRole"], resources=["arn:aws:iam::333333333333:role/prod-ffp-*"])),
    ("FFP_IAM_1_4", put("aws_vpc_endpoint", "policy", None)),
    ("FFP_IAM_2_1", say(actions=["s3:GetObject"], resources=["*"])),
    ("FFP_IAM_2_2", say(actions=["s3:*"], resources=["arn:aws:s3:::prod-ffp-media-333333333333"])),
    ("FFP_IAM_2_3", say(actions=["s3:GetObject"], resources=["arn:aws:s3:::x"], principals=[_EVERYBODY])),
    ("FFP_IAM_2_4", put("aws_iam_role_policy", "policy", '{"Statement": []}')),
    ("FFP_IAM_2_5", say(actions=["s3:GetObject"], resources=["arn:aws:s3:::dev-ffp-media-333333333333/*"])),
    ("FFP_IAM_2_6", say(actions=["s3:GetObject"], resources=["arn:aws:s3:::prod-ffp-media-999999999999/*"])),
    ("FFP_IAM_2_7", alter({"sid": "PublishAlarms"}, condition=None)),
    ("FFP_IAM_2_7", say(actions=["sns:Publish"], resources=["arn:aws:sns:::x"], principals=[_SERVICE])),
    ("FFP_CICD_2_1", make("aws_iam_user", name="prod-ffp-somebody")),
    ("FFP_MAP_1_1", put("aws_apigatewayv2_integration", "integration_uri", "${aws_lambda_function.x.invoke_arn}")),
    ("FFP_MAP_1_2", put("aws_lambda_permission", "qualifier", None)),
    ("FFP_MAP_2_1", put("aws_apigatewayv2_route", "authorizer_id", None, having="authorizer_id")),
    ("FFP_MAP_2_2", put("aws_apigatewayv2_route", "authorization_scopes", None, having="authorization_scopes")),
    ("FFP_MAP_2_3", put(_STAGE, "default_route_settings.throttling_rate_limit", None)),
    ("FFP_MAP_2_4", put("aws_apigatewayv2_api", "cors_configuration.allow_origins", ["*"])),
    ("FFP_MAP_2_5", put("aws_apigatewayv2_api", "cors_configuration.allow_origins", ["http://localhost:5173"])),
    ("FFP_MAP_2_6", put("aws_apigatewayv2_authorizer", "identity_sources", ["$request.querystring.token"])),
    ("FFP_MAP_2_7", put("aws_apigatewayv2_api", "cors_configuration.allow_credentials", True)),
    ("FFP_MAP_3_1", put(_DATABASE, "skip_final_snapshot", True)),
    ("FFP_MAP_3_1", put(_DATABASE, "delete_automated_backups", True)),
    ("FFP_MAP_4_1", put(_POOL, "schema.0.mutable", True)),
    ("FFP_MAP_4_2", put(_POOL, "deletion_protection", "INACTIVE")),
    ("FFP_MAP_4_3", put(_POOL, "mfa_configuration", "OFF")),
    ("FFP_MAP_4_4", put(_POOL, "admin_create_user_config.allow_admin_create_user_only", False)),
    ("FFP_MAP_4_5", put(_POOL, "password_policy.minimum_length", 8)),
    ("FFP_MAP_4_6", put(_POOL, "lambda_config.pre_token_generation_config.lambda_version", "V1_0")),
    ("FFP_MAP_4_7", put(_CLIENT, "allowed_oauth_flows", ["implicit"])),
    ("FFP_MAP_4_8", put(_CLIENT, "prevent_user_existence_errors", "LEGACY")),
    ("FFP_MAP_4_9", put(_CLIENT, "write_attributes", ["custom:tenantId"])),
    ("FFP_MAP_4_10", put(_CLIENT, "callback_urls", ["http://app.example.org"])),
    ("FFP_MAP_4_11", put(_POOL, "mfa_configuration", "OPTIONAL")),
    ("FFP_MAP_5_1", put("aws_s3_bucket_cors_configuration", "cors_rule.0.allowed_origins", ["*"])),
    ("FFP_MAP_5_2", put("aws_s3_bucket", "force_destroy", True)),
    ("FFP_MAP_6_1", put(_DISTRIBUTION, "default_cache_behavior.trusted_key_groups", [])),
    ("FFP_MAP_6_2", put(_DISTRIBUTION, "origin.0.origin_access_control_id", None)),
    ("FFP_MAP_6_3", _api_is_cached),
    ("FFP_MAP_6_4", _any_distribution),
    ("FFP_MAP_7_1", put("aws_flow_log", "traffic_type", "REJECT")),
    ("FFP_MON_1_1", put(_FUNCTION, "logging_config.log_format", "Text")),
    ("FFP_MON_1_2", put(_FUNCTION, "tracing_config.mode", "PassThrough")),
    ("FFP_MON_1_3", put(_STAGE, "access_log_settings.format", "$context.requestId")),
    ("FFP_MON_1_4", _log_has("email")),
    ("FFP_MON_1_5", put("aws_wafv2_web_acl_logging_configuration", "redacted_fields", None)),
    ("FFP_MON_1_6", put("aws_cloudwatch_log_delivery", "record_fields", ["date", "cs-uri-query"])),
    ("FFP_MON_1_7", _of_a_parameter("log_error_verbosity", "default")),
    ("FFP_MON_1_7", _of_a_parameter("log_statement", "all")),
    ("FFP_MON_1_7", _of_a_parameter("log_parameter_max_length", "-1")),
    ("FFP_MON_2_1", put("aws_cloudwatch_metric_alarm", "alarm_actions", None)),
    ("FFP_MON_2_2", drop("aws_sns_topic_subscription")),
    ("FFP_QUAL_3_1", put("aws_sns_topic", "name", "alarms")),
    ("FFP_QUAL_3_2", put("aws_vpc", "tags.Name", "network")),
    ("FFP_QUAL_4_1", _without_tags),
    ("FFP_QUAL_4_2", put("aws_launch_template", "tag_specifications", [])),
]

_SUBJECT = "repo:ffp-example/infrastructure"

# The same for the stack with the state and the CI roles.
BOOTSTRAP: list[tuple[str, Change]] = [
    ("FFP_CICD_2_2", put("aws_iam_role", "max_session_duration", 43200)),
    ("FFP_CICD_2_3", demand("sub", "repo:ffp-example/*", test="StringLike")),
    ("FFP_CICD_2_3", demand("sub", f"{_SUBJECT}:*", test="StringLike")),
    ("FFP_CICD_2_3", demand("sub", f"{_SUBJECT}:ref:refs/heads/main")),
    ("FFP_CICD_2_3", demand("sub", f"{_SUBJECT}:environment:dev")),
    ("FFP_CICD_2_3", demand("sub", None)),
    ("FFP_CICD_2_3", demand("aud", None)),
    ("FFP_SHAPE_5_3", put("aws_s3_bucket", "lifecycle.prevent_destroy", False)),
    ("FFP_SHAPE_5_3", put("aws_kms_key", "lifecycle.prevent_destroy", False)),
    ("FFP_SHAPE_5_3", alter({"sid": "KeepVersions"}, effect="Allow")),
    ("FFP_IAM_1_2", put("aws_iam_role", "permissions_boundary", None)),
    ("FFP_SHAPE_2_1", lambda text: blocks(text, "aws_iam_role_policy_attachment").clear()),
]
