"""Messages and events of a clinic flow on the emulator: from a route to two countries, to a bus, and to their end.

Queues, functions and the bus let in only what the settings name, and the emulator asks them.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import pytest
import requests
from botocore.exceptions import ClientError

from ffp.emulator import data
from ffp.emulator.account import Account
from ffp.emulator.smoke.kit import TENANTS
from ffp.emulator.smoke.walk import Walk
from settings.names import dead_letters, undelivered
from tests.emulator.changing_platform import ChangingPlatform, settings
from tests.launches import account_in, started
from tests.sample.clinic import APPLICATION

PATIENCE_SECONDS = 60
INSURED = "12345"

_ALL = settings(application=vars(APPLICATION), database={"authentication": "secret"})
_FLOWING = ("aws_cloudwatch_event_", "aws_lambda_", "aws_sns_", "aws_sqs_")
CLINIC = replace(_ALL, leaves_out=tuple(each for each in _ALL.leaves_out if not each.startswith(_FLOWING)))


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChangingPlatform]:
    """The clinic with its database, its tenants and their users."""
    folder: Path = tmp_path_factory.mktemp("clinic")
    account = Account(account_in(folder).home, CLINIC)
    with started(ChangingPlatform(account, print, folder / "out")) as platform:
        platform.begin(CLINIC)
        data.prepare(account, platform.outputs())
        yield platform


@pytest.fixture(scope="module")
def walk(clinic: ChangingPlatform) -> Walk:
    return Walk.on(clinic)


def _client(clinic: ChangingPlatform, service: str, group: str = "") -> Any:
    account = clinic.account
    session = account.as_role(group, account.name(f"{group}-session")) if group else account.root
    return account.client(session, service)


def _queue(clinic: ChangingPlatform, name: str) -> str:
    return cast(str, _client(clinic, "sqs").get_queue_url(QueueName=clinic.account.name(name))["QueueUrl"])


def _take(clinic: ChangingPlatform, name: str) -> list[str]:
    received = _client(clinic, "sqs").receive_message(QueueUrl=_queue(clinic, name), MaxNumberOfMessages=10)
    return [each["Body"] for each in received.get("Messages", ())]


def _wait_for(condition: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.2)


def _token(walk: Walk, role: str, tenant: str = TENANTS[0]) -> str:
    (user,) = (each for each in walk.users if (each.role, each.tenant_id) == (role, tenant))
    return walk.sign_in(user).access


def _create(walk: Walk, role: str = "clerk", **other: Any) -> requests.Response:
    appointment = {"insuredId": INSURED, "scheduleId": 7, "country": "PE", **other}
    return walk.call("POST", "/api/appointments", token=_token(walk, role), body=appointment)


def _created(walk: Walk, **other: Any) -> str:
    answer = _create(walk, **other)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["appointmentId"])


def _listed(walk: Walk, insured: str = INSURED, tenant: str = TENANTS[0], role: str = "doctor") -> dict[str, str]:
    """The states of an insured person's appointments."""
    answer = walk.call("GET", f"/api/appointments/{insured}", token=_token(walk, role, tenant))
    assert answer.status_code == 200, answer.text
    return {each["appointmentId"]: each["status"] for each in answer.json()["appointments"]}


def _stored(walk: Walk, appointment: str) -> list[str]:
    """The countries that have stored an appointment."""
    with walk.rows_of(TENANTS[0]) as session:
        found = session.run("select country from appointments_of_countries where appointment_id = :id", id=appointment)
    return [country for (country,) in found or ()]


@pytest.mark.parametrize("country", ["PE", "CL"])
def test_an_appointment_reaches_its_country_alone_and_is_completed(walk: Walk, country: str) -> None:
    appointment = _created(walk, country=country)
    _wait_for(lambda: _listed(walk)[appointment] == "completed")
    assert _stored(walk, appointment) == [country]


