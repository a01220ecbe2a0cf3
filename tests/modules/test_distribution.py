import json
from typing import Any

from modules.cdn.policies import ALL_VIEWER_EXCEPT_HOST_HEADER, CACHING_DISABLED
from settings.playback_keys import fingerprint
from tests.modules.template import Template, conditions, plain, principals


def _behaviours(template: Template) -> dict[str, Any]:
    distribution = template.one("aws_cloudfront_distribution")
    return {
        "": distribution["default_cache_behavior"],
        **{each["path_pattern"]: each for each in distribution["ordered_cache_behavior"]},
    }


def _certificate(template: Template) -> dict[str, Any]:
    found: dict[str, Any] = template.one("aws_cloudfront_distribution")["viewer_certificate"]
    return found


def test_media_and_api_are_served_and_anything_else_wants_a_signature_that_nobody_makes(prod: Template) -> None:
    behaviours = _behaviours(prod)
    assert set(behaviours) == {"", "/media/*", "/api/*"}
    for path in ("", "/media/*"):
        assert behaviours[path]["target_origin_id"] == "media"
        assert behaviours[path]["trusted_key_groups"] == ["${aws_cloudfront_key_group.playback_group.id}"]
        assert behaviours[path]["allowed_methods"] == ["GET", "HEAD"]
    assert behaviours["/api/*"]["target_origin_id"] == "api"
    assert "trusted_key_groups" not in behaviours["/api/*"]
    assert "POST" in behaviours["/api/*"]["allowed_methods"]


def test_every_viewer_comes_by_https_and_gets_the_security_headers(prod: Template) -> None:
    for behaviour in _behaviours(prod).values():
        assert behaviour["viewer_protocol_policy"] == "https-only"
        assert plain(behaviour["response_headers_policy_id"]) == "distribution_policies_security-headers"


def test_two_public_keys_open_signed_addresses_and_the_function_knows_both(prod: Template) -> None:
    group = prod.one("aws_cloudfront_key_group")
    assert [plain(each) for each in group["items"]] == ["playback_key-a", "playback_key-b"]
    ids = json.loads(prod.variables("get-playback")["PLAYBACK_KEY_IDS"])
    keys = prod.all("aws_cloudfront_public_key")
    assert {plain(id_): mark for mark, id_ in ids.items()} == {
        name: fingerprint(key["encoded_key"]) for name, key in keys.items()
    }


def test_a_function_learns_of_a_key_when_cloudfront_trusts_it(prod: Template) -> None:
    group = "aws_cloudfront_key_group.playback_group"
    assert group in prod.function("get-playback")["depends_on"]
    assert group not in prod.function("create-upload")["depends_on"]


def test_a_renewed_key_is_made_beside_the_one_before(prod: Template) -> None:
    for key in prod.all("aws_cloudfront_public_key").values():
        assert key["lifecycle"] == {"create_before_destroy": True}
        assert key["name"].endswith(fingerprint(key["encoded_key"]))


def test_a_public_key_is_one_and_ends_with_a_line(prod: Template) -> None:
    keys = [each["encoded_key"] for each in prod.all("aws_cloudfront_public_key").values()]
    assert len(set(keys)) == 2
    for key in keys:
        assert key.startswith("-----BEGIN PUBLIC KEY-----\n")
        assert key.endswith("-----END PUBLIC KEY-----\n")


def test_the_bucket_is_read_under_the_distributions_own_signature(prod: Template) -> None:
    control = prod.one("aws_cloudfront_origin_access_control")
    assert control["signing_behavior"] == "always"
    assert control["signing_protocol"] == "sigv4"
    origins = {each["origin_id"]: each for each in prod.one("aws_cloudfront_distribution")["origin"]}
    assert plain(origins["media"]["origin_access_control_id"]) == "distribution_origin-access"
    assert "custom_origin_config" not in origins["media"]


def test_the_api_is_reached_by_tls_at_its_own_address(prod: Template) -> None:
    origins = {each["origin_id"]: each for each in prod.one("aws_cloudfront_distribution")["origin"]}
    # From the API and not its stage, or distribution and functions would wait for each other.
    assert origins["api"]["domain_name"] == "${aws_apigatewayv2_api.api_api.id}.execute-api.eu-west-2.amazonaws.com"
    config = origins["api"]["custom_origin_config"]
    assert config["origin_protocol_policy"] == "https-only"
    assert config["origin_ssl_protocols"] == ["TLSv1.2"]


