"""What a log line holds: its fields, and nothing that says who somebody is or lets somebody pass for them."""

import json
import logging
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError
from ffp_lambda import log
from ffp_lambda.errors import FailedCallError

from ffp.project import ROOT
from settings import problems_of
from tests.library.fakes import CONTEXT, TENANT, USER, request_event
from tests.library.languages import Library, NodeLibrary
from tests.library.sample.declaration import TENANCY
from tests.library.sample.functions import count_entries
from tests.library.written import calls, log_fields_of, own_words_of

LogLines = Callable[[], list[dict[str, Any]]]
UUID = "b1f5c7de-1234-4123-9123-123456789012"  # its digits are no telephone number

# Each as somebody might put it into a line by mistake.
PERSONAL = {
    "name": "Nora Quill",
    "name among words": "profile of Nora is missing",
    "name of other letters": "Łucja Żak",
    "e-mail address": "nora@tenant.example",
    "e-mail address among words": "cannot invite nora.quill+knee@tenant.example twice",
    "telephone number": "+44 7700 900123",
    "telephone number without spaces": "07700900123",
    "telephone number in brackets": "(020) 7946 0958",
    "date of birth": "1984-02-29",
    "IPv4 address": "203.0.113.7",
    "short IPv4 address": "10.0.0.1",
    "IPv6 address": "2001:db8::7",
    "IPv6 loopback": "::1",
    "postal address": "12 Harley Street",
    "JSON web token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "beginning of a token": "from eyJhbGciOiJub25l",
    "secret": "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY1",
    "key id": "AKIA" + "IOSFODNN7EXAMPLE",
    "free text": "it hurts when I kneel " * 10,
    "lines": "it hurts\nwhen I kneel",
    "body": '{"note": "it hurts"}',
}
FIELDS = ("action", "request_id", "edgeRequestId", "userId", "tenantId", "error", "outcome", "status", "sent")
FIELDS_OF_CALLS = {"tenantId": "tenant_id", "userId": "user_id"}


def _texts(value: str) -> set[str]:
    """What must not be found: the value, and each of its telling words."""
    return {value} | {word for word in value.split() if len(word) > 5}


def _written(library: Library) -> str:
    """All that was logged, as one text."""
    return json.dumps(library.lines(), ensure_ascii=False)


@pytest.mark.attack
@pytest.mark.parametrize("value", PERSONAL.values(), ids=PERSONAL)
def test_personal_data_is_withheld_from_every_field(library: Library, value: str) -> None:
    for field in FIELDS:
        given: dict[str, Any] = {"action": "act", "request_id": "1", FIELDS_OF_CALLS.get(field, field): value}
        library.write(**given)
        assert library.lines()[-1][{"request_id": "requestId"}.get(field, field)] == log.WITHHELD
    assert not {text for text in _texts(value) if text in _written(library)}


@pytest.mark.attack
@pytest.mark.parametrize("value", PERSONAL.values(), ids=PERSONAL)
def test_personal_data_in_an_action_made_of_parts_is_withheld(library: Library, value: str) -> None:
    library.write(f"invite-{value}", request_id="1")
    assert [line["action"] for line in library.lines()] == [log.WITHHELD]


@pytest.mark.attack
@pytest.mark.parametrize("key", ["email", "displayName", "body", "sourceIp", "token", "name", "message", "args"])
def test_fields_that_are_not_declared_are_left_out(library: Library, key: str) -> None:
    details: dict[str, Any] = {key: "harmless"}
    library.write("act", request_id="1", **details)
    (line,) = library.lines()
    assert line.keys() == {"timestamp", "level", "action", "requestId"}


@pytest.mark.attack
@pytest.mark.parametrize("value", [{"name": "nora"}, ["nora"], True, -1, 447700900123, 1.5], ids=str)
def test_nested_values_and_numbers_of_persons_are_withheld(library: Library, value: Any) -> None:
    fields = ("error", "outcome", "user_id", "status")
    library.write("act", request_id="1", **dict.fromkeys(fields, value))
    (line,) = library.lines()
    assert {line[field] for field in ("error", "outcome", "userId", "status")} == {log.WITHHELD}


