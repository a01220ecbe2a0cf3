"""MAP-6 and COST-5: what CloudFront serves, to whom, and from which cache."""

from __future__ import annotations

from collections.abc import Iterator

from policies.block import Block
from policies.check import resource_check

_KEY_PARTS = {"headers_config": "header", "cookies_config": "cookie", "query_strings_config": "query_string"}


@resource_check("FFP_MAP_6_1", "Media is served for signed URLs only", "aws_cloudfront_distribution")
def media_is_signed(distribution: Block) -> Iterator[str]:
    """Give every behaviour below /media a trusted key group."""
    for behaviour in distribution.blocks("ordered_cache_behavior"):
        path = str(behaviour.value("path_pattern"))
        if path.lstrip("/").startswith("media") and not behaviour.value("trusted_key_groups"):
            yield f"{path} has no trusted_key_groups"


# Origins are a set: a plan may show a not yet known value beside the wrong one of them.
@resource_check(
    "FFP_MAP_6_2", "Buckets answer CloudFront by origin access control", "aws_cloudfront_distribution", only="json"
)
def bucket_origins_are_controlled(distribution: Block) -> Iterator[str]:
    """Give every origin that is a bucket an origin_access_control_id, never an origin access identity."""
    for origin in distribution.blocks("origin"):
        if origin.blocks("custom_origin_config"):
            continue
        if not origin.value("origin_access_control_id") or origin.blocks("s3_origin_config"):
            yield f"origin {origin.value('origin_id')} has no origin access control"


@resource_check("FFP_COST_5_1", "Cache keys hold named parts only", "aws_cloudfront_cache_policy")
def cache_key_is_small(policy: Block) -> Iterator[str]:
    """Each part of a cache key divides the hits: none, or a whitelist."""
    key = "parameters_in_cache_key_and_forwarded_to_origin"
    for block, part in _KEY_PARTS.items():
        behaviour = policy.value(f"{key}.{block}.{part}_behavior")
        if behaviour not in ("none", "whitelist"):
            yield f"{part}_behavior is {behaviour}"
