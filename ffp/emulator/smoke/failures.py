"""Events whose handler fails: tried again as often as configured, then kept whole in a queue; none is lost."""

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

from pg8000.native import identifier

from application.application import APPLICATION
from ffp.emulator import data
from ffp.emulator.smoke.logs import group_of
from ffp.emulator.smoke.walk import Case, Walk

AREA = "failure"
PATIENCE_SECONDS = 60
ROTATION, REMINDERS = "rotate-secret", "send-reminders"
_TICK_SECONDS = 0.2


def _send(walk: Walk, function: str, event: object) -> None:
    """Hands an event over as services do that wait for no answer."""
    walk.client("lambda").invoke(
        FunctionName=walk.account.name(function), Qualifier="live", InvocationType="Event", Payload=json.dumps(event)
    )


def _attempts(walk: Walk, function: str, since: float) -> int:
    """How often the function began to run, by its log."""
    pages = walk.client("logs").get_paginator("filter_log_events")
    found = pages.paginate(logGroupName=group_of(walk, function), startTime=int(since * 1000))
    return sum(each["message"].startswith("START ") for page in found for each in page["events"])


def _take(walk: Walk, function: str, event: object) -> object:
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


def _await(found: Callable[[], object]) -> Any:
    """The first answer that is one, or the last that is none."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not (answer := found()) and time.monotonic() < end:
        time.sleep(_TICK_SECONDS)
    return answer


def _scheduled(walk: Walk) -> dict[str, Any]:
    """What EventBridge Scheduler sends, told from all others by its id."""
    region, account = walk.account.settings.region, walk.account.settings.account_id
    return {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": account,
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "region": region,
        "resources": [f"arn:aws:scheduler:{region}:{account}:schedule/default/{walk.account.name(REMINDERS)}"],
        "detail": "{}",
    }


@contextlib.contextmanager
def _outage(walk: Walk) -> Iterator[Callable[[], None]]:
    """The database refuses the reminders' first query, until what this gives is called, or to the end."""

    def run(statement: str) -> None:
        with contextlib.closing(data.as_owner(walk.account)) as session:
            session.run(statement)

    user = identifier(data.APPLICATION_ROLE)
    end = partial(run, f"grant select (tenant_id) on tenants to {user}")
    run(f"revoke select on tenants from {user}")  # noqa: S608 - takes a right away, and no row
    try:
        yield end
    finally:
        end()


@contextlib.contextmanager
def _due_reminder(walk: Walk) -> Iterator[Callable[[], bool]]:
    """A reminder that is due, and the question whether it was sent."""
    with contextlib.closing(data.as_owner(walk.account)) as session:
        data.name_tenant(walk.account, session, data.TENANTS[0], for_good=True)
        ((reminder,),) = session.run(
            "insert into reminders (tenant_id, user_id, due_at) values (:tenant, :user, now()) returning reminder_id",
            tenant=data.TENANTS[0],
            user=str(uuid4()),
        )
        which = {"id": reminder}
        try:
            yield lambda: bool(
                session.run("select 1 from reminders where reminder_id = :id and sent_at is not null", **which)
            )
        finally:
            session.run("delete from reminders where reminder_id = :id", **which)


def _hopeless(walk: Walk) -> str:
    """A rotation of a secret that there is not."""
    event = {"SecretId": f"none-{uuid4()}", "ClientRequestToken": str(uuid4()), "Step": "createSecret"}
    since = time.time()
    _send(walk, ROTATION, event)
    kept = _await(lambda: _take(walk, ROTATION, event))
    return f"{_attempts(walk, ROTATION, since)} attempts, {'kept whole' if kept else 'lost'}"


def _in_an_outage(walk: Walk) -> str:
    """What was kept is sent again when the database answers again."""
    event = _scheduled(walk)
    with _due_reminder(walk) as is_sent:
        with _outage(walk):
            _send(walk, REMINDERS, event)
            kept = _await(lambda: _take(walk, REMINDERS, event))
        if not kept:
            return "lost"
        early = is_sent()
        _send(walk, REMINDERS, kept)
        late = _await(is_sent)
    return f"kept whole, {'sent too early' if early else 'sent afterwards' if late else 'never sent'}"


def _in_a_short_outage(walk: Walk) -> str:
    """The database answers again after the first attempt."""
    event, since = _scheduled(walk), time.time()
    with _due_reminder(walk) as is_sent, _outage(walk) as end:
        _send(walk, REMINDERS, event)
        _await(lambda: _attempts(walk, REMINDERS, since))
        end()
        sent = _await(is_sent)
    kept = _take(walk, REMINDERS, event)
    return f"{'sent by a retry' if sent else 'never sent'}, {'kept too' if kept else 'not kept'}"


def _retries(name: str) -> int:
    return next(each.retries for group in APPLICATION.groups for each in group.functions if each.name == name)


CASES: tuple[Case, ...] = (
    Case(AREA, "an event that no retry mends", f"{1 + _retries(ROTATION)} attempts, kept whole", _hopeless),
    Case(AREA, "an event in an outage", "kept whole, sent afterwards", _in_an_outage),
    Case(AREA, "an event in a short outage", "sent by a retry, not kept", _in_a_short_outage),
)
