"""Queues of an application, and how a function consumes one."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from settings.base import Problem, Settings, between, matching, must, repeated
from settings.filters import Filter, is_condition
from settings.types import Name

FIFO_BATCH = 10
FEWEST_CALLS = 2  # to which Lambda can limit what it calls from a queue
_BATCH_WITHOUT_WAITING = 10
_LONGEST_PATTERN = 4096
# What Lambda can compare of a message; a pattern on anything else would match no message, and each would be deleted.
_PARTS_OF_A_MESSAGE = ("attributes", "awsRegion", "body", "eventSource", "eventSourceARN", "messageAttributes")


def _is_pattern(text: str) -> bool:
    try:
        pattern = json.loads(text)
    except ValueError:
        return False
    return (
        isinstance(pattern, dict)
        and 0 < len(pattern.keys() & {*_PARTS_OF_A_MESSAGE}) == len(pattern)
        and all(map(is_condition, pattern.values()))
    )


Pattern = Annotated[
    str,
    must(lambda text: len(text) <= _LONGEST_PATTERN, f"must be at most {_LONGEST_PATTERN} characters", "shorten it"),
    must(
        _is_pattern,
        f"must be a JSON object on {', '.join(_PARTS_OF_A_MESSAGE)}, with a list of accepted values at each end",
        """write it like {"body": {"country": ["PE"]}}""",
    ),
]


@dataclass(frozen=True, kw_only=True)
class TopicOfOthers(Settings):
    """A topic of another account, whose messages go into a queue as they are. The topic's policy must let this account
    subscribe (`sns:Subscribe`). Handlers must trust nothing in such a message."""

    arn: Annotated[
        str,
        matching(
            r"arn:aws:sns:[a-z]{2}(-[a-z]+)+-\d:\d{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?",
            "must be the whole ARN of one topic",
            "write it like arn:aws:sns:eu-west-2:123456789012:metering",
        ),
    ]
    """The topic's ARN, in the environment's region or in us-east-1."""

    because: Annotated[str, must(lambda text: len(text) >= 10, "must say why in a sentence", "say whose topic it is")]
    """Whose topic it is, and why its messages are wanted. The scan shows it as the reason of its waiver."""

    only: Filter | None = None
    """The messages to receive. By default all are received."""

    @property
    def account_id(self) -> str:
        return self.arn.split(":")[4]

    @property
    def region(self) -> str:
        return self.arn.split(":")[3]

    @property
    def name(self) -> str:
        return self.arn.rpartition(":")[2]


@dataclass(frozen=True, kw_only=True)
class QueueSettings(Settings):
    """An SQS queue that one function consumes, and beside it the queue of those messages that it could not handle."""

    name: Name
    """The queue's name, after the environment's prefix. Another name is another, empty queue."""

    fifo: bool = False
    """True keeps the order of the messages of each message group and drops repetitions within five minutes. Another
    value is another, empty queue."""

    tries: Annotated[int, between(1, 1000)] = 3
    """How often a message is received before it goes into the dead-letter queue, which has an alarm."""

    keeps_days: Annotated[int, between(1, 10, "days")] = 4
    """Days for which a message may wait. It keeps its age in the dead-letter queue, which deletes it when it is 14 days
    old."""

    oldest_minutes: Annotated[int, between(1, 1440, "minutes")] = 15
    """Minutes for which the oldest message may wait before an alarm is raised."""

    hears: tuple[TopicOfOthers, ...] = ()
    """The topics of other accounts whose messages it receives. By default there are none. The emulator has no other
    accounts, so that nothing is subscribed there."""

    def rules(self) -> Iterator[Problem]:
        yield from repeated("hears", (each.arn for each in self.hears))
        for index, each in enumerate(self.hears):
            if self.fifo and not each.arn.endswith(".fifo"):
                yield Problem(
                    f"hears[{index}].arn", each.arn, "a FIFO queue hears only FIFO topics", "choose another queue"
                )


@dataclass(frozen=True, kw_only=True)
class Consume(Settings):
    """How a function receives the messages of a queue. Handlers must tolerate a message that comes again."""

    queue: Name
    """The name of the queue. Each queue has one consumer."""

    batch: Annotated[int, between(1, 10_000, "messages")] = 10
    """The most messages of one call. A FIFO queue gives 10 at most; more than 10 need `wait_seconds`."""

    wait_seconds: Annotated[int, between(0, 300, "seconds")] = 0
    """Seconds for which Lambda collects messages before it calls with fewer than `batch`. By default it does not."""

    concurrency: Annotated[int, between(FEWEST_CALLS, 1000)] | None = None
    """The most calls at once that come from the queue, at most `reserved_concurrency`, and by default as many: each
    message that Lambda takes and cannot run uses up one of its `tries`. Lower it where others call the function, too.
    Without a reservation, None sets no limit."""

    only: Annotated[
        tuple[Pattern, ...], must(lambda patterns: len(patterns) <= 5, "must be at most 5", "join or remove some")
    ] = ()
    """Patterns of the messages to receive, of which one must match. Lambda deletes every other message. By default all
    are received."""

    def rules(self) -> Iterator[Problem]:
        if self.batch > _BATCH_WITHOUT_WAITING and self.wait_seconds == 0:
            yield Problem(
                "wait_seconds",
                self.wait_seconds,
                f"a batch of more than {_BATCH_WITHOUT_WAITING} messages takes at least a second to collect",
                f"raise it, or lower batch to {_BATCH_WITHOUT_WAITING}",
            )