@pytest.mark.attack
@pytest.mark.parametrize(
    "value",
    [{"name": "nora"}, ["nora"], b"nora", True, -1, 447700900123, 1.5, Path("nora"), ValueError("nora")],
    ids=lambda value: type(value).__name__,
)
def test_nested_values_and_other_types_are_withheld(value: Any, log_lines: LogLines) -> None:
    fields = ("error", "outcome", "userId", "status")
    log.write("act", request_id="1", **dict.fromkeys(fields, value))
    (line,) = log_lines()
    assert {line[field] for field in fields} == {log.WITHHELD}


@pytest.mark.attack
@pytest.mark.parametrize("personal", ["nora@tenant.example", "Nora Quill"])
def test_the_logger_itself_writes_no_more_than_we_do(personal: str, log_lines: LogLines) -> None:
    log._LOGGER.append_keys(patient=personal, level=personal, timestamp=personal, action=personal)
    try:
        log._LOGGER.info(personal, extra={"email": personal})
        log._LOGGER.info({"note": personal})
        log._LOGGER.warning("act", patient=personal)
    finally:
        log._LOGGER.remove_keys(["patient", "level", "timestamp", "action"])
    assert personal not in json.dumps(log_lines())
    assert len(log_lines()) == 3


@pytest.mark.attack
@pytest.mark.parametrize("personal", ["nora@tenant.example", "Nora Quill"])
def test_powertools_of_node_writes_no_more_either(personal: str) -> None:
    library = NodeLibrary({})  # what is appended stays
    names = ("patient", "timestamp", "action", "message", "level", "environment", "xray_trace_id")
    library.process.ask(logger="append", says=dict.fromkeys(names, personal))
    library.process.ask(logger="info", says=[personal, {"email": personal}])
    library.process.ask(logger="info", says=[{"message": personal, "note": personal}])
    library.process.ask(logger="error", says=["act", {"error": personal, "stack": personal}])
    assert personal not in _written(library)
    # Powertools warns of names that it reserves.
    assert [line["level"] for line in library.lines() if line["level"] != "WARN"] == ["INFO", "INFO", "ERROR"]
    library.process.close()


@pytest.mark.attack
def test_an_exception_is_logged_by_its_kind_alone(log_lines: LogLines) -> None:
    try:
        raise ValueError("Failing row contains (nora, quill)") from KeyError("nora")
    except ValueError as error:
        error.add_note("nora")
        log._LOGGER.exception("act")
        log._LOGGER.error("act", exc_info=error, stack_info=True)
    assert [line["error"] for line in log_lines()] == ["ValueError"] * 2
    assert "nora" not in json.dumps(log_lines())
    assert "Traceback" not in json.dumps(log_lines())


