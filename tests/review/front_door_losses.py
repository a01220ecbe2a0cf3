"""What our stacks do not use, before and after a dangerous change: REST APIs, load balancers, identity pools, passkeys.

Each case is a type, the attributes before, what the change puts in their place (None removes it), and the topic.
"""

from typing import Any

from ffp.review.concern import Topic

Case = tuple[str, dict[str, Any], dict[str, Any], Topic]
_OPEN, _SEEN, _UP = Topic.EXPOSURE, Topic.WATCHING, Topic.AVAILABILITY
_DOMAIN, _METHODS = "aws_apigatewayv2_domain_name", "aws_api_gateway_method_settings"
_AUTHORISER, _REST = "aws_apigatewayv2_authorizer", "aws_api_gateway_authorizer"
_POOL, _CLIENT = "aws_cognito_user_pool", "aws_cognito_user_pool_client"
_IDENTITIES, _ROLES = "aws_cognito_identity_pool", "aws_cognito_identity_pool_roles_attachment"
_CDN, _RISK, _ACL = "aws_cloudfront_distribution", "aws_cognito_risk_configuration", "aws_wafv2_web_acl"
_LIVE, _BALANCER = "aws_cloudfront_realtime_log_config", "aws_lb"
_TRUST = {"truststore_uri": "s3://ours/ca.pem", "truststore_version": "1"}
_LOGS = {"destination_arn": "x", "format": "$context.requestId"}


def _settings(**given: Any) -> dict[str, Any]:
    return {"stage_name": "x", "method_path": "*/*", "settings": given}


def _origin(**given: Any) -> dict[str, Any]:
    return {"origin": {"origin_id": "x", "domain_name": "x.example", "custom_origin_config": {}, **given}}


def _behaviour(**given: Any) -> dict[str, Any]:
    return {"default_cache_behavior": {"viewer_protocol_policy": "https-only", **given}}


def _takeover(level: str, action: str) -> dict[str, Any]:
    return {"account_takeover_risk_configuration": {"actions": {level: {"event_action": action}}}}


def _body(limit: str) -> dict[str, Any]:
    guarded = ("api_gateway", "app_runner_service", "cloudfront", "cognito_user_pool")
    return {
        "association_config": {"request_body": {each: {"default_size_inspection_limit": limit} for each in guarded}}
    }


