"""Cases of the MAP-4 checks."""

from __future__ import annotations

from typing import Any

from tests.checks.case import Case, backend, tenancy

_TENANT = {"name": "practice", "attribute_data_type": "String", "mutable": False}
_ROLE = {"name": "duty", "attribute_data_type": "String", "mutable": True}


def _trigger(version: str) -> dict[str, Any]:
    return {"pre_token_generation_config": {"lambda_arn": "${aws_lambda_alias.token.arn}", "lambda_version": version}}


CASES = [
    Case(
        "FFP_MAP_4_1",
        "aws_cognito_user_pool",
        {"schema": [_TENANT, _ROLE]},
        broken=({"schema": [{**_TENANT, "mutable": True}, _ROLE]}, {"schema": [_ROLE]}, {"schema": [_TENANT]}),
        beside=tenancy(),
        broken_beside=(backend("dev"), tenancy(tenant="clinic"), tenancy(role="rank")),
    ),
    Case(
        "FFP_MAP_4_2",
        "aws_cognito_user_pool",
        {"deletion_protection": "ACTIVE", "lifecycle": {"prevent_destroy": True}},
        broken=({"deletion_protection": "INACTIVE"}, {"lifecycle": None}),
    ),
    Case(
        "FFP_MAP_4_3",
        "aws_cognito_user_pool",
        {"mfa_configuration": "ON", "software_token_mfa_configuration": {"enabled": True}},
        broken=({"mfa_configuration": "OFF"}, {"software_token_mfa_configuration": None}),
    ),
    Case(
        "FFP_MAP_4_11",
        "aws_cognito_user_pool",
        {"mfa_configuration": "ON"},
        broken=({"mfa_configuration": "OPTIONAL"}, {"mfa_configuration": "OFF"}, {"mfa_configuration": None}),
    ),
    Case(
        "FFP_MAP_4_4",
        "aws_cognito_user_pool",
        {"admin_create_user_config": {"allow_admin_create_user_only": True}},
        broken=(
            {"admin_create_user_config": {"allow_admin_create_user_only": False}},
            {"admin_create_user_config": None},
        ),
    ),
    Case(
        "FFP_MAP_4_5",
        "aws_cognito_user_pool",
        {"password_policy": {"minimum_length": 12}},
        broken=({"password_policy": {"minimum_length": 11}}, {"password_policy": None}),
    ),
    Case(
        "FFP_MAP_4_6",
        "aws_cognito_user_pool",
        {"user_pool_tier": "ESSENTIALS", "lambda_config": _trigger("V2_0")},
        broken=({"user_pool_tier": "LITE"}, {"lambda_config": _trigger("V1_0")}, {"lambda_config": None}),
    ),
    Case(
        "FFP_MAP_4_7",
        "aws_cognito_user_pool_client",
        {
            "allowed_oauth_flows": ["code"],
            "allowed_oauth_flows_user_pool_client": True,
            "explicit_auth_flows": ["ALLOW_REFRESH_TOKEN_AUTH"],
        },
        broken=(
            {"allowed_oauth_flows": ["code", "implicit"]},
            {"allowed_oauth_flows_user_pool_client": None},
            {"explicit_auth_flows": ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_PASSWORD_AUTH"]},
            {"explicit_auth_flows": None},
        ),
    ),
    Case(
        "FFP_MAP_4_8",
        "aws_cognito_user_pool_client",
        {"prevent_user_existence_errors": "ENABLED", "enable_token_revocation": True},
        broken=({"prevent_user_existence_errors": "LEGACY"}, {"enable_token_revocation": False}),
    ),
    Case(
        "FFP_MAP_4_9",
        "aws_cognito_user_pool_client",
        {"write_attributes": ["given_name", "family_name"]},
        broken=(
            {"write_attributes": None},
            {"write_attributes": ["given_name", "custom:practice"]},
            {"write_attributes": ["custom:duty"]},
            {"write_attributes": ["custom:practiceId"]},
        ),
    ),
    Case(
        "FFP_MAP_4_10",
        "aws_cognito_user_pool_client",
        {"name": "prod-ffp-web", "callback_urls": ["https://app.example.org/signed-in"]},
        broken=(
            {"callback_urls": ["http://app.example.org/signed-in"]},
            {"callback_urls": ["https://*.example.org/signed-in"]},
            {"callback_urls": ["http://localhost:5173"]},
            {"logout_urls": ["http://app.example.org"]},
        ),
        accepted=({"name": "dev-ffp-web", "callback_urls": ["http://localhost:5173"]},),
    ),
]
