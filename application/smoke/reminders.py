"""A scheduled run of the reminders while the database is away."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

from ffp.emulator.smoke import failures
from ffp.emulator.smoke.kit import TENANTS, Case
from ffp.emulator.smoke.walk import Walk

_REMINDERS = "send-reminders"


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
        "resources": [f"arn:aws:scheduler:{region}:{account}:schedule/default/{walk.account.name(_REMINDERS)}"],
        "detail": "{}",
    }


@contextlib.contextmanager
def _outage(walk: Walk) -> Iterator[Callable[[], None]]:
    """The database refuses the reminders' first query, until what this gives is called, or to the end."""

    def run(statement: str) -> None:
        with walk.rows_of(TENANTS[0]) as session:
            session.run(statement)

    end = partial(run, "grant select (tenant_id) on tenants to app")
    run("revoke select on tenants from app")
    try:
        yield end
    finally:
        end()


@contextlib.contextmanager
def _due_reminder(walk: Walk) -> Iterator[Callable[[], bool]]:
    """A reminder that is due, and the question whether it was sent."""
    with walk.rows_of(TENANTS[0]) as session:
        ((reminder,),) = session.run(
            "insert into reminders (tenant_id, user_id, due_at) values (:tenant, :user, now()) returning reminder_id",
            tenant=TENANTS[0],
            user=str(uuid4()),
        )
        which = {"id": reminder}
        try:
            yield lambda: bool(
                session.run("select 1 from reminders where reminder_id = :id and sent_at is not null", **which)
            )
        finally:
            session.run("delete from reminders where reminder_id = :id", **which)


def _in_an_outage(walk: Walk) -> str:
    """What was kept is sent again when the database answers again."""
    event = _scheduled(walk)
    with _due_reminder(walk) as is_sent:
        with _outage(walk):
            failures.send(walk, _REMINDERS, event)
            kept = failures.wait_for(lambda: failures.take(walk, _REMINDERS, event))
        if not kept:
            return "lost"
        early = is_sent()
        failures.send(walk, _REMINDERS, kept)
        late = failures.wait_for(is_sent)
    return f"kept whole, {'sent too early' if early else 'sent afterwards' if late else 'never sent'}"


def _in_a_short_outage(walk: Walk) -> str:
    """The database answers again after the first attempt."""
    event, since = _scheduled(walk), datetime.now(UTC).timestamp()
    with _due_reminder(walk) as is_sent, _outage(walk) as end:
        failures.send(walk, _REMINDERS, event)
        failures.wait_for(lambda: failures.attempts(walk, _REMINDERS, since))
        end()
        sent = failures.wait_for(is_sent)
    kept = failures.take(walk, _REMINDERS, event)
    return f"{'sent by a retry' if sent else 'never sent'}, {'kept too' if kept else 'not kept'}"


CASES: tuple[Case, ...] = (
    Case(failures.AREA, "an event in an outage", "kept whole, sent afterwards", _in_an_outage),
    Case(failures.AREA, "an event in a short outage", "sent by a retry, not kept", _in_a_short_outage),
)
