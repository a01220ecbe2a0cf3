"""Harmless: what is stricter, longer or narrower, part 2 of 2."""

from tests.review.opinion.cases import harmless
from tests.review.opinion.editing import put
from tests.review.opinion.finding import account, pick
from tests.review.opinion.kinds import (
    DATABASE,
    FIREWALL,
    LESS,
    LOG_GROUP,
    ROUTE,
    SAME,
    STAGE,
    USER_POOL,
    USER_POOL_CLIENT,
)
from tests.review.opinion.parts import bucket_part, json_variable, largest, logs, parameter, rule_of, smallest, state
from tests.review.opinion.policies import allow, bucket_statement

harmless("state-policy-denies-more", "exposure", LESS, stack="bootstrap")(
    bucket_statement(
        state,
        lambda document, a: allow(
            ["s3:*"],
            [a, a + "/*"],
            ("StringNotEquals", "aws:PrincipalAccount", [account(document)]),
            principals=[("*", ["*"])],
            effect="Deny",
            sid="OwnAccountAlone",
        ),
    )
)
harmless("longer-old-versions", "recoverability", LESS)(
    bucket_part(
        "aws_s3_bucket_lifecycle_configuration",
        "rule",
        lambda value: [dict(value[0], noncurrent_version_expiration=[{"noncurrent_days": 180}])],
    )
)
harmless("longer-old-states", "recoverability", LESS, stack="bootstrap")(
    bucket_part(
        "aws_s3_bucket_lifecycle_configuration",
        "rule",
        lambda value: [
            dict(value[0], noncurrent_version_expiration=[{"noncurrent_days": 730, "newer_noncurrent_versions": 100}])
        ],
        state,
    )
)
harmless("longer-access-logs", "watching", LESS)(
    bucket_part(
        "aws_s3_bucket_lifecycle_configuration",
        "rule",
        lambda value: [dict(value[0], expiration=[{"days": 400}])],
        logs,
    )
)
harmless("longer-log-retention", "watching", LESS)(put(LOG_GROUP, "retention_in_days", 400))
harmless("longer-insights", "watching", LESS)(put(DATABASE, "performance_insights_retention_period", 31))
harmless("denser-host-metrics", "watching", LESS)(put(DATABASE, "monitoring_interval", 15))
harmless("denser-flow-logs", "watching", LESS)(put("aws_flow_log", "max_aggregation_interval", 60))
harmless("rotation-oftener", "watching", LESS)(
    put("aws_secretsmanager_secret_rotation", "rotation_rules.automatically_after_days", 14)
)
harmless("key-rotation-oftener", "exposure", LESS)(put("aws_kms_key", "rotation_period_in_days", 180))
harmless("queue-retention-as-text", "recoverability", SAME)(
    put("aws_sqs_queue", "message_retention_seconds", "1209600")
)
harmless("prevent-destroy-of-log-group", "recoverability", LESS)(
    put(LOG_GROUP, "lifecycle.prevent_destroy", True, new=True)
)
harmless("transition-later", "recoverability", "Media stay in the dearer class longer.")(
    bucket_part(
        "aws_s3_bucket_lifecycle_configuration",
        "rule",
        lambda value: [dict(value[0], transition=[{"days": 90, "storage_class": "STANDARD_IA"}])],
    )
)
harmless("uploads-aborted-sooner", "recoverability", "Incomplete uploads go after a day.")(
    bucket_part(
        "aws_s3_bucket_lifecycle_configuration",
        "rule",
        lambda value: [dict(value[0], abort_incomplete_multipart_upload=[{"days_after_initiation": 1}])],
    )
)
harmless("passwords-longer", "sign-in", LESS)(put(USER_POOL, "password_policy.minimum_length", 16))
harmless("temporary-passwords-shorter", "sign-in", LESS)(
    put(USER_POOL, "password_policy.temporary_password_validity_days", 3)
)
harmless("passwords-not-reused", "sign-in", LESS)(put(USER_POOL, "password_policy.password_history_size", 10, new=True))
harmless("tokens-shorter", "sign-in", LESS)(put(USER_POOL_CLIENT, "access_token_validity", 10))
harmless("tokens-in-seconds", "sign-in", "900 seconds are 15 minutes.")(
    lambda document: (
        pick(document, USER_POOL_CLIENT)[1].update(access_token_validity=900),
        pick(document, USER_POOL_CLIENT)[1]["token_validity_units"][0].update(access_token="seconds"),
    )
)
harmless("refresh-a-day", "sign-in", "A day is 24 hours.")(
    lambda document: (
        pick(document, USER_POOL_CLIENT)[1].update(refresh_token_validity=1),
        pick(document, USER_POOL_CLIENT)[1]["token_validity_units"][0].update(refresh_token="days"),
    )
)
harmless("client-asks-fewer-scopes", "sign-in", LESS)(
    put(USER_POOL_CLIENT, "allowed_oauth_scopes", lambda value: [s for s in value if s != "profile"])
)
harmless("client-writes-less", "sign-in", LESS)(
    put(USER_POOL_CLIENT, "write_attributes", lambda value: [a for a in value if a != "email"])
)
harmless("client-reads-less", "sign-in", LESS)(
    put(USER_POOL_CLIENT, "read_attributes", lambda value: [a for a in value if a != "family_name"])
)
harmless("patients-write-no-notes", "sign-in", LESS)(
    json_variable("ROLE_SCOPES", lambda value: min(value.values(), key=len).pop())
)
harmless("new-scope-that-nobody-has", "sign-in", "A scope that no route, client and role has.")(
    lambda document: pick(document, "aws_cognito_resource_server")[1]["scope"].append(
        {"scope_name": "reports.read", "scope_description": "Read reports"}
    )
)
harmless("route-throttled", "front door", LESS)(
    lambda document: (
        pick(document, STAGE)[1]
        .setdefault("route_settings", [])
        .append(
            {
                "route_key": pick(document, ROUTE, ("GET", "JWT"))[1]["route_key"],
                "throttling_rate_limit": 20,
                "throttling_burst_limit": 40,
                "detailed_metrics_enabled": False,
            }
        )
    )
)
harmless("throttle-stricter", "front door", LESS)(
    lambda document: pick(document, STAGE)[1]["default_route_settings"].update(
        throttling_rate_limit=80, throttling_burst_limit=160
    )
)
harmless("cors-fewer-methods", "front door", LESS)(
    put("aws_apigatewayv2_api", "cors_configuration.allow_methods", lambda value: [m for m in value if m != "DELETE"])
)
harmless("cors-shorter", "front door", "Browsers ask more often.")(
    put("aws_apigatewayv2_api", "cors_configuration.max_age", 300)
)
harmless("uploads-cors-shorter", "front door", "Browsers ask more often.")(
    put("aws_s3_bucket_cors_configuration", "cors_rule.0.max_age_seconds", 600)
)
harmless("firewall-rate-stricter", "front door", LESS)(
    lambda document: rule_of(document, "rate_based_statement")["statement"]["rate_based_statement"].update(limit=1000)
)
harmless("firewall-one-group-more", "front door", LESS)(
    lambda document: pick(document, FIREWALL)[1]["rule"].append(
        {
            "name": "AWSManagedRulesSQLiRuleSet",
            "priority": 9,
            "override_action": {"none": {}},
            "statement": {"managed_rule_group_statement": {"vendor_name": "AWS", "name": "AWSManagedRulesSQLiRuleSet"}},
            "visibility_config": {
                "cloudwatch_metrics_enabled": True,
                "metric_name": "sqli",
                "sampled_requests_enabled": True,
            },
        }
    )
)
harmless("firewall-override-removed", "front door", LESS)(
    lambda document: next(
        r
        for r in pick(document, FIREWALL)[1]["rule"]
        if r["statement"].get("managed_rule_group_statement", {}).get("rule_action_override")
    )["statement"]["managed_rule_group_statement"].pop("rule_action_override")
)
harmless("hsts-longer", "front door", LESS)(
    put(
        "aws_cloudfront_response_headers_policy",
        ("security_headers_config.strict_transport_security.access_control_max_age_sec"),
        94608000,
    )
)
harmless("csp-stricter", "front door", LESS)(
    put(
        "aws_cloudfront_response_headers_policy",
        "security_headers_config.content_security_policy.content_security_policy",
        lambda value: value + "; base-uri 'none'; form-action 'none'",
    )
)
harmless("one-header-more", "front door", LESS)(
    put(
        "aws_cloudfront_response_headers_policy",
        "custom_headers_config",
        {"items": [{"header": "permissions-policy", "value": "camera=()", "override": True}]},
        new=True,
    )
)
harmless("quota-lower", "front door", LESS)(json_variable("QUOTA_UPLOADS", lambda value: value.update(per_user=10)))
harmless("uploads-smaller", "front door", LESS)(
    json_variable(
        "MEDIA_KINDS", lambda value: largest(value).update(maximum_bytes=largest(value)["maximum_bytes"] // 2)
    )
)
harmless("playback-shorter", "front door", LESS)(
    json_variable(
        "MEDIA_KINDS", lambda value: smallest(value).update(at_most_seconds=smallest(value)["at_most_seconds"] // 2)
    )
)
harmless("database-waits-less", "availability", LESS)(lambda document: parameter("lock_timeout", "2000")(document))
harmless("database-logs-more-slow-statements", "watching", LESS)(
    lambda document: parameter("log_min_duration_statement", "500")(document)
)
harmless("ignore-changes-of-a-text", "delivery/state", "A description.")(
    put("aws_iam_role", "lifecycle.ignore_changes", ["description"], new=True)
)
harmless("create-before-destroy", "availability", "An order.")(
    put("aws_cloudwatch_dashboard", "lifecycle", {"create_before_destroy": True}, new=True)
)
harmless("provider-patch", "delivery/state", "A later exact release.", doubt="the project locks releases")(
    lambda document: document["terraform"]["required_providers"]["aws"].update(version="6.26.0")
)
harmless("terraform-newer", "delivery/state", "A higher minimum.")(
    lambda document: document["terraform"].update(required_version=">= 1.12, < 2")
)
