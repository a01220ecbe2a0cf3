"""Cases of the MAP (but MAP-4), MON, COST and QUAL policies, and of ENC-3."""

from __future__ import annotations

from typing import Any

from tests.checks.case import Case, Values, backend, release

_ALIAS = "${aws_lambda_alias.list.invoke_arn}"
_TAGS = {"environment": "dev", "project": "ffp", "cost-centre": "platform"}
_LOGGING = {
    "log_format": "JSON",
    "application_log_level": "INFO",
    "system_log_level": "INFO",
    "log_group": "/aws/lambda/dev-ffp-list",
}
_FOREIGN_POOL = "https://cognito-idp.eu-west-2.amazonaws.com/eu-west-2_AbCdEfGhI"
_LOG_FORMAT = '{"requestId": "$context.requestId", "functionRequestId": "$context.integration.requestId"}'


def _cache_key(**behaviours: str) -> dict[str, Any]:
    parts = {"header": "none", "cookie": "none", "query_string": "none", **behaviours}
    return {
        "parameters_in_cache_key_and_forwarded_to_origin": {
            "headers_config": {"header_behavior": parts["header"]},
            "cookies_config": {"cookie_behavior": parts["cookie"]},
            "query_strings_config": {"query_string_behavior": parts["query_string"]},
        }
    }


def _specifications(volume_tags: dict[str, str], *kinds: str) -> dict[str, Any]:
    tags = {"instance": _TAGS, "volume": volume_tags}
    return {"tag_specifications": [{"resource_type": kind, "tags": tags[kind]} for kind in kinds]}


FUNCTIONS = [
    Case(
        "FFP_MAP_1_1",
        "aws_apigatewayv2_integration",
        {"integration_uri": _ALIAS},
        broken=({"integration_uri": "${aws_lambda_function.list.invoke_arn}"},),
    ),
    Case(
        "FFP_MAP_1_2",
        "aws_lambda_permission",
        {"qualifier": "${aws_lambda_alias.list.name}"},
        broken=({"qualifier": None},),
    ),
    Case(
        "FFP_MON_1_1",
        "aws_lambda_function",
        {"logging_config": _LOGGING},
        broken=(
            {"logging_config": None},
            {"logging_config": {**_LOGGING, "log_format": "Text"}},
            {"logging_config": {**_LOGGING, "system_log_level": "WARN"}},
            {"logging_config": {**_LOGGING, "application_log_level": "DEBUG"}},
            {"logging_config": {**_LOGGING, "application_log_level": "ERROR"}},
            {"logging_config": {**_LOGGING, "log_group": None}},
        ),
    ),
    Case(
        "FFP_MON_1_2",
        "aws_lambda_function",
        {"tracing_config": {"mode": "Active"}},
        broken=({"tracing_config": {"mode": "PassThrough"}}, {"tracing_config": None}),
    ),
]


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


API = [
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
        broken_beside=(
            _by_its_name(disable_execute_api_endpoint=False),
            _by_its_name(truststore_uri=None),
            _by_its_name(truststore_version=None),
        ),
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
        ),
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

_ORIGINS = [{"origin_id": "media"}, {"origin_id": "api", "custom_origin_config": {"https_port": 443}}]


def _media(*key_groups: str) -> dict[str, Any]:
    return {"path_pattern": "/media/*", "target_origin_id": "media", "trusted_key_groups": list(key_groups)}


def _api(policy: str | None) -> dict[str, Any]:
    return {"path_pattern": "/api/*", "target_origin_id": "api", "cache_policy_id": policy}


def _errors(*, without: int | None = None, **changed: Any) -> dict[str, Any]:
    """No error is cached, but for one that is left out or the last one, which is changed."""
    statuses = [each for each in (400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504) if each != without]
    errors = [{"error_code": status, "error_caching_min_ttl": 0} for status in statuses]
    return {"custom_error_response": [*errors[:-1], {**errors[-1], **changed}]}


_SIGNED = "${aws_cloudfront_key_group.k.id}"
_NO_CACHE = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"

