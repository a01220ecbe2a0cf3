"""Where the access logs of a distribution are delivered, by both of CloudFront's ways."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from ffp.review.concern import Topic
from ffp.review.facts.fact import Fact, Members, truth
from ffp.review.facts.orders import Letting
from ffp.review.facts.values import log_destination, names
from ffp.review.side import Side, at
from ffp.stacks import SynthesisedBlock

DISTRIBUTION = "aws_cloudfront_distribution"
_ALL = "*"
# Fields of the logs by which a reader can act as the caller.
_SENSITIVE = frozenset({"cs(Cookie)", "cs-uri-query", "cs-headers"})
_STORES = ("aws_s3_bucket", "aws_cloudwatch_log_group", "aws_kinesis_firehose_delivery_stream")


@dataclass(frozen=True)
class Destinations:
    """Where logs go, as addresses of the stack's buckets or as names of others, and the fields that they contain."""

    targets: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    cookies: tuple[str, ...] = ()
    address: str = ""

    @classmethod
    def of(cls, side: Side, distribution: SynthesisedBlock) -> "Destinations":
        """The deliveries of a distribution's logs."""
        targets: list[tuple[str, bool]] = []
        fields: set[str] = set()
        cookies: tuple[str, ...] = ()
        address = side.address(distribution)
        legacy = at(distribution.attributes, "logging_config")
        if bucket := at(legacy, "bucket"):
            targets.append(_store(side, bucket))
            fields.add(_ALL)
            cookies = ("cs(Cookie)",) if truth(side.resolved(at(legacy, "include_cookies"))) else ()
        for delivery in _deliveries(side, distribution):
            address = side.address(delivery)
            for destination in _destinations(side, delivery):
                given = at(destination.attributes, "delivery_destination_configuration.destination_resource_arn")
                targets.append(_store(side, given))
            fields |= set(names(side.get(delivery, "record_fields"))) or {_ALL, "cs(Cookie)", "cs-uri-query"}
        return cls(
            tuple(sorted({name for name, _ in targets})),
            tuple(sorted({name for name, is_own in targets if not is_own})),
            tuple(sorted(fields)),
            cookies,
            address,
        )


def _store(side: Side, value: Any) -> tuple[str, bool]:
    for block in side.blocks_of(value):
        if block.type in _STORES:
            return side.address(block), block.kind == "resource"
    text = log_destination(side.resolved(value))
    name = text.removeprefix("arn:aws:s3:::").partition("/")[0].removesuffix(".s3.amazonaws.com")
    for block in side.of_type(*_STORES):
        if text == side.arn(block) or name == str(side.get(block, "bucket")):
            return side.address(block), True
    return text, False


def _deliveries(side: Side, distribution: SynthesisedBlock) -> Iterator[SynthesisedBlock]:
    sources = [
        block
        for block in side.of_type("aws_cloudwatch_log_delivery_source")
        if distribution in side.blocks_of(block.attributes.get("resource_arn"))
    ]
    known = {str(side.get(block, "name")) for block in sources}
    for block in side.of_type("aws_cloudwatch_log_delivery"):
        name = block.attributes.get("delivery_source_name")
        if any(each in sources for each in side.blocks_of(name)) or str(side.resolved(name)) in known:
            yield block


def _destinations(side: Side, delivery: SynthesisedBlock) -> Iterator[SynthesisedBlock]:
    for block in side.blocks_of(delivery.attributes.get("delivery_destination_arn")):
        if block.type == "aws_cloudwatch_log_delivery_destination":
            yield block


def logs(side: Side) -> Iterator[Fact]:
    """Where a distribution's access logs go, and what they contain."""
    for block in side.of_type(DISTRIBUTION):
        logs = Destinations.of(side, block)
        fact = partial(Fact, subject=side.address(block), address=logs.address)
        yield fact(
            question="logs",
            says="The destinations of the access logs",
            topic=Topic.WATCHING,
            order=Members("shrink", needed=1),
            value=logs.targets,
            absent=(),
            why="Nobody can later tell who fetched what.",
        )
        yield fact(
            question="foreign logs",
            says="Destinations of the access logs outside of the stack",
            topic=Topic.EXPOSURE,
            order=Letting(),
            value=logs.foreign,
            absent=(),
            why="Somebody else learns who fetched what.",
        )
        if logs.targets:
            yield fact(
                question="log fields",
                says="Fields of the access logs",
                topic=Topic.WATCHING,
                order=Members("shrink"),
                value=logs.fields,
                absent=("*",),
                why="An investigation lacks them.",
            )
            yield fact(
                question="sensitive log fields",
                says="Fields of the access logs by which a reader can act as the caller",
                topic=Topic.EXPOSURE,
                order=Letting(),
                value=sorted(_SENSITIVE & set(names(logs.fields)) | set(logs.cookies)),
                absent=_SENSITIVE,
                why="Signatures and cookies then stand in the logs.",
            )
