"""MAP-6 and COST-5: what CloudFront serves, to whom, and from which cache."""

from __future__ import annotations

from collections.abc import Iterator

from policies.block import Block
from policies.check import Stack, resource_check, stack_check

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


@stack_check("FFP_MAP_6_3", "Answers of the API are never cached", "aws_cloudfront_distribution")
def answers_are_not_cached(distribution: Block, stack: Stack) -> Iterator[str]:
    """Name a cache policy of the stack with every TTL at 0: one caller's answer would reach the next."""
    if stack.planned:
        return
    for path, behaviour in _behaviours(distribution, of_buckets=False):
        policy = stack.referred(str(behaviour.value("cache_policy_id")))
        if policy is None or {policy.value(f"{ttl}_ttl") for ttl in ("min", "default", "max")} != {0}:
            yield f"{path} may be cached"


@resource_check("FFP_COST_5_1", "Cache keys hold named parts only", "aws_cloudfront_cache_policy")
def cache_key_is_small(policy: Block) -> Iterator[str]:
    """Each part of a cache key divides the hits: none, or a whitelist."""
    key = "parameters_in_cache_key_and_forwarded_to_origin"
    for block, part in _KEY_PARTS.items():
        behaviour = policy.value(f"{key}.{block}.{part}_behavior")
        if behaviour not in ("none", "whitelist"):
            yield f"{part}_behavior is {behaviour}"
