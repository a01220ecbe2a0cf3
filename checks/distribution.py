"""MAP-6 and COST-5: what CloudFront serves, to whom, and from which cache."""

from __future__ import annotations

from collections.abc import Iterator

from checks.block import Block
from checks.check import resource_check

_KEY_PARTS = {"headers_config": "header", "cookies_config": "cookie", "query_strings_config": "query_string"}


def _behaviours(distribution: Block, *, of_buckets: bool) -> Iterator[tuple[str, Block]]:
    """The behaviours whose origin is a bucket, or those of all other origins, each with its path."""
    custom = {origin.value("origin_id") for origin in distribution.blocks("origin") if _is_custom(origin)}
    for kind in ("default_cache_behavior", "ordered_cache_behavior"):
        for behaviour in distribution.blocks(kind):
            if of_buckets != (behaviour.value("target_origin_id") in custom):
                yield str(behaviour.value("path_pattern") or "the default"), behaviour


def _is_custom(origin: Block) -> bool:
    return bool(origin.blocks("custom_origin_config"))


# Origins are a set: a plan may show a not yet known value beside the wrong one of them.
@resource_check("FFP_MAP_6_1", "Media is served for signed URLs only", "aws_cloudfront_distribution", only="json")
def media_is_signed(distribution: Block) -> Iterator[str]:
    """Give every behaviour of a bucket, the default one too, a trusted key group."""
    for path, behaviour in _behaviours(distribution, of_buckets=True):
        if not behaviour.value("trusted_key_groups"):
            yield f"{path} has no trusted_key_groups"


@resource_check(
    "FFP_MAP_6_2", "Buckets answer CloudFront by origin access control", "aws_cloudfront_distribution", only="json"
)
def bucket_origins_are_controlled(distribution: Block) -> Iterator[str]:
    """Give every origin that is a bucket an origin_access_control_id, never an origin access identity."""
    for origin in distribution.blocks("origin"):
        if _is_custom(origin):
            continue
        if not origin.value("origin_access_control_id") or origin.blocks("s3_origin_config"):
            yield f"origin {origin.value('origin_id')} has no origin access control"


# AWS's own policy, under the same id in every account; it turns the caching of errors off too, by AWS's words.
_CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"


@resource_check("FFP_MAP_6_3", "Answers of the API are never cached", "aws_cloudfront_distribution", only="json")
def answers_are_not_cached(distribution: Block) -> Iterator[str]:
    """Name AWS's CachingDisabled, by its id, wherever the origin is no bucket: an answer would reach other callers."""
    for path, behaviour in _behaviours(distribution, of_buckets=False):
        if behaviour.value("cache_policy_id") != _CACHING_DISABLED:
            yield f"{path} may be cached"


# All that CloudFront lets a distribution set. It caches others (412, 415) only where an answer says for how long.
_CACHED_ERRORS = (400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504)


@resource_check("FFP_MAP_6_5", "Errors are never cached", "aws_cloudfront_distribution")
def errors_are_not_cached(distribution: Block) -> Iterator[str]:
    """Give each status a custom_error_response with error_caching_min_ttl 0 and no page: the default is ten seconds."""
    set_ = {each.value("error_code"): each for each in distribution.blocks("custom_error_response")}
    for status in _CACHED_ERRORS:
        error = set_.get(status)
        if error is None or error.value("error_caching_min_ttl") != 0:
            yield f"{status} may be cached"
        elif error.value("response_page_path"):
            yield f"{status} is answered by a page in place of the API's own answer"


@resource_check("FFP_COST_5_1", "Cache keys hold named parts only", "aws_cloudfront_cache_policy")
def cache_key_is_small(policy: Block) -> Iterator[str]:
    """Each part of a cache key divides the hits: none, or a whitelist."""
    key = "parameters_in_cache_key_and_forwarded_to_origin"
    for block, part in _KEY_PARTS.items():
        behaviour = policy.value(f"{key}.{block}.{part}_behavior")
        if behaviour not in ("none", "whitelist"):
            yield f"{part}_behavior is {behaviour}"
