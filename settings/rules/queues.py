"""Rules about queues: each has senders and one consumer, which suits it."""

from collections.abc import Iterator

from settings.application import Application
from settings.base import Problem
from settings.bindings import SendTo
from settings.functions import FunctionSettings
from settings.queues import FEWEST_CALLS, FIFO_BATCH, Consume, QueueSettings
from settings.topics import ToQueue

_GLOBAL_REGION = "us-east-1"  # in which the stacks have a provider, too


def queue_problems(application: Application, account_id: str, region: str) -> Iterator[Problem]:
    """Queues that nobody fills or empties, that two functions empty, or that lose what they should try again."""
    yield from _foreign_topic_problems(application, account_id, region)
    sent = {each.queue for group in application.groups for each in group.bindings if isinstance(each, SendTo)}
    sent |= {
        each.queue
        for bus in application.buses
        for rule in bus.event_rules
        for each in rule.to
        if isinstance(each, ToQueue)
    }
    sent |= {each.queue for topic in application.topics for each in topic.subscribers if isinstance(each, ToQueue)}
    sent |= {queue.name for queue in application.queues if queue.hears}
    for queue in application.queues:
        field = f"application.queues[{queue.name}]"
        consumers = application.consumers(queue.name)
        if not consumers:
            yield Problem(
                f"{field}.name",
                queue.name,
                "no function consumes it",
                f"give one consumes=Consume(queue={queue.name!r})",
            )
        if queue.name not in sent:
            yield Problem(
                f"{field}.name",
                queue.name,
                "nobody sends to it",
                f"bind a group with SendTo({queue.name!r}), or let a topic or a bus send to it",
            )
        for other in consumers[1:]:
            yield Problem(
                f"application.functions[{other.name}].consumes",
                queue.name,
                f"{consumers[0].name} consumes it, and each message would reach only one of the two",
                "give each function a queue of its own",
            )
        for consumer in consumers[:1]:
            yield from _age_problems(field, queue, application.visibility_seconds(queue.name), consumer)


def consumer_problems(application: Application) -> Iterator[Problem]:
    """Functions that consume what does not exist, or not as the queue demands."""
    queues = {queue.name: queue for queue in application.queues}
    for function in application.functions:
        if (consumed := function.consumes) is None:
            continue
        field = f"application.functions[{function.name}].consumes"
        queue = queues.get(consumed.queue)
        if queue is None:
            yield Problem(
                f"{field}.queue",
                consumed.queue,
                f"must name one of {', '.join(sorted(queues))}" if queues else "the application has no queues",
                "name one of these or add what is missing",
            )
        elif queue.fifo:
            yield from _fifo_problems(field, consumed)
        reserved = function.reserved_concurrency
        if reserved and reserved < FEWEST_CALLS:
            yield Problem(
                f"application.functions[{function.name}].reserved_concurrency",
                reserved,
                f"Lambda calls a queue's consumer up to {FEWEST_CALLS} times at once, and what cannot run uses up the "
                "tries of its messages",
                f"raise it to {FEWEST_CALLS}; for one message after the other use a FIFO queue with one message group",
            )
        if consumed.concurrency and reserved and consumed.concurrency > reserved:
            yield Problem(
                f"{field}.concurrency",
                consumed.concurrency,
                f"at most the {reserved} that are reserved, or messages are refused until their tries are used up",
                "lower it or raise reserved_concurrency",
            )


def _fifo_problems(field: str, consumed: Consume) -> Iterator[Problem]:
    for name, value, most in (("batch", consumed.batch, FIFO_BATCH), ("wait_seconds", consumed.wait_seconds, 0)):
        if value > most:
            yield Problem(f"{field}.{name}", value, f"a FIFO queue allows {most}", "lower it")


def _age_problems(
    field: str, queue: QueueSettings, visibility_seconds: int, consumer: FunctionSettings
) -> Iterator[Problem]:
    """A message that is deleted for its age before its tries are used up never reaches the dead-letter queue."""
    if queue.tries * visibility_seconds >= queue.keeps_days * 24 * 3600:
        yield Problem(
            f"{field}.tries",
            queue.tries,
            f"each takes up to {visibility_seconds} seconds, by the timeout of {consumer.name}, and messages are "
            f"deleted after {queue.keeps_days} days",
            "lower it or raise keeps_days",
        )


def _foreign_topic_problems(application: Application, account_id: str, region: str) -> Iterator[Problem]:
    """Topics of other accounts that are not, or that nobody can subscribe to from here."""
    for queue in application.queues:
        for topic in queue.hears:
            field = f"application.queues[{queue.name}].hears[{topic.name}].arn"
            if topic.account_id == account_id:
                yield Problem(field, topic.arn, "the topic is of this account", "let a topic of the application send")
            if topic.region not in (region, _GLOBAL_REGION):
                yield Problem(
                    field,
                    topic.arn,
                    f"a topic can be subscribed to from {region} and {_GLOBAL_REGION}",
                    "have its owner make one there",
                )
