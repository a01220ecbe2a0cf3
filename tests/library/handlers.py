"""Handlers that do little more than call the library; `typescript/handlers.ts` has the same ones, by the same names."""

from collections.abc import Callable, Mapping
from typing import Any

from ffp_lambda import log
from ffp_lambda.bucket import ObjectEvent, watcher
from ffp_lambda.database import rows, tenant_session
from ffp_lambda.deliveries import once
from ffp_lambda.errors import FailedCallError, RefusalError
from ffp_lambda.http import MachineRequest, Request, Response, endpoint, machine_endpoint, response
from ffp_lambda.job import job
from ffp_lambda.media import asset_of
from ffp_lambda.queue import Message, consumer
from ffp_lambda.webhook import STANDARD, Delivery, receiver

from tests.library.sample.functions import count_entries, hear_partner, read_entries, sign_address, write_entry


@endpoint("echo-caller")
def echo_caller(request: Request) -> Response:
    return response(200, vars(request.caller))


@machine_endpoint("echo-machine")
def echo_machine(request: MachineRequest) -> Response:
    machine = request.machine
    return response(200, {"name": machine.name, "client_id": machine.client_id, "tenant_id": machine.tenant_id})


@machine_endpoint("bodies-of-machine")
def bodies_of_machine(request: MachineRequest) -> Response:
    with tenant_session(request.machine.tenant_id or "none") as session:
        return response(200, [row["body"] for row in rows(session, "select body from entries order by body")])


@machine_endpoint("fail-of-machine")
def fail_of_machine(request: MachineRequest) -> Response:
    raise ValueError("Failing row contains (Jane Doe)")


@endpoint("echo-body")
def echo_body(request: Request) -> Response:
    body = request.body()
    return response(
        200,
        {
            "text": body.text("text", maximum=5),
            "number": body.whole_number("number", minimum=1, maximum=9),
            "uuid": body.uuid("uuid"),
        },
    )


@endpoint("echo-inner")
def echo_inner(request: Request) -> Response:
    inner = request.body().object("inner").object("most")
    return response(
        200, {"path": request.path("place_id.of-list"), "number": inner.whole_number("number", minimum=1, maximum=9)}
    )


@endpoint("page")
def page(request: Request) -> Response:
    return response(200, request.page_size())


@endpoint("act", roles=frozenset({"organiser"}))
def organisers_only(request: Request) -> Response:
    return response(200, {})


@endpoint("slow", roles=frozenset({"organiser"}), at_least_seconds=0.4)
def slow(request: Request) -> Response:
    return response(200, request.path_uuid("id"))


@endpoint("fail")
def fail(request: Request) -> Response:
    raise ValueError("Failing row contains (Jane Doe)") from KeyError("Jane Doe")


@endpoint("act")
def fail_with(request: Request) -> Response:
    raise FailedCallError(request.body().text("says", maximum=1000))


@job("act")
def job_that_fails_with(event: dict[str, Any], context: object) -> None:
    raise FailedCallError(event["says"])


@consumer("write-goal")
def write_goal(message: Message) -> None:
    body = message.body()
    if body.fields.get("fails"):
        raise ValueError("Anna Smith")
    if body.fields.get("refuses"):
        raise RefusalError(400, "Anna Smith is unknown")
    if body.fields.get("names"):
        log.write("named", request_id=message.request_id, tenant_id=message.tenant_id)
    else:
        body.text("title", maximum=10)
    log.write("handled", request_id=message.request_id, messageId=message.id)


_LETTERS: list[ObjectEvent] = []


@watcher("read-letter")
def read_letter(event: ObjectEvent) -> str:
    if event.key == "fails":
        raise ValueError("Anna Smith")
    if event.key == "refuses":
        raise RefusalError(400, "Anna Smith is unknown")
    _LETTERS.append(event)
    return "read" if event.is_created else "Anna Smith"


def letters_read(event: dict[str, str], context: object) -> list[dict[str, Any]]:
    """The events that were handled since the last call, and whether each is older than a sequencer."""
    found = [{**vars(each), "is_older": each.is_older_than(event.get("than", ""))} for each in _LETTERS]
    _LETTERS.clear()
    return found


@receiver("hear-partner", signed_with="partner", form=STANDARD)
def hear_for_another(delivery: Delivery) -> Response:
    body = delivery.body()
    with tenant_session(str(body.uuid("tenantId"))) as session:
        once(session, delivery, str(body.uuid("recordedFor")))
    return response(201, {})


HANDLERS: Mapping[str, Callable[..., Any]] = {
    "echo-caller": echo_caller,
    "echo-body": echo_body,
    "echo-inner": echo_inner,
    "echo-machine": echo_machine,
    "bodies-of-machine": bodies_of_machine,
    "fail-of-machine": fail_of_machine,
    "page": page,
    "organisers-only": organisers_only,
    "slow": slow,
    "fail": fail,
    "fail-with": fail_with,
    "job-that-fails-with": job_that_fails_with,
    "write-goal": write_goal,
    "write-entry": write_entry.handler,
    "read-entries": read_entries.handler,
    "count-entries": count_entries.handler,
    "sign-address": sign_address.handler,
    "asset-of": lambda event, _: (place := asset_of(event["key"])) and list(place),
    "read-letter": read_letter,
    "letters-read": letters_read,
    "hear-partner": hear_partner.handler,
    "hear-for-another": hear_for_another,
}