def test_the_tls_floor_is_the_highest_that_the_release_accepts(prod: Template, gateway: Template) -> None:
    assert _certificate(prod)["minimum_protocol_version"] == "TLSv1.3_2025"
    assert _certificate(gateway)["minimum_protocol_version"] == "TLSv1.2_2021"
    for template in (prod, gateway):
        assert _certificate(template)["ssl_support_method"] == "sni-only"


def test_without_a_domain_cloudfronts_own_certificate_serves(local: Template) -> None:
    assert _certificate(local) == {"cloudfront_default_certificate": True}
    assert "aliases" not in local.one("aws_cloudfront_distribution")
    assert local.all("aws_acm_certificate") == {}


def test_a_certificate_of_the_settings_is_taken_as_it_is(prod: Template) -> None:
    assert _certificate(prod)["acm_certificate_arn"].startswith("arn:aws:acm:us-east-1:333333333333:certificate/")
    assert prod.all("aws_acm_certificate") == prod.all("aws_route53_record") == {}


def test_a_hosted_zone_gets_certificate_validation_and_aliases(gateway: Template) -> None:
    certificate = gateway.one("aws_acm_certificate")
    assert (certificate["provider"], certificate["domain_name"]) == ("aws.global", "app.ffp.example")
    assert certificate["validation_method"] == "DNS"
    validation = gateway.one("aws_acm_certificate_validation")
    assert validation["provider"] == "aws.global"
    assert plain(_certificate(gateway)["acm_certificate_arn"]) == "distribution_certificate_validation"
    records = gateway.all("aws_route53_record")
    assert {each["zone_id"] for each in records.values()} == {"Z0123456789ABC"}
    assert {each["type"] for each in records.values() if each.get("alias")} == {"A", "AAAA"}
    record = records["distribution_certificate_validation-record"]
    assert "domain_validation_options" in record["name"]
    assert validation["validation_record_fqdns"] == [
        "${aws_route53_record.distribution_certificate_validation-record.fqdn}"
    ]


def test_media_is_cached_by_its_path_alone(prod: Template) -> None:
    policy = prod.one("aws_cloudfront_cache_policy")
    assert (policy["default_ttl"], policy["max_ttl"]) == (30 * 24 * 3600, 30 * 24 * 3600)
    key = policy["parameters_in_cache_key_and_forwarded_to_origin"]
    assert key["cookies_config"] == {"cookie_behavior": "none"}
    assert key["headers_config"] == {"header_behavior": "none"}
    assert key["query_strings_config"] == {"query_string_behavior": "none"}
    assert plain(_behaviours(prod)["/media/*"]["cache_policy_id"]) == "distribution_policies_media"


def test_whatever_is_no_media_is_cached_by_nobody(prod: Template) -> None:
    for path, behaviour in _behaviours(prod).items():
        assert (behaviour["cache_policy_id"] == CACHING_DISABLED) is (path != "/media/*")


def test_no_error_is_cached_and_none_is_answered_by_a_page(prod: Template) -> None:
    errors = prod.one("aws_cloudfront_distribution")["custom_error_response"]
    assert {each["error_code"] for each in errors} == {400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504}
    assert all(each.keys() == {"error_code", "error_caching_min_ttl"} for each in errors)
    assert {each["error_caching_min_ttl"] for each in errors} == {0}


def test_the_api_gets_everything_but_the_host_header(prod: Template) -> None:
    assert _behaviours(prod)["/api/*"]["origin_request_policy_id"] == ALL_VIEWER_EXCEPT_HOST_HEADER


def test_answers_carry_strict_headers(prod: Template) -> None:
    headers = prod.one("aws_cloudfront_response_headers_policy")["security_headers_config"]
    assert headers["strict_transport_security"]["access_control_max_age_sec"] == 730 * 24 * 3600
    assert headers["strict_transport_security"]["include_subdomains"] is True
    assert headers["content_type_options"] == {"override": True}
    assert headers["frame_options"]["frame_option"] == "DENY"
    assert "default-src 'none'" in headers["content_security_policy"]["content_security_policy"]


def test_standard_logging_v2_delivers_into_an_encrypted_bucket(prod: Template) -> None:
    for type_ in ("delivery", "delivery_source", "delivery_destination"):
        assert prod.one(f"aws_cloudwatch_log_{type_}")["provider"] == "aws.global"
    source = prod.one("aws_cloudwatch_log_delivery_source")
    assert source["log_type"] == "ACCESS_LOGS"
    assert plain(source["resource_arn"]) == "distribution_distribution"
    assert prod.one("aws_cloudwatch_log_delivery_destination")["delivery_destination_configuration"] == [
        {"destination_resource_arn": "arn:aws:s3:::prod-ffp-front-door-logs-333333333333"}
    ]
    assert "logging_config" not in prod.one("aws_cloudfront_distribution")


