"""What REST APIs promise: the same as HTTP APIs, and their reach, their API keys and their cached answers."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from ffp.review.concern import Topic
from ffp.review.facts.api import BURST, CACHED, FLOOD, OWN_ADDRESS, THROTTLE, UNLIMITED, domain, stage
from ffp.review.facts.fact import Amount, Fact, Finder, Protection, Ranked, Same, Truth
from ffp.review.facts.orders import Kept, Letting
from ffp.review.facts.values import first_of
from ffp.review.side import Side, at, blocks_in, values_in

_rest_authoriser = partial(Protection, type="aws_api_gateway_authorizer", topic=Topic.EXPOSURE)

PROTECTIONS: tuple[Protection, ...] = (
    OWN_ADDRESS(type="aws_api_gateway_rest_api"),
    *stage("aws_api_gateway_stage"),
    *domain("aws_api_gateway_domain_name", ""),
    _rest_authoriser(path="type", says="The kind", order=Same(), absent="TOKEN"),
    _rest_authoriser(path="provider_arns", says="The user pools whose tokens are accepted", order=Letting(), absent=()),
    _rest_authoriser(path="identity_source", says="The place of the token", order=Kept()),
    _rest_authoriser(
        path="identity_validation_expression", says="The form that a token must have", order=Kept(), why=CACHED
    ),
    _rest_authoriser(
        path="authorizer_result_ttl_in_seconds",
        says="How long an answer of the authoriser is reused",
        order=Amount("seconds", more_is_worse=True),
        absent=300,
        why=CACHED,
    ),
    Protection(
        type="aws_api_gateway_rest_api",
        path="endpoint_configuration.types",
        says="The reach",
        topic=Topic.EXPOSURE,
        order=Ranked(("the internet", "the VPC")),
        absent="the internet",
        read=lambda value: "the VPC" if values_in(value) == ["PRIVATE"] else "the internet",
        why="Everybody on the internet can call it.",
    ),
    *(
        Protection(
            type="aws_api_gateway_usage_plan",
            path=path,
            says=f"The {what} of each API key",
            topic=Topic.EXPOSURE,
            order=Amount(unit, more_is_worse=True, endless=UNLIMITED),
            why=FLOOD,
        )
        for path, what, unit in (
            ("throttle_settings.rate_limit", "throttle", "requests per second"),
            ("throttle_settings.burst_limit", "burst", "requests at once"),
            ("quota_settings.limit", "quota", "requests"),
        )
    ),
)


def _rest_settings(side: Side) -> Iterator[Fact]:
    """What a REST API's stages promise for all methods and for single ones."""
    kinds: tuple[tuple[str, str, Topic, Any, Any], ...] = (
        ("throttling_rate_limit", "The throttle of the rate", Topic.EXPOSURE, THROTTLE, None),
        ("throttling_burst_limit", "The throttle of bursts", Topic.EXPOSURE, BURST, None),
        ("metrics_enabled", "Metrics of each method", Topic.WATCHING, Truth(demanded=False), False),
        ("data_trace_enabled", "Writing whole requests to the logs", Topic.EXPOSURE, Truth(wanted=False), False),
        ("logging_level", "The level of the execution logs", Topic.WATCHING, Ranked(("OFF", "ERROR", "INFO")), "OFF"),
        ("cache_data_encrypted", "Encryption of cached answers", Topic.EXPOSURE, Truth(demanded=False), False),
    )
    for block in side.of_type("aws_api_gateway_method_settings"):
        stage = first_of(side, block.attributes.get("stage_name"), "aws_api_gateway_stage") or block
        (settings, *_) = blocks_in(side.get(block, "settings")) or [{}]
        path = str(side.get(block, "method_path"))
        for attribute, says, topic, order, absent in kinds:
            found = at(settings, attribute)
            yield Fact(
                subject=side.address(stage),
                question=f"{path} {attribute}",
                says=f"{says} of {path} at",
                topic=topic,
                order=order,
                value=absent if found is None else found,
                absent=absent,
                address=side.address(block),
            )


FINDERS: tuple[Finder, ...] = (_rest_settings,)