@pytest.mark.attack
def test_another_tenant_lists_none_of_them(walk: Walk) -> None:
    appointment = _created(walk, insuredId="54321")
    assert appointment in _listed(walk, "54321")
    assert _listed(walk, "54321", TENANTS[1]) == {}


@pytest.mark.attack
def test_whoever_may_only_read_makes_none(walk: Walk) -> None:
    assert _create(walk, role="doctor").status_code == 403


@pytest.mark.parametrize(
    ("refused", "status"),
    [({"country": "AR"}, 422), ({"insuredId": "1"}, 400), ({"insuredId": 12345}, 400), ({"scheduleId": 1.5}, 400)],
)
def test_what_is_refused_is_not_stored(walk: Walk, refused: dict[str, Any], status: int) -> None:
    before = _listed(walk)
    assert _create(walk, **refused).status_code == status
    assert _listed(walk).keys() == before.keys()


def test_a_list_is_of_one_insured_person(walk: Walk) -> None:
    token = _token(walk, "doctor")
    assert walk.call("GET", "/api/appointments/12", token=token).status_code == 400
    assert _listed(walk, "99999") == {}


def test_a_message_that_nobody_can_handle_is_a_dead_letter(clinic: ChangingPlatform, walk: Walk) -> None:
    url = _queue(clinic, "appointments-pe")
    _client(clinic, "sqs").set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "1"})
    appointment = _created(walk, scheduleId=1000)  # which no country has
    _wait_for(lambda: any(appointment in body for body in _take(clinic, dead_letters("appointments-pe"))))
    assert (_stored(walk, appointment), _listed(walk)[appointment]) == ([], "pending")


def test_an_event_that_its_target_refuses_is_kept(clinic: ChangingPlatform) -> None:
    id_ = str(uuid4())
    sqs, url = _client(clinic, "sqs"), _queue(clinic, "completed")
    policy = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"]
    closed = json.loads(policy)
    closed["Statement"] = [each for each in closed["Statement"] if each["Effect"] == "Deny"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(closed)})
    try:
        _emit(clinic, "stores", id_)
        kept = _take(clinic, undelivered("clinic"))
    finally:
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    assert [json.loads(each)["detail"] for each in kept] == [{"id": id_}]


def _emit(clinic: ChangingPlatform, group: str, id_: str = "", **other: str) -> None:
    entry = {
        "EventBusName": clinic.account.name("clinic"),
        "Source": "clinic.appointments",
        "DetailType": "AppointmentProcessed",
        "Detail": json.dumps({"id": id_}),
    }
    answer = _client(clinic, "events", group).put_events(Entries=[entry | other])
    assert answer["FailedEntryCount"] == 0, answer


@pytest.mark.parametrize(
    ("group", "other"),
    [
        ("stores", {"Source": "clinic.payments"}),
        ("stores", {"DetailType": "AppointmentDeleted"}),
        ("stores", {"EventBusName": "default"}),
        ("ends", {}),
        ("callers", {}),
    ],
)
def test_only_bound_groups_emit_and_only_what_their_binding_says(
    clinic: ChangingPlatform, group: str, other: dict[str, str]
) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        _emit(clinic, group, **other)


@pytest.mark.parametrize(
    ("group", "function_name", "qualifier"),
    [("stores", "check-appointment", "live"), ("callers", "check-appointment", ""), ("callers", "hear", "live")],
)
def test_only_bound_groups_call_a_function_and_only_its_alias(
    clinic: ChangingPlatform, group: str, function_name: str, qualifier: str
) -> None:
    named = {"FunctionName": clinic.account.name(function_name), **({"Qualifier": qualifier} if qualifier else {})}
    with pytest.raises(ClientError, match="AccessDenied"):
        _client(clinic, "lambda", group).invoke(**named, Payload=b'{"country": "PE"}')


def test_a_second_apply_has_nothing_to_do(clinic: ChangingPlatform) -> None:
    changes = [each for each in clinic.plan() if "event" in each or "lambda" in each]
    assert changes == []
