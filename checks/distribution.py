"""MAP-6 and COST-5: what CloudFront serves, to whom, and what it caches."""

from __future__ import annotations

from collections.abc import Iterator

from checks.block import Block
from checks.check import resource_check

_KEY_PARTS = {"headers_config": "header", "cookies_config": "cookie", "query_strings_config": "query_string"}


def _behaviours(distribution: Block, *, of_buckets: bool) -> Iterator[tuple[str, Block]]:
    """The behaviours with a bucket as origin, or those with another one, each with its path."""
    custom = {origin.value("origin_id") for origin in distribution.blocks("origin") if _is_custom(origin)}
    for kind in ("default_cache_behavior", "ordered_cache_behavior"):
        for behaviour in distribution.blocks(kind):
            if of_buckets != (behaviour.value("target_origin_id") in custom):
                yield str(behaviour.value("path_pattern") or "the default"), behaviour


def _is_custom(origin: Block) -> bool:
    return bool(origin.blocks("custom_origin_config"))


# Origins are a set, so a plan may show an unknown value with the wrong origin.
@resource_check("FFP_MAP_6_1", "Buckets are served only with signed URLs", "aws_cloudfront_distribution", only="json")
def media_is_signed(distribution: Block) -> Iterator[str]:
    """Set a trusted key group in every behaviour with a bucket as origin, the default one included."""
    for path, behaviour in _behaviours(distribution, of_buckets=True):
        if not behaviour.value("trusted_key_groups"):
            yield f"{path} has no trusted_key_groups"


@resource_check(
    "FFP_MAP_6_2", "CloudFront reads buckets with origin access control", "aws_cloudfront_distribution", only="json"
)
def bucket_origins_are_controlled(distribution: Block) -> Iterator[str]:
    """Set origin_access_control_id in every origin that is a bucket, and no origin access identity."""
    for origin in distribution.blocks("origin"):
        if _is_custom(origin):
            continue
        if not origin.value("origin_access_control_id") or origin.blocks("s3_origin_config"):
            yield f"origin {origin.value('origin_id')} has no origin access control"


# AWS's managed policy, with the same id in every account. According to AWS it also stops the caching of errors.
_CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"


@resource_check("FFP_MAP_6_3", "Responses of the API are never cached", "aws_cloudfront_distribution", only="json")
def answers_are_not_cached(distribution: Block) -> Iterator[str]:
    """Use AWS's policy CachingDisabled for origins other than buckets: other callers would get a cached response."""
    for path, behaviour in _behaviours(distribution, of_buckets=False):
        if behaviour.value("cache_policy_id") != _CACHING_DISABLED:
            yield f"{path} may be cached"


# All that a distribution can configure. CloudFront caches others (412, 415) only if the response has a lifetime.
_CACHED_ERRORS = (400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504)


@resource_check("FFP_MAP_6_5", "Errors are never cached", "aws_cloudfront_distribution")
def errors_are_not_cached(distribution: Block) -> Iterator[str]:
    """Give each status a custom_error_response without a page and with error_caching_min_ttl 0; the default is 10 s."""
    responses = {each.value("error_code"): each for each in distribution.blocks("custom_error_response")}
    for status in _CACHED_ERRORS:
        error = responses.get(status)
        if error is None or error.value("error_caching_min_ttl") != 0:
            yield f"{status} may be cached"
        elif error.value("response_page_path"):
            yield f"{status} has a page that replaces the API's own response"


@resource_check("FFP_COST_5_1", "Cache keys contain only named parts", "aws_cloudfront_cache_policy")
def cache_key_is_small(policy: Block) -> Iterator[str]:
    """Set each part to none or whitelist: every value in a cache key lowers the hit rate."""
    key = "parameters_in_cache_key_and_forwarded_to_origin"
    for block, part in _KEY_PARTS.items():
        behaviour = policy.value(f"{key}.{block}.{part}_behavior")
        if behaviour not in ("none", "whitelist"):
            yield f"{part}_behavior is {behaviour}"
