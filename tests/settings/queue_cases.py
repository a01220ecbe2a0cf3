"""Bad input in queues and in what consumes them."""

from dataclasses import replace
from typing import Any

from settings import ConnectToDatabase, Consume, Environment, QueueSettings, TakeFromQuota, UploadMedia
from tests.settings.case import Case
from tests.settings.changed import PROD, area, function, function_of, group

(LETTERS, ENTRIES) = PROD.application.queues


def _letters(settings: Environment = PROD, /, **changes: Any) -> Environment:
    return area("application", settings, queues=(replace(LETTERS, **changes), ENTRIES))


def _consumes(name: str, settings: Environment = PROD, /, **changes: Any) -> Environment:
    consumed = function_of(name).consumes
    assert consumed is not None
    return function(name, settings, consumes=replace(consumed, **changes))


QUEUE = "application.queues[letters]"
CONSUMER = "application.functions[{}].consumes"
IN_ITS_GROUP = "application.groups[letters].functions[send-letter].consumes"

CASES = {
    "a queue twice": Case(
        area("application", queues=(LETTERS, *PROD.application.queues)),
        "application.queues",
        "'letters'",
        "is listed twice",
        "remove one",
    ),
    "a queue without a consumer": Case(
        function("send-letter", consumes=None),
        f"{QUEUE}.name",
        "'letters'",
        "no function consumes it",
        "consumes=Consume(queue='letters')",
    ),
    "a queue without a sender": Case(
        group(
            "media-upload",
            area("application", buses=()),
            bindings=(ConnectToDatabase(), UploadMedia(), TakeFromQuota("uploads")),
        ),
        "application.queues[entries].name",
        "'entries'",
        "nobody sends to it",
        "bind a group with SendTo('entries'), or let a topic or a bus send to it",
    ),
    "two consumers": Case(
        function("get-profile", consumes=Consume(queue="letters")),
        CONSUMER.format("send-letter"),
        "'letters'",
        "get-profile consumes it, and each message would reach only one of the two",
        "a queue of its own",
    ),
    "an unknown queue": Case(
        function("get-profile", consumes=Consume(queue="leters")),
        f"{CONSUMER.format('get-profile')}.queue",
        "'leters'",
        "must name one of entries, letters",
        "name one of these",
    ),
    "no queues": Case(
        area("application", function("get-profile", consumes=Consume(queue="letters")), queues=()),
        f"{CONSUMER.format('get-profile')}.queue",
        "'letters'",
        "the application has no queues",
        "add what is missing",
    ),
    "a consumer without any access": Case(
        function("add-claims", consumes=Consume(queue="letters")),
        CONSUMER.format("add-claims"),
        "'letters'",
        "the token trigger has no access to anything",
        "another function",
    ),
    "no try": Case(_letters(tries=0), f"{QUEUE}.tries", "0", "must be 1 to 1000", "choose a value"),
    "no time among the dead letters": Case(
        _letters(keeps_days=14), f"{QUEUE}.keeps_days", "14", "must be 1 to 10 days", "choose a value"
    ),
    "an alarm that never comes": Case(
        _letters(oldest_minutes=10_000), f"{QUEUE}.oldest_minutes", "10000", "must be 1 to 1440", "choose a value"
    ),
    "messages that are deleted before their last try": Case(
        _letters(function("send-letter", timeout_seconds=900), tries=16, keeps_days=1),
        f"{QUEUE}.tries",
        "16",
        "each takes up to 5400 seconds, by the timeout of send-letter, and messages are deleted after 1 days",
        "raise keeps_days",
    ),
    "a large batch without waiting": Case(
        _consumes("send-letter", batch=11),
        f"{IN_ITS_GROUP}.wait_seconds",
        "0",
        "a batch of more than 10 messages takes at least a second",
        "lower batch to 10",
    ),
    "a batch beyond Lambda's": Case(
        _consumes("send-letter", batch=10_001, wait_seconds=1),
        f"{IN_ITS_GROUP}.batch",
        "10001",
        "must be 1 to 10000 messages",
        "choose a value",
    ),
    "a large batch in order": Case(
        _consumes("write-entry", batch=11, wait_seconds=1),
        f"{CONSUMER.format('write-entry')}.batch",
        "11",
        "a FIFO queue allows 10",
        "lower it",
    ),
    "waiting in order": Case(
        _consumes("write-entry", wait_seconds=5),
        f"{CONSUMER.format('write-entry')}.wait_seconds",
        "5",
        "a FIFO queue allows 0",
        "lower it",
    ),
    "more calls than are reserved": Case(
        _consumes("send-letter", concurrency=5),
        f"{CONSUMER.format('send-letter')}.concurrency",
        "5",
        "at most the 4 that are reserved",
        "raise reserved_concurrency",
    ),
    "a dict as what a consumer receives": Case(
        _consumes("send-letter", only=({"body": {"country": ["PE"]}},)),
        f"{IN_ITS_GROUP}.only[0]",
        "'country'",
        "must be a text of JSON, and is a dict",
        """'{"body": {"country": ["PE"]}}'""",
    ),
    "a single reserved call": Case(
        function("send-letter", reserved_concurrency=1, consumes=Consume(queue="letters")),
        "application.functions[send-letter].reserved_concurrency",
        "1",
        "calls a queue's consumer up to 2 times at once",
        "raise it to 2",
    ),
    "one call at a time": Case(
        _consumes("send-letter", concurrency=1),
        f"{IN_ITS_GROUP}.concurrency",
        "1",
        "must be 2 to 1000",
        "choose a value",
    ),
    "a pattern that is no JSON": Case(
        _consumes("send-letter", only=("kind=note",)),
        f"{IN_ITS_GROUP}.only[0]",
        "'kind=note'",
        "must be a JSON object on attributes",
        "write it like",
    ),
    "a pattern on what no message has": Case(
        _consumes("send-letter", only=('{"kind": ["note"]}',)),
        f"{IN_ITS_GROUP}.only[0]",
        '{"kind"',
        "must be a JSON object on attributes",
        "write it like",
    ),
    "a pattern without a list": Case(
        _consumes("send-letter", only=('{"body": {"kind": "note"}}',)),
        f"{IN_ITS_GROUP}.only[0]",
        '{"body"',
        "with a list of accepted values at each end",
        "write it like",
    ),
    "too many patterns": Case(
        _consumes("send-letter", only=('{"body": {"kind": ["note"]}}',) * 6),
        f"{IN_ITS_GROUP}.only",
        "body",
        "must be at most 5",
        "remove some",
    ),
    "a queue of a name that another has": Case(
        area(
            "application",
            function("get-profile", consumes=Consume(queue="send-reminders-failures")),
            queues=(*PROD.application.queues, QueueSettings(name="send-reminders-failures")),
        ),
        "application.queues[send-reminders-failures].name",
        "'prod-ffp-send-reminders-failures'",
        "another queue has that name",
        "rename one",
    ),
    "a long name": Case(
        _letters(name="l" * 60),
        f"application.queues[{'l' * 60}].name",
        "prod-ffp-llll",
        "AWS allows 80 characters in the name of a queue, this has 82",
        "shorten it",
    ),
}