def test_access_logs_hold_no_signature_and_no_cookie(prod: Template) -> None:
    fields = prod.one("aws_cloudwatch_log_delivery")["record_fields"]
    assert {"cs-uri-stem", "sc-status", "ssl-protocol"} < set(fields)
    assert not {"cs-uri-query", "cs(Cookie)", "cs(Referer)"} & set(fields)


def test_the_log_buckets_policy_has_the_statement_that_aws_adds_word_for_word(prod: Template) -> None:
    """AWS adds it when the delivery is made, unless it is there; a plan would take out what only AWS wrote."""
    assert prod.document("distribution_logs_bucket_access")["AWSLogDeliveryWrite1"] == {
        "sid": "AWSLogDeliveryWrite1",
        "effect": "Allow",
        "principals": [{"type": "Service", "identifiers": ["delivery.logs.amazonaws.com"]}],
        "actions": ["s3:PutObject"],
        "resources": ["arn:aws:s3:::prod-ffp-front-door-logs-333333333333/AWSLogs/333333333333/CloudFront/*"],
        "condition": [
            {"test": "StringEquals", "variable": "s3:x-amz-acl", "values": ["bucket-owner-full-control"]},
            {"test": "StringEquals", "variable": "aws:SourceAccount", "values": ["333333333333"]},
            {
                "test": "ArnLike",
                "variable": "aws:SourceArn",
                "values": ["arn:aws:logs:us-east-1:333333333333:delivery-source:prod-ffp-front-door"],
            },
        ],
    }
    assert prod.one("aws_cloudwatch_log_delivery_source")["name"] == "prod-ffp-front-door"
    # With a path of its own AWS would write another resource.
    assert "s3_delivery_configuration" not in prod.one("aws_cloudwatch_log_delivery")


def test_the_key_serves_the_logs_of_this_distribution_alone(prod: Template) -> None:
    use_key = prod.document("encryption_shared_access")["DeliverFrontDoorLogs"]
    assert principals(use_key) == ["delivery.logs.amazonaws.com"]
    assert conditions(use_key) == {
        "aws:SourceAccount": ("StringEquals", ["333333333333"]),
        "aws:SourceArn": ("ArnLike", ["arn:aws:logs:us-east-1:333333333333:delivery-source:prod-ffp-front-door"]),
    }


def test_the_web_acl_blocks_what_is_known_to_be_bad_and_who_asks_too_often(prod: Template) -> None:
    acl = prod.one("aws_wafv2_web_acl")
    assert (acl["provider"], acl["scope"]) == ("aws.global", "CLOUDFRONT")
    assert plain(prod.one("aws_cloudfront_distribution")["web_acl_id"]) == "distribution_web-acl_acl"
    *managed, limit = acl["rule"]
    assert [each["statement"]["managed_rule_group_statement"]["name"] for each in managed] == [
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
    ]
    assert limit["statement"]["rate_based_statement"] == {"limit": 2000, "aggregate_key_type": "IP"}
    assert limit["action"] == {"block": {}}
    assert sorted(each["priority"] for each in acl["rule"]) == [0, 1, 2, 3]


def test_the_web_acls_log_holds_no_token(prod: Template) -> None:
    logging = prod.one("aws_wafv2_web_acl_logging_configuration")
    redacted = [each["single_header"]["name"] for each in logging["redacted_fields"] if "single_header" in each]
    assert redacted == ["authorization", "cookie"]
    assert {"query_string": {}} in logging["redacted_fields"]
    group = prod.one("aws_cloudwatch_log_group", "distribution_web-acl_logs_group")
    assert group["name"].startswith("aws-waf-logs-prod-")
    assert group["provider"] == "aws.global"
    assert plain(group["kms_key_id"]) == "distribution_edge-key_key"


def test_without_the_setting_there_is_no_web_acl_and_no_key_for_its_logs(gateway: Template) -> None:
    assert gateway.all("aws_wafv2_web_acl") == {}
    assert "distribution_edge-key_key" not in gateway.all("aws_kms_key")
    assert "web_acl_id" not in gateway.one("aws_cloudfront_distribution")


def test_the_cache_hit_ratio_is_measured(prod: Template) -> None:
    subscription = prod.one("aws_cloudfront_monitoring_subscription")["monitoring_subscription"]
    config = subscription["realtime_metrics_subscription_config"]
    assert config == {"realtime_metrics_subscription_status": "Enabled"}