DISTRIBUTION = [
    Case(
        "FFP_MAP_6_1",
        "aws_cloudfront_distribution",
        {
            "origin": _ORIGINS,
            "default_cache_behavior": _media(_SIGNED),
            "ordered_cache_behavior": [_media(_SIGNED), _api(_NO_CACHE)],
        },
        broken=(
            {"ordered_cache_behavior": [_media()]},
            {"default_cache_behavior": _media()},
            {"ordered_cache_behavior": [{**_media(), "path_pattern": "/thumbnails/*"}]},
            {"ordered_cache_behavior": [{**_api(_NO_CACHE), "target_origin_id": "media"}]},
        ),
        accepted=({"default_cache_behavior": _api(_NO_CACHE)},),
    ),
    Case(
        "FFP_MAP_6_3",
        "aws_cloudfront_distribution",
        {"origin": _ORIGINS, "default_cache_behavior": _media(_SIGNED), "ordered_cache_behavior": [_api(_NO_CACHE)]},
        broken=(
            {"ordered_cache_behavior": [_api("658327ea-f89d-4fab-a63d-7e88639e58f6")]},
            {"ordered_cache_behavior": [_api(None)]},
            {"default_cache_behavior": _api("${aws_cloudfront_cache_policy.none.id}")},
        ),
    ),
    Case(
        "FFP_MAP_6_5",
        "aws_cloudfront_distribution",
        _errors(),
        broken=(
            {"custom_error_response": None},
            *(_errors(without=status) for status in (400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504)),
            _errors(error_caching_min_ttl=10),
            _errors(error_caching_min_ttl=None),
            _errors(response_code=200, response_page_path="/index.html"),
        ),
    ),
    Case(
        "FFP_MAP_6_2",
        "aws_cloudfront_distribution",
        {
            "origin": [
                {"origin_id": "media", "origin_access_control_id": "${aws_cloudfront_origin_access_control.m.id}"}
            ]
        },
        broken=(
            {"origin": [{"origin_id": "media"}]},
            {"origin": [{"origin_id": "media", "s3_origin_config": {"origin_access_identity": "x"}}]},
        ),
        accepted=(
            {"origin": [{"origin_id": "api", "custom_origin_config": {"origin_protocol_policy": "https-only"}}]},
        ),
    ),
    Case(
        "FFP_COST_5_1",
        "aws_cloudfront_cache_policy",
        _cache_key(),
        broken=(_cache_key(query_string="all"), _cache_key(cookie="allExcept")),
        accepted=(_cache_key(header="whitelist"),),
    ),
]

TAGS_AND_NAMES = [
    Case(
        "FFP_QUAL_3_1",
        "aws_cloudwatch_log_group",
        {"name": "/aws/lambda/dev-ffp-list"},
        broken=(
            {"name": "/aws/lambda/list"},
            {"name": "ffp-dev-list"},
            {"name": "developer"},
            {"name": "dev-list"},
            {"name": None},
        ),
        accepted=(
            {"name": "prod-ffp-list"},
            {"name": "surgery-ffp-list"},
            {"name": "aws-waf-logs-staging-ffp"},
            {"name": "/aws/rds/instance/local-ffp/postgresql"},
            {"name": "/aws/lambda/${aws_lambda_function.list.function_name}"},
        ),
    ),
    Case(
        "FFP_QUAL_3_1",
        "aws_cognito_user_pool_domain",
        {"domain": "dev-welcome"},
        broken=({"domain": "welcome"}, {"domain": "ffp-welcome"}, {"domain": None}),
    ),
    Case(
        "FFP_QUAL_3_2",
        "aws_vpc",
        {"tags": {"Name": "dev-ffp"}},
        broken=({"tags": {"Name": "ffp"}},),
        accepted=({"tags": None},),
    ),
    Case(
        "FFP_QUAL_4_1",
        "provider.aws",
        {"region": "eu-west-2", "default_tags": [{"tags": _TAGS}]},
        broken=({"default_tags": None}, {"default_tags": [{"tags": {**_TAGS, "cost-centre": ""}}]}),
    ),
    Case(
        "FFP_QUAL_4_2",
        "aws_launch_template",
        _specifications(_TAGS, "instance", "volume"),
        broken=(
            {"tag_specifications": None},
            _specifications(_TAGS, "instance"),
            _specifications({"project": "ffp"}, "instance", "volume"),
        ),
    ),
]

CASES = [*FUNCTIONS, *API, *DISTRIBUTION, *TAGS_AND_NAMES]
