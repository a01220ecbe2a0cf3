"""Cases of checks/api.py."""

from __future__ import annotations

from tests.checks.case import Case, Values, backend, release

_MACHINE = "1example23456789abcdefghij"  # the id of an app client
_FOREIGN_POOL = "https://cognito-idp.eu-west-2.amazonaws.com/eu-west-2_AbCdEfGhI"
_LOG_FORMAT = '{"requestId": "$context.requestId", "functionRequestId": "$context.integration.requestId"}'


def _by_its_name(*, disable_execute_api_endpoint: bool = True, **trust: str | None) -> Values:
    """An API and its name, which demands client certificates."""
    store = {"truststore_uri": "s3://authorities/authorities.pem", "truststore_version": "3"} | trust
    given = {key: value for key, value in store.items() if value is not None}
    return {
        **release("6.51.0"),
        "resource": {
            "aws_apigatewayv2_api": {"api": {"disable_execute_api_endpoint": disable_execute_api_endpoint}},
            "aws_apigatewayv2_domain_name": {"name": {"mutual_tls_authentication": given}},
        },
    }


CASES = [
    Case(
        "FFP_MAP_2_1",
        "aws_apigatewayv2_route",
        {"authorization_type": "JWT", "authorizer_id": "${aws_apigatewayv2_authorizer.users.id}"},
        broken=({"authorization_type": "NONE"}, {"authorization_type": None}, {"authorizer_id": None}),
    ),
    Case(
        "FFP_MAP_2_2",
        "aws_apigatewayv2_route",
        {"authorization_type": "JWT", "authorization_scopes": ["ffp/exercises.read"]},
        broken=({"authorization_scopes": None}, {"authorization_scopes": []}),
        accepted=({"authorization_type": "NONE", "authorization_scopes": None},),
    ),
    Case(
        "FFP_MAP_2_3",
        "aws_apigatewayv2_stage",
        {"default_route_settings": {"throttling_rate_limit": 50, "throttling_burst_limit": 100}},
        broken=({"default_route_settings": None}, {"default_route_settings": {"throttling_rate_limit": 50}}),
    ),
    Case(
        "FFP_MAP_2_4",
        "aws_apigatewayv2_api",
        {"cors_configuration": {"allow_origins": ["https://app.example.org"], "allow_headers": ["authorization"]}},
        broken=(
            {"cors_configuration": {"allow_origins": ["*"]}},
            {"cors_configuration": {"allow_origins": ["https://*"]}},
            {"cors_configuration": {"allow_methods": ["*"]}},
            {"cors_configuration": {"allow_headers": ["*"]}},
        ),
        accepted=({"cors_configuration": None},),
    ),
    Case(
        "FFP_MAP_2_6",
        "aws_apigatewayv2_authorizer",
        {"identity_sources": ["$request.header.Authorization"]},
        broken=(
            {"identity_sources": ["$request.querystring.token"]},
            {"identity_sources": ["$request.header.Authorization", "$request.querystring.token"]},
            {"identity_sources": None},
        ),
    ),
    Case(
        "FFP_MAP_2_7",
        "aws_apigatewayv2_api",
        {"cors_configuration": {"allow_origins": ["https://app.example.org"], "allow_credentials": False}},
        broken=({"cors_configuration": {"allow_origins": ["https://app.example.org"], "allow_credentials": True}},),
        accepted=({"cors_configuration": None},),
    ),
    Case(
        "FFP_MAP_2_8",
        "aws_apigatewayv2_api_mapping",
        {
            "api_id": "${aws_apigatewayv2_api.api.id}",
            "domain_name": "${aws_apigatewayv2_domain_name.name.id}",
            "stage": "$default",
        },
        beside=_by_its_name(),
        broken_beside=(_by_its_name(truststore_uri=None), _by_its_name(truststore_version=None)),
    ),
    Case(
        "FFP_MAP_2_9",
        "aws_apigatewayv2_api_mapping",
        {
            "api_id": "${aws_apigatewayv2_api.api.id}",
            "domain_name": "${aws_apigatewayv2_domain_name.name.id}",
            "stage": "$default",
        },
        beside=_by_its_name(),
        broken_beside=(_by_its_name(disable_execute_api_endpoint=False),),
    ),
    Case(
        "FFP_MAP_5_1",
        "aws_s3_bucket_cors_configuration",
        {"cors_rule": [{"allowed_origins": ["https://app.example.org"], "allowed_methods": ["POST"]}]},
        broken=({"cors_rule": [{"allowed_origins": ["*"], "allowed_methods": ["POST"]}]},),
    ),
    Case(
        "FFP_MAP_2_5",
        "aws_apigatewayv2_api",
        {"cors_configuration": {"allow_origins": ["https://app.example.org"]}},
        broken=({"cors_configuration": {"allow_origins": ["http://app.example.org"]}},),
        accepted=({"cors_configuration": {"allow_origins": ["http://localhost:5173"]}},),
        beside=backend("dev"),
    ),
    *(
        Case(
            "FFP_MAP_2_5",
            "aws_s3_bucket_cors_configuration",
            {"cors_rule": [{"allowed_origins": ["https://app.example.org"]}]},
            broken=({"cors_rule": [{"allowed_origins": ["https://app.example.org", "http://localhost:5173"]}]},),
            beside=backend(environment),
        )
        for environment in ("staging", "prod")
    ),
    Case(
        "FFP_ENC_3_1",
        "aws_apigatewayv2_authorizer",
        {
            "authorizer_type": "JWT",
            "jwt_configuration": {
                "issuer": "https://${aws_cognito_user_pool.users.endpoint}",
                "audience": ["${aws_cognito_user_pool_client.web.id}"],
            },
        },
        broken=(
            {"authorizer_type": "REQUEST"},
            {"jwt_configuration": {"issuer": "https://login.example.org", "audience": ["web"]}},
            {"jwt_configuration": {"issuer": "https://${aws_cognito_user_pool.users.endpoint}"}},
            {"jwt_configuration": {"issuer": _FOREIGN_POOL, "audience": ["${aws_cognito_user_pool_client.web.id}"]}},
            {"jwt_configuration": {"issuer": "https://${aws_cognito_user_pool.users.endpoint}", "audience": ["web"]}},
            {
                "jwt_configuration": {
                    "issuer": "https://${aws_cognito_user_pool.users.endpoint}",
                    "audience": [_MACHINE],
                }
            },
        ),
    ),
    Case(
        "FFP_ENC_3_1",
        "aws_apigatewayv2_authorizer",
        {
            "authorizer_type": "JWT",
            "jwt_configuration": {
                "issuer": "https://${aws_cognito_user_pool.users.endpoint}",
                "audience": ["${aws_cognito_user_pool_client.web.id}", _MACHINE],
            },
        },
        broken=({"jwt_configuration": {"issuer": _FOREIGN_POOL, "audience": [_MACHINE]}},),
    ),
    Case(
        "FFP_MON_1_3",
        "aws_apigatewayv2_stage",
        {"access_log_settings": {"destination_arn": "${aws_cloudwatch_log_group.api.arn}", "format": _LOG_FORMAT}},
        broken=(
            {"access_log_settings": None},
            {"access_log_settings": {"format": _LOG_FORMAT}},
            {"access_log_settings": {"destination_arn": "arn", "format": "$context.requestId $context.status"}},
            {"access_log_settings": {"destination_arn": "arn", "format": '{"status": "$context.status"}'}},
            {"access_log_settings": {"destination_arn": "arn", "format": '{"requestId": "$context.requestId"}'}},
        ),
    ),
    Case(
        "FFP_COST_1_1",
        "aws_apigatewayv2_stage",
        {"default_route_settings": {"detailed_metrics_enabled": False}},
        broken=(
            {"default_route_settings": {"detailed_metrics_enabled": True}},
            {"route_settings": [{"route_key": "GET /api/notes", "detailed_metrics_enabled": True}]},
        ),
        accepted=({"default_route_settings": None},),
    ),
]
