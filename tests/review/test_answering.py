"""What callers count on, in stacks that production does not have: names, errors, time and connections."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from ffp.review.concern import Concern, Topic
from ffp.review.side import Side
from ffp.review.verdict import concerns
from tests.review.corpus.edit import stack_with

Resources = dict[str, dict[str, Any]]
_CDN, _BUCKET, _GROUP = "aws_cloudfront_distribution.a", "aws_s3_bucket.pages", "aws_db_parameter_group.a"
_RECORD, _DOMAIN, _MAPPING = "aws_route53_record.a", "aws_apigatewayv2_domain_name.a", "aws_apigatewayv2_api_mapping.a"
_ACL, _FUNCTION, _DATABASE = "aws_wafv2_web_acl.a", "aws_lambda_function.a", "aws_db_instance.a"
_SEEN = {"cloudwatch_metrics_enabled": True, "metric_name": "a", "sampled_requests_enabled": True}
STACK: Resources = {
    _BUCKET: {"bucket": "pages"},
    _CDN: {
        "enabled": True,
        "aliases": ["a.example", "b.example"],
        "origin": [{"origin_id": "pages", "domain_name": f"${{{_BUCKET}.bucket_regional_domain_name}}"}],
        "default_cache_behavior": {"target_origin_id": "pages", "viewer_protocol_policy": "https-only"},
        "custom_error_response": [{"error_code": 404, "error_caching_min_ttl": 0}],
    },
    _RECORD: {"name": "b.example", "type": "A", "alias": [{"name": f"${{{_CDN}.domain_name}}", "zone_id": "Z2"}]},
    _DOMAIN: {"domain_name": "api.example"},
    _MAPPING: {"domain_name": f"${{{_DOMAIN}.id}}", "api_id": "a1", "stage": "$default"},
    _ACL: {
        "scope": "CLOUDFRONT",
        "default_action": {"allow": {}},
        "rule": [
            {
                "name": "ours",
                "priority": 0,
                "action": {"allow": {}},
                "statement": {"geo_match_statement": {"country_codes": ["GB"]}},
                "visibility_config": _SEEN,
            }
        ],
        "visibility_config": _SEEN,
    },
    _GROUP: {"name": "a", "family": "postgres17", "parameter": [{"name": "max_connections", "value": "10"}]},
    _DATABASE: {"identifier": "a", "engine": "postgres", "parameter_group_name": f"${{{_GROUP}.name}}"},
    _FUNCTION: {
        "function_name": "a",
        "reserved_concurrent_executions": 8,
        "environment": {"variables": {"HOST": f"${{{_DATABASE}.address}}"}},
    },
}


def _found(change: Callable[[Resources], object]) -> list[Concern]:
    changed = copy.deepcopy(STACK)
    change(changed)
    assert changed != STACK
    return concerns(Side(stack_with(STACK)), Side(stack_with(changed)))


def _put(address: str, **values: Any) -> Callable[[Resources], object]:
    return lambda resources: resources[address].update(values)


_PAGE = [{"error_code": 404, "error_caching_min_ttl": 0, "response_code": 200, "response_page_path": "/index.html"}]
_LIMIT = {"parameter": [{"name": "max_connections", "value": "7"}]}


@pytest.mark.parametrize(
    ("change", "topic"),
    [
        pytest.param(_put(_CDN, aliases=["a.example"]), Topic.AVAILABILITY, id="a DNS record leads to no name"),
        pytest.param(lambda resources: resources.pop(_MAPPING), Topic.AVAILABILITY, id="an API's name leads nowhere"),
        pytest.param(_put(_GROUP, **_LIMIT), Topic.AVAILABILITY, id="too few connections"),
        pytest.param(
            lambda resources: resources.update(
                {"aws_lambda_function.b": {**resources[_FUNCTION], "function_name": "b"}}
            ),
            Topic.AVAILABILITY,
            id="another function needs connections, too",
        ),
    ],
)
def test_what_callers_lose_is_a_concern(change: Callable[[Resources], object], topic: Topic) -> None:
    assert topic in {each.topic for each in _found(change)}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(_put(_CDN, aliases=["b.example"]), id="a name without a record of ours is dropped"),
        pytest.param(_put(_CDN, custom_error_response=_PAGE), id="public pages of one application"),
        pytest.param(_put(_ACL, default_action={"block": {}}), id="all but what a rule allows is blocked"),
        pytest.param(_put(_FUNCTION, reserved_concurrent_executions=10), id="just enough connections"),
        pytest.param(_put(_GROUP, parameter=[{"name": "max_connections", "value": "8"}]), id="fewer spare ones"),
    ],
)
def test_what_nobody_misses_is_none(change: Callable[[Resources], object]) -> None:
    assert _found(change) == []