LOSSES: tuple[Case, ...] = (
    (_DOMAIN, {"mutual_tls_authentication": _TRUST}, {"mutual_tls_authentication": None}, _OPEN),
    (
        _DOMAIN,
        {"mutual_tls_authentication": _TRUST},
        {"mutual_tls_authentication": {**_TRUST, "truststore_version": "2"}},
        _OPEN,
    ),
    ("aws_api_gateway_domain_name", {"security_policy": "TLS_1_2"}, {"security_policy": "TLS_1_0"}, _OPEN),
    ("aws_apigatewayv2_api", {"disable_execute_api_endpoint": True}, {"disable_execute_api_endpoint": None}, _OPEN),
    ("aws_apigatewayv2_stage", {"client_certificate_id": "x"}, {"client_certificate_id": None}, _OPEN),
    (
        "aws_apigatewayv2_stage",
        {"default_route_settings": {"logging_level": "INFO"}},
        {"default_route_settings": {}},
        _SEEN,
    ),
    (
        "aws_apigatewayv2_stage",
        {"default_route_settings": {"detailed_metrics_enabled": True}},
        {"default_route_settings": {}},
        _SEEN,
    ),
    (_AUTHORISER, {"authorizer_type": "REQUEST", "authorizer_uri": "x"}, {"authorizer_uri": "y"}, _OPEN),
    (_AUTHORISER, {"authorizer_type": "REQUEST", "identity_sources": ["a", "b"]}, {"identity_sources": ["a"]}, _OPEN),
    (
        _AUTHORISER,
        {"authorizer_type": "REQUEST", "authorizer_result_ttl_in_seconds": 0},
        {"authorizer_result_ttl_in_seconds": 600},
        _OPEN,
    ),
    (
        "aws_api_gateway_rest_api",
        {"disable_execute_api_endpoint": True},
        {"disable_execute_api_endpoint": False},
        _OPEN,
    ),
    (
        "aws_api_gateway_rest_api",
        {"endpoint_configuration": {"types": ["PRIVATE"]}},
        {"endpoint_configuration": {"types": ["REGIONAL"]}},
        _OPEN,
    ),
    ("aws_api_gateway_stage", {"access_log_settings": _LOGS}, {"access_log_settings": None}, _SEEN),
    (
        "aws_api_gateway_usage_plan",
        {"throttle_settings": {"rate_limit": 5}},
        {"throttle_settings": {"rate_limit": 50}},
        _OPEN,
    ),
    ("aws_api_gateway_usage_plan", {"throttle_settings": {"burst_limit": 5}}, {"throttle_settings": None}, _OPEN),
    ("aws_api_gateway_usage_plan", {"quota_settings": {"limit": 5}}, {"quota_settings": None}, _OPEN),
    (_REST, {"type": "COGNITO_USER_POOLS"}, {"type": "REQUEST"}, _OPEN),
    (_REST, {"provider_arns": ["a"]}, {"provider_arns": ["a", "b"]}, _OPEN),
    (_REST, {"identity_source": "a"}, {"identity_source": "b"}, _OPEN),
    (_REST, {"identity_validation_expression": "^x"}, {"identity_validation_expression": None}, _OPEN),
    (_REST, {"authorizer_result_ttl_in_seconds": 60}, {"authorizer_result_ttl_in_seconds": 3600}, _OPEN),
    (_METHODS, _settings(throttling_rate_limit=5), _settings(throttling_rate_limit=-1), _OPEN),
    (_METHODS, _settings(throttling_burst_limit=5), _settings(), _OPEN),
    (_METHODS, _settings(metrics_enabled=True), _settings(), _SEEN),
    (_METHODS, _settings(), _settings(data_trace_enabled=True), _OPEN),
    (_METHODS, _settings(logging_level="INFO"), _settings(logging_level="OFF"), _SEEN),
    (_METHODS, _settings(cache_data_encrypted=True), _settings(), _OPEN),
    ("aws_lambda_function_url", {"authorization_type": "AWS_IAM"}, {"authorization_type": "NONE"}, _OPEN),
    ("aws_lambda_function_url", {"cors": {"allow_methods": ["GET"]}}, {"cors": {"allow_methods": ["*"]}}, _OPEN),
    ("aws_lambda_function_url", {"cors": {"allow_origins": ["https://a"]}}, {"cors": {"allow_origins": "*"}}, _OPEN),
    ("aws_lambda_function_url", {"cors": {}}, {"cors": {"allow_credentials": "true"}}, _OPEN),
    ("aws_lambda_function_url", {"cors": {}}, {"cors": {"allow_headers": ["*"]}}, _OPEN),
    ("aws_lambda_function_url", {"cors": {}}, {"cors": {"expose_headers": ["Authorization"]}}, _OPEN),
    ("aws_lambda_function_url", {"function_name": "a"}, {"function_name": "b"}, _OPEN),
    ("aws_appsync_graphql_api", {"authentication_type": "AWS_IAM"}, {"authentication_type": "API_KEY"}, _OPEN),
    (_BALANCER, {"drop_invalid_header_fields": True}, {"drop_invalid_header_fields": False}, _OPEN),
    (_BALANCER, {}, {"desync_mitigation_mode": "monitor"}, _OPEN),
    (_BALANCER, {"access_logs": {"enabled": True}}, {"access_logs": None}, _SEEN),
    ("aws_lb_listener", {"protocol": "HTTPS"}, {"protocol": "HTTP"}, _OPEN),
    (
        "aws_lb_listener",
        {"ssl_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06"},
        {"ssl_policy": "ELBSecurityPolicy-TLS-1-1-2017-01"},
        _OPEN,
    ),
    (
        "aws_lb_listener",
        {"mutual_authentication": {"mode": "verify"}},
        {"mutual_authentication": {"mode": "passthrough"}},
        _OPEN,
    ),
    ("aws_lb_listener_rule", {"action": [{"type": "authenticate-oidc"}]}, {"action": [{"type": "forward"}]}, _OPEN),
    (
        _CDN,
        {"restrictions": {"geo_restriction": {"restriction_type": "whitelist", "locations": ["GB"]}}},
        {"restrictions": {"geo_restriction": {"restriction_type": "none"}}},
        _OPEN,
    ),
    (_CDN, {"viewer_mtls_config": {"mode": "required"}}, {"viewer_mtls_config": {"mode": "optional"}}, _OPEN),
    (_CDN, {"logging_config": {"bucket": "x"}}, {"logging_config": None}, _SEEN),
    (_CDN, {"logging_config": {"bucket": "x"}}, {"logging_config": {"bucket": "x", "include_cookies": True}}, _OPEN),
    (_CDN, _origin(origin_path="/public"), _origin(), _OPEN),
    (_CDN, _origin(custom_header=[{"name": "x-secret", "value": "a"}]), _origin(), _OPEN),
    (_CDN, _behaviour(realtime_log_config_arn="x"), _behaviour(), _SEEN),
    (_CDN, _behaviour(field_level_encryption_id="x"), _behaviour(), _OPEN),
    (_LIVE, {"sampling_rate": 100}, {"sampling_rate": 1}, _SEEN),
    (_LIVE, {"fields": ["a", "b"]}, {"fields": ["a"]}, _SEEN),
    (
        _LIVE,
        {"endpoint": {"kinesis_stream_config": {"stream_arn": "a"}}},
        {"endpoint": {"kinesis_stream_config": {"stream_arn": "b"}}},
        _SEEN,
    ),
    (
        "aws_cloudfront_vpc_origin",
        {"vpc_origin_endpoint_config": {"origin_protocol_policy": "https-only"}},
        {"vpc_origin_endpoint_config": {"origin_protocol_policy": "http-only"}},
        _OPEN,
    ),
    ("aws_cloudfront_key_group", {"items": ["a"]}, {"items": []}, _UP),
    (
        _POOL,
        {"user_pool_add_ons": {"advanced_security_mode": "ENFORCED"}},
        {"user_pool_add_ons": {"advanced_security_mode": "AUDIT"}},
        _OPEN,
    ),
    (
        _POOL,
        {"user_pool_add_ons": {"advanced_security_additional_flows": {"custom_auth_mode": "ENFORCED"}}},
        {"user_pool_add_ons": None},
        _OPEN,
    ),
    (
        _POOL,
        {"user_attribute_update_settings": {"attributes_require_verification_before_update": ["email"]}},
        {"user_attribute_update_settings": None},
        _OPEN,
    ),
    (
        _POOL,
        {"web_authn_configuration": {"user_verification": "required"}},
        {"web_authn_configuration": {"user_verification": "preferred"}},
        _OPEN,
    ),
    (
        _POOL,
        {"web_authn_configuration": {"relying_party_id": "a"}},
        {"web_authn_configuration": {"relying_party_id": "b"}},
        _OPEN,
    ),
    (_POOL, {}, {"alias_attributes": ["phone_number"]}, _OPEN),
    (_POOL, {"email_configuration": {"source_arn": "a"}}, {"email_configuration": {"source_arn": "b"}}, _OPEN),
    (_POOL, {"email_configuration": {"email_sending_account": "DEVELOPER"}}, {"email_configuration": None}, _UP),
    (_POOL, {"lambda_config": {"kms_key_id": "a"}}, {"lambda_config": {"kms_key_id": "b"}}, _OPEN),
    (
        _POOL,
        {"password_policy": {"password_history_size": 5}},
        {"password_policy": {"password_history_size": 0}},
        _OPEN,
    ),
    (_POOL, {"schema": {"name": "a", "developer_only_attribute": True}}, {"schema": {"name": "a"}}, _OPEN),
    (
        _POOL,
        {"device_configuration": {"device_only_remembered_on_user_prompt": True}},
        {"device_configuration": {"device_only_remembered_on_user_prompt": False}},
        _OPEN,
    ),
    (_CLIENT, {"generate_secret": True}, {"generate_secret": False}, _OPEN),
    (_CLIENT, {"refresh_token_rotation": {"feature": "ENABLED"}}, {"refresh_token_rotation": None}, _OPEN),
    (
        _CLIENT,
        {"refresh_token_rotation": {"retry_grace_period_seconds": 0}},
        {"refresh_token_rotation": {"retry_grace_period_seconds": 60}},
        _OPEN,
    ),
    (_CLIENT, {"auth_session_validity": 3}, {"auth_session_validity": 15}, _OPEN),
    (
        "aws_cognito_managed_user_pool_client",
        {"enable_token_revocation": True},
        {"enable_token_revocation": False},
        _OPEN,
    ),
    (
        _RISK,
        {"compromised_credentials_risk_configuration": {"actions": {"event_action": "BLOCK"}}},
        {"compromised_credentials_risk_configuration": {"actions": {"event_action": "NO_ACTION"}}},
        _OPEN,
    ),
    (_RISK, _takeover("high_action", "BLOCK"), _takeover("high_action", "NO_ACTION"), _OPEN),
    (_RISK, _takeover("medium_action", "MFA_REQUIRED"), _takeover("medium_action", "MFA_IF_CONFIGURED"), _OPEN),
    (_RISK, _takeover("low_action", "BLOCK"), _takeover("low_action", "NO_ACTION"), _OPEN),
    (_RISK, {}, {"risk_exception_configuration": {"skipped_ip_range_list": ["0.0.0.0/0"]}}, _OPEN),
    (_IDENTITIES, {}, {"allow_classic_flow": True}, _OPEN),
    (_IDENTITIES, {}, {"openid_connect_provider_arns": ["x"]}, _OPEN),
    (_IDENTITIES, {}, {"saml_provider_arns": ["x"]}, _OPEN),
    (_IDENTITIES, {}, {"developer_provider_name": "x"}, _OPEN),
    (_IDENTITIES, {}, {"supported_login_providers": {"accounts.google.com": "x"}}, _OPEN),
    (
        _IDENTITIES,
        {"cognito_identity_providers": {"client_id": "a"}},
        {"cognito_identity_providers": [{"client_id": "a"}, {"client_id": "b"}]},
        _OPEN,
    ),
    (
        _IDENTITIES,
        {"cognito_identity_providers": {"server_side_token_check": True}},
        {"cognito_identity_providers": {"server_side_token_check": False}},
        _OPEN,
    ),
    (_ROLES, {"roles": {"authenticated": "a"}}, {"roles": {"authenticated": "b"}}, _OPEN),
    (_ROLES, {}, {"role_mapping": {"type": "Token"}}, _OPEN),
    (
        "aws_cognito_log_delivery_configuration",
        {
            "user_pool_id": "${aws_cognito_user_pool.a.id}",
            "log_configurations": {"event_source": "userAuthEvents", "log_level": "INFO"},
        },
        {"log_configurations": []},
        _SEEN,
    ),
    (_ACL, {"default_action": {"block": {}}}, {"default_action": {"allow": {}}}, _OPEN),
    (_ACL, {"rule_json": "[1]"}, {"rule_json": "[]"}, _OPEN),
    (_ACL, {"token_domains": ["a"]}, {"token_domains": ["a", "b"]}, _OPEN),
    (_ACL, _body("KB_64"), _body("KB_8"), _OPEN),
    (
        "aws_wafv2_web_acl_association",
        {"resource_arn": "${aws_lb.a.arn}", "web_acl_arn": "a"},
        {"web_acl_arn": "b"},
        _OPEN,
    ),
)
