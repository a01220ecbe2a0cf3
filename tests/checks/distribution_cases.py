"""Cases of checks/distribution.py."""

from __future__ import annotations

from typing import Any

from tests.checks.case import Case


def _cache_key(**behaviours: str) -> dict[str, Any]:
    parts = {"header": "none", "cookie": "none", "query_string": "none", **behaviours}
    return {
        "parameters_in_cache_key_and_forwarded_to_origin": {
            "headers_config": {"header_behavior": parts["header"]},
            "cookies_config": {"cookie_behavior": parts["cookie"]},
            "query_strings_config": {"query_string_behavior": parts["query_string"]},
        }
    }


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

CASES = [
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
