"""Events whose handler fails: tried again as often as configured, then kept whole in a queue; none is lost."""

import json
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from uuid import uuid4

from ffp.emulator.smoke.kit import Case
from ffp.emulator.smoke.logs import group_of
from ffp.emulator.smoke.walk import Walk
from settings import Application

AREA = "failure"
PATIENCE_SECONDS = 60
_TICK_SECONDS = 0.2


def send(walk: Walk, function: str, event: object) -> None:
    """Hands an event over as services do that wait for no answer."""
    walk.client("lambda").invoke(
        FunctionName=walk.account.name(function), Qualifier="live", InvocationType="Event", Payload=json.dumps(event)
    )


def attempts(walk: Walk, function: str, since: float) -> int:
    """How often the function began to run, by its log."""
    pages = walk.client("logs").get_paginator("filter_log_events")
    found = pages.paginate(logGroupName=group_of(walk, function), startTime=int(since * 1000))
    return sum(each["message"].startswith("START ") for page in found for each in page["events"])


def take(walk: Walk, function: str, event: object) -> object:
    """The event as the function's failure queue kept it, taken out of there; None where it is not there."""
    queues = walk.client("sqs")
    url = queues.get_queue_url(QueueName=walk.account.name(f"{function}-failures"))["QueueUrl"]
    # Whatever else lies there is somebody's real failure: it stays, and is soon seen again.
    received = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=1)
    for message in received.get("Messages", []):
        kept = json.loads(message["Body"]).get("requestPayload")
        if kept == event:
            queues.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            return kept
    return None


def wait_for(found: Callable[[], object]) -> Any:
    """The first answer that is one, or the last that is none."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not (answer := found()) and time.monotonic() < end:
        time.sleep(_TICK_SECONDS)
    return answer


def _hopeless(walk: Walk, function: str) -> str:
    """A rotation of a secret that there is not."""
    event = {"SecretId": f"none-{uuid4()}", "ClientRequestToken": str(uuid4()), "Step": "createSecret"}
    since = time.time()
    send(walk, function, event)
    kept = wait_for(lambda: take(walk, function, event))
    return f"{attempts(walk, function, since)} attempts, {'kept whole' if kept else 'lost'}"


def cases(application: Application) -> Iterator[Case]:
    """Of the rotation function, whose events are known; it keeps them where it is asynchronous."""
    group = application.rotation_group
    for function in group.functions if group else ():
        if function.is_asynchronous:
            yield Case(
                AREA,
                "an event that no retry mends",
                f"{1 + function.retries} attempts, kept whole",
                partial(_hopeless, function=function.name),
            )
