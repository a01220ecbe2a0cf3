"""What topics and queues promise: who receives, that nothing is dropped, for how long it waits, and by which key."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from ffp.review.concern import Grade, Topic
from ffp.review.facts import schedules
from ffp.review.facts.common import Receivers, keyed, name_of, owner_of, promise
from ffp.review.facts.fact import Amount, Fact, Finder, Protection, Ranked, Truth, truth
from ffp.review.facts.orders import Kept
from ffp.review.facts.patterns import Filters
from ffp.review.side import Side
from ffp.stacks import SynthesisedBlock

_queue = partial(Protection, type="aws_sqs_queue")
_topic = partial(Protection, type="aws_sns_topic")
_DEAD_LETTERS = re.compile(r"arn:aws[\w-]*:sqs:[^\"\s,}]+")
_PROTOCOLS_OF_FAILURES = ("application", "firehose", "http", "lambda", "sqs")

PROTECTIONS: tuple[Protection, ...] = (
    _queue(
        path="message_retention_seconds",
        says="How long messages wait",
        topic=Topic.RECOVERY,
        order=Amount("s"),
        absent=345600,
        why="What nobody reads within this time is lost.",
    ),
    _queue(
        path="fifo_queue",
        says="The order of messages",
        topic=Topic.AVAILABILITY,
        order=Truth(demanded=False),
        absent=False,
        why="Messages arrive in another order, and more than once.",
    ),
    _queue(
        path="content_based_deduplication",
        says="Dropping repeated messages",
        topic=Topic.AVAILABILITY,
        order=Truth(demanded=False),
        absent=False,
        grade=Grade.AMBER,
        why="Messages without an id of their own are refused.",
    ),
    _topic(
        path="tracing_config",
        says="Tracing",
        topic=Topic.WATCHING,
        order=Ranked(("PassThrough", "Active")),
        absent="PassThrough",
        why="Traces of calls end at the topic.",
    ),
    _topic(
        path="signature_version",
        says="The signature of messages",
        topic=Topic.EXPOSURE,
        order=Amount("(version)"),
        absent=1,
        why="Version 1 signs with SHA-1, which can be forged.",
    ),
    _topic(
        path="archive_policy",
        says="The archive of messages",
        topic=Topic.RECOVERY,
        order=Kept(),
        why="What a subscriber missed cannot be sent again.",
    ),
    *(
        _topic(
            path=f"{protocol}_failure_feedback_role_arn",
            says=f"The log of failed deliveries by {protocol}",
            topic=Topic.WATCHING,
            order=Truth(demanded=False),
            absent=False,
            read=bool,
            why="Nobody sees that messages do not arrive.",
        )
        for protocol in _PROTOCOLS_OF_FAILURES
    ),
    Protection(
        type="aws_sns_topic_data_protection_policy",
        path="policy",
        says="The data protection policy",
        topic=Topic.EXPOSURE,
        order=Kept(),
        owner="arn",
        of="aws_sns_topic",
        why="Personal data in messages is masked or refused no longer.",
    ),
    Protection(
        type="aws_sesv2_configuration_set",
        path="delivery_options.tls_policy",
        says="TLS for mail",
        topic=Topic.EXPOSURE,
        order=Ranked(("OPTIONAL", "REQUIRE")),
        absent="OPTIONAL",
        why="Mail can be read on its way.",
    ),
)


def _subscribers(side: Side) -> Iterator[Fact]:
    """Who receives what is published on each topic."""
    found: dict[str, list[SynthesisedBlock]] = {side.address(each): [] for each in side.of_type("aws_sns_topic")}
    for block in side.of_type("aws_sns_topic_subscription"):
        topic = owner_of(side, block.attributes.get("topic_arn"), "aws_sns_topic", block)
        found.setdefault(topic, []).append(block)
    for topic, blocks in found.items():
        receivers = [name for each in blocks if (name := name_of(side, each.attributes.get("endpoint")))]
        if not blocks:
            continue
        yield promise(
            side,
            blocks[0],
            "subscribers",
            "Who is told",
            Topic.WATCHING,
            Receivers(may_join=True),
            receivers,
            "Messages, and alarms among them, reach them no longer.",
            absent=(),
            subject=topic,
        )
        yield promise(
            side,
            blocks[0],
            "other subscribers",
            "Who else is told",
            Topic.EXPOSURE,
            Receivers(may_leave=True),
            receivers,
            "Whoever owns the endpoint reads all messages.",
            absent=(),
            subject=topic,
        )


def _subscriptions(side: Side) -> Iterator[Fact]:
    """What each subscription drops."""
    for block in side.of_type("aws_sns_topic_subscription"):
        policy = side.get(block, "filter_policy") or None
        yield promise(
            side,
            block,
            "filter",
            "The filter of messages",
            Topic.WATCHING,
            Filters(),
            policy,
            "Messages that it does not match are dropped, and nobody is told.",
        )
        yield promise(
            side,
            block,
            "filtered part",
            "What the filter reads",
            Topic.WATCHING,
            Kept(),
            (side.get(block, "filter_policy_scope") or "MessageAttributes") if policy else None,
            "The filter matches other messages.",
        )
        yield promise(
            side,
            block,
            "dead letters",
            "Where undelivered messages go",
            Topic.RECOVERY,
            Kept(),
            _dead_letters(side, block.attributes.get("redrive_policy")),
            "Messages that could not be delivered are lost, or go to somebody else.",
        )


def _dead_letters(side: Side, policy: Any) -> str | None:
    """The queue that a redrive policy names, whether it is written as text, as an object or as an expression."""
    text = str(side.resolved(policy) or "")
    queues = [block for block in side.blocks_of(policy) if block.type == "aws_sqs_queue"]
    if queues:
        return side.address(queues[0])
    found = _DEAD_LETTERS.search(text)
    return name_of(side, found[0]) if found else None


def _queues(side: Side) -> Iterator[Fact]:
    """Whether each queue is encrypted, and where its failed messages go."""
    path, queues = "redrive_policy", side.of_type("aws_sqs_queue")
    policies = {side.address(block): (block, block.attributes.get(path)) for block in queues}
    for block in side.of_type("aws_sqs_queue_redrive_policy"):
        owner = owner_of(side, block.attributes.get("queue_url"), "aws_sqs_queue", block)
        policies[owner] = (block, block.attributes.get(path))
    for address, (block, policy) in policies.items():
        yield promise(
            side,
            block,
            "dead letters",
            "Where failed messages go",
            Topic.RECOVERY,
            Kept(),
            _dead_letters(side, policy),
            "A message that always fails is tried until it expires, and then is lost.",
            subject=address,
        )
    for block in queues:
        is_managed = truth(side.get(block, "sqs_managed_sse_enabled")) is not False
        yield promise(
            side,
            block,
            "encryption",
            "Encryption at rest",
            Topic.EXPOSURE,
            Truth(),
            bool(block.attributes.get("kms_master_key_id")) or is_managed,
            "Messages are stored in clear.",
            absent=True,
        )


FINDERS: tuple[Finder, ...] = (
    _subscribers,
    _subscriptions,
    _queues,
    keyed("aws_sqs_queue", "kms_master_key_id"),
    keyed("aws_sns_topic", "kms_master_key_id"),
    *schedules.FINDERS,
)
PROTECTIONS += schedules.PROTECTIONS
