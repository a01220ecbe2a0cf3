"""Messages of a queue: which come again, in which order, and what is logged of them."""

import json
from typing import Any
from uuid import UUID

import pytest
from ffp_lambda.log import WITHHELD

from tests.library.fakes import CONTEXT, TENANT
from tests.library.languages import Library


def _record(number: int, body: object, *, group: str | None = None, tries: int = 1) -> dict[str, Any]:
    attributes = {"ApproximateReceiveCount": str(tries)} | ({"MessageGroupId": group} if group else {})
    text = body if isinstance(body, str) else json.dumps(body)
    return {"messageId": str(UUID(int=number)), "attributes": attributes, "body": text}


def _handled(library: Library, *records: dict[str, Any]) -> tuple[list[int], list[int]]:
    """The messages of a batch that were handled, and those that come again, by their numbers."""
    answer = library.call("write-goal", {"Records": list(records)})
    again = [UUID(each["itemIdentifier"]).int for each in answer["batchItemFailures"]]
    handled = [UUID(line["messageId"]).int for line in library.lines() if line["action"] == "handled"]
    return handled, again


GOOD, BAD = {"title": "walk"}, {"fails": True}


def test_only_what_failed_comes_again(library: Library) -> None:
    assert _handled(library, _record(1, GOOD), _record(2, BAD), _record(3, GOOD)) == ([1, 3], [2])


def test_nothing_comes_again_after_success(library: Library) -> None:
    assert _handled(library, _record(1, GOOD), _record(2, GOOD)) == ([1, 2], [])


def test_everything_comes_again_if_all_fails(library: Library) -> None:
    assert _handled(library, _record(1, BAD), _record(2, BAD)) == ([], [1, 2])


def test_what_is_behind_a_failure_in_its_message_group_waits_and_no_other_group_does(library: Library) -> None:
    batch = (
        _record(1, GOOD, group="a"),
        _record(2, BAD, group="a"),
        _record(3, GOOD, group="b"),
        _record(4, GOOD, group="a"),
    )
    assert _handled(library, *batch) == ([1, 3], [2, 4])


@pytest.mark.parametrize("body", ["no json", "[]", '"text"', "[" * 100_000, {"title": ""}, {"title": "x" * 11}, {}])
def test_a_message_of_another_shape_comes_again_until_it_is_a_dead_letter(library: Library, body: object) -> None:
    assert _handled(library, _record(1, body)) == ([], [1])


def test_each_message_writes_one_line_with_its_id_and_tries(library: Library) -> None:
    _handled(library, _record(1, GOOD), _record(2, BAD, tries=3), _record(3, {"title": ""}))
    lines = [line for line in library.lines() if line["action"] == "write-goal"]
    assert [(UUID(each["messageId"]).int, each["tries"], each.get("error")) for each in lines] == [
        (1, 1, None),
        (2, 3, {"python": "ValueError", "typescript": "RangeError"}[library.language]),
        (3, 1, "title must be a text of 1 to 10 characters"),
    ]
    assert {each["requestId"] for each in lines} == {CONTEXT.aws_request_id}
    assert "Anna" not in json.dumps(lines)


def test_the_message_of_an_error_is_withheld_where_it_could_quote_data(library: Library) -> None:
    _handled(library, _record(1, {"refuses": True}))
    (line,) = library.lines()
    assert line["error"] == WITHHELD


def test_the_tenant_is_the_one_that_the_message_names(library: Library) -> None:
    assert _handled(library, _record(1, {"names": True, "tenantId": TENANT})) == ([1], [])
    assert [line["tenantId"] for line in library.lines() if line["action"] == "named"] == [TENANT]


def test_the_tenant_of_a_buss_event_is_the_one_that_its_detail_names(library: Library) -> None:
    event = {"detail-type": "AppointmentProcessed", "detail": {"tenantId": TENANT}}
    assert _handled(library, _record(1, {"names": True, **event})) == ([1], [])
    assert [line["tenantId"] for line in library.lines() if line["action"] == "named"] == [TENANT]
    for number, detail in enumerate([{}, None, TENANT, {"tenantId": "everybody"}], start=2):
        other = {"names": True, **event, "detail": detail, "tenantId": TENANT}
        assert _handled(library, _record(number, other))[1] == [number]


@pytest.mark.parametrize("tenant", [None, "", "everybody", TENANT.upper(), 1, [TENANT]])
def test_a_message_of_no_tenant_is_refused(library: Library, tenant: object) -> None:
    assert _handled(library, _record(1, {"names": True, "tenantId": tenant})) == ([], [1])
    assert library.lines()[-1]["error"] == "the message must name a tenant"