@pytest.mark.attack
@pytest.mark.parametrize("value", PERSONAL.values(), ids=PERSONAL)
def test_what_our_own_errors_say_is_judged_as_well(library: Library, value: str) -> None:
    says = {"says": f"no profile of {value}"}
    for call, event in (("job-that-fails-with", says), ("fail-with", request_event(says))):
        # Lambda logs what is raised, too.
        with pytest.raises(FailedCallError) as raised:
            library.call(call, event)
        assert str(raised.value) == log.WITHHELD
    assert [line["error"] for line in library.lines()] == [log.WITHHELD] * 2


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables of production, before a library reads them."""
    monkeypatch.setenv("ENVIRONMENT", "prod")


@pytest.mark.usefixtures("production")
def test_harmless_values_stand_as_they_were_given(library: Library) -> None:
    told = "2 of 4 reminders could not be published"
    library.write(
        "rotate-database-user-createSecret",
        request_id=UUID,
        tenant_id=TENANT,
        user_id=USER,
        status=200,
        durationMs=12,
        error=told,
    )
    (line,) = library.lines()
    assert datetime.fromisoformat(line["timestamp"]).utcoffset() == timedelta(0)
    assert list(line) == [name for name in log._FIELDS if name in line]
    assert line == {
        "timestamp": line["timestamp"],
        "level": "ERROR",
        "environment": "prod",
        "action": "rotate-database-user-createSecret",
        "tenantId": TENANT,
        "userId": USER,
        "requestId": UUID,
        "status": 200,
        "durationMs": 12,
        "error": told,
    }


@pytest.mark.attack
@pytest.mark.parametrize("name", ["Nora", "Quill"])
def test_a_name_of_one_word_is_no_kind_of_error(library: Library, name: str) -> None:
    library.write("act", request_id="1", error=name)
    assert [line["error"] for line in library.lines()] == [log.WITHHELD]


# A good value of each field that is not the line's own.
GOOD: dict[str, object] = {
    **{"user_id": USER, "tenant_id": TENANT, "client": "meters", "request_id": UUID, "messageId": UUID},
    **{"edgeRequestId": "A" * 54 + "==", "error": "ValueError", "outcome": "created", "secret": "database-users"},
    **dict.fromkeys(("durationMs", "failed", "groups", "memberships", "migrations", "sent", "tries", "users"), 7),
    "status": 200,
}


@pytest.mark.usefixtures("production")
def test_both_write_the_same_fields_in_the_same_order(library: Library) -> None:
    library.write("act", **GOOD)
    (line,) = library.lines()
    assert list(line) == list(log._FIELDS)
    assert log.WITHHELD not in line.values()


KINDS = ["ValueError", "ClientError", "InterfaceError", "Timeout", "gaierror", "Throttling", "AccessDenied"]


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_of_errors_stand(library: Library, kind: str) -> None:
    library.write("act", request_id="1", error=kind)
    assert [line["error"] for line in library.lines()] == [kind]


@pytest.mark.attack
def test_what_libraries_send_is_written_nowhere_whatever_the_root_writes(caplog: pytest.LogCaptureFixture) -> None:
    once = Config(retries={"total_max_attempts": 1})
    client = boto3.client("secretsmanager", endpoint_url="http://127.0.0.1:1", config=once)
    with caplog.at_level(logging.DEBUG), pytest.raises(EndpointConnectionError):
        client.put_secret_value(SecretId="key", SecretString="hunter2")
    assert "hunter2" not in caplog.text


def test_one_line_goes_to_standard_output_and_nothing_elsewhere() -> None:
    code = (
        "import logging; from ffp_lambda import log; logging.basicConfig(level=0); log.write('act', request_id='1');"
        "log._LOGGER.info('%s and %s', 'nora')"  # too few arguments, which `logging` would print
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT / "library/python"
    )
    assert [json.loads(line)["action"] for line in done.stdout.splitlines()] == ["act", log.WITHHELD]
    assert done.stderr == ""


def test_the_library_logs_declared_fields_alone() -> None:
    assert len(calls("library", "log.write")) >= 5
    assert log_fields_of("library") <= log._FIELDS.keys()


def test_all_that_the_librarys_own_errors_say_may_be_logged() -> None:
    texts = own_words_of("library", "FailedCallError")
    assert len(texts) >= 8
    assert [log.describe_error(FailedCallError(text)) for text in texts] == texts


@pytest.mark.attack
def test_what_a_driver_says_of_a_failed_job_is_written_nowhere(
    monkeypatch: pytest.MonkeyPatch, log_lines: LogLines
) -> None:
    def fail() -> None:
        raise RuntimeError("Failing row contains (Jane Doe)")

    monkeypatch.setattr(count_entries, "tenants", fail)
    with pytest.raises(FailedCallError, match=r"^RuntimeError$") as raised:
        count_entries.handler({}, CONTEXT)
    assert raised.value.__context__ is None
    (line,) = log_lines()
    assert (line["action"], line["level"], line["error"]) == ("count-entries", "ERROR", "RuntimeError")


def test_no_other_field_of_a_line_can_be_the_tenants() -> None:
    others = log._FIELDS.keys() | vars(logging.makeLogRecord({})).keys() | {"message", "asctime"}
    assert [name for name in others - {TENANCY.log_field} if not problems_of(replace(TENANCY, log_field=name))] == []
