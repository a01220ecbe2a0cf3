"""Events of a bucket: what is read of them, what comes again, and what is logged."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from ffp_lambda.bucket import ObjectEvent, watcher
from ffp_lambda.errors import FailedCallError, RefusalError
from ffp_lambda.log import WITHHELD

from tests.library.fakes import CONTEXT

LogLines = Callable[[], list[dict[str, Any]]]
KEY = "media/letter.txt"


def _record(key: str = KEY, name: str = "ObjectCreated:Put", **entity: Any) -> dict[str, Any]:
    return {
        "eventName": name,
        "s3": {
            "bucket": {"name": "prod-ffp-media", "arn": "arn:aws:s3:::prod-ffp-media"},
            "object": {"key": key, "size": 12, "versionId": "v1", "sequencer": "0A", **entity},
        },
    }


def _handled(*records: Any) -> list[ObjectEvent]:
    handled: list[ObjectEvent] = []

    @watcher("read-letter")
    def handler(event: ObjectEvent) -> None:
        if event.key == "fails":
            raise ValueError("Anna Smith")
        handled.append(event)

    handler({"Records": list(records)}, CONTEXT)
    return handled


def test_a_created_object_is_told_with_bucket_key_size_and_version() -> None:
    assert _handled(_record()) == [
        ObjectEvent(
            is_created=True,
            bucket="prod-ffp-media",
            key=KEY,
            size=12,
            version="v1",
            sequencer="0A",
            request_id=CONTEXT.aws_request_id,
        )
    ]


@pytest.mark.parametrize("name", ["Put", "Post", "Copy", "CompleteMultipartUpload"])
def test_an_object_is_created_in_whatever_way_it_was_written(name: str) -> None:
    assert [each.is_created for each in _handled(_record(name=f"ObjectCreated:{name}"))] == [True]


@pytest.mark.parametrize(
    "name", ["ObjectRemoved:DeleteMarkerCreated", "ObjectRemoved:Delete", "LifecycleExpiration:DeleteMarkerCreated"]
)
def test_a_removed_object_has_no_size(name: str) -> None:
    (event,) = _handled(_record(name=name))
    assert (event.is_created, event.size, event.version) == (False, None, "v1")


def test_an_object_without_size_version_or_sequencer_is_told_without_them() -> None:
    record = _record()
    record["s3"]["object"] = {"key": KEY}
    (event,) = _handled(record)
    assert (event.size, event.version, event.sequencer) == (None, None, "")


@pytest.mark.parametrize(
    ("encoded", "key"),
    [
        ("my+letter.txt", "my letter.txt"),
        ("a%2Bb.txt", "a+b.txt"),
        ("%C3%A9t%C3%A9/100%25.txt", "été/100%.txt"),
        ("media/..%2F..%2Fsecret", "media/../../secret"),
        ("a%252Fb", "a%2Fb"),
    ],
)
def test_a_key_is_decoded_once_as_s3_encoded_it(encoded: str, key: str) -> None:
    assert [each.key for each in _handled(_record(encoded))] == [key]


def test_the_same_event_twice_is_handled_twice_alike() -> None:
    first, second = _handled(_record(), _record())
    assert first == second


def test_after_a_failure_the_others_are_handled_and_the_call_comes_again() -> None:
    handled: list[str] = []

    @watcher("read-letter")
    def handler(event: ObjectEvent) -> None:
        if event.key == "fails":
            raise ValueError("Anna Smith")
        handled.append(event.key)

    with pytest.raises(FailedCallError, match="1 of 3 events failed: ValueError"):
        handler({"Records": [_record("a"), _record("fails"), _record("b")]}, CONTEXT)
    assert handled == ["a", "b"]


@pytest.mark.parametrize(
    "record",
    [
        {},
        [],
        {"eventName": "ObjectCreated:Put"},
        _record(name="ObjectTagging:Put"),
        _record(None),  # type: ignore[arg-type]
        _record("%FF"),
        _record(size="large"),
        {"eventName": "ObjectCreated:Put", "s3": {"bucket": {}, "object": {"key": KEY}}},
    ],
)
def test_what_is_no_event_of_an_object_fails_and_is_kept(record: Any) -> None:
    with pytest.raises(FailedCallError, match="1 of 1 events failed: the event must be"):
        _handled(record)


def test_the_test_of_a_new_notification_is_no_event() -> None:
    @watcher("read-letter")
    def handler(event: ObjectEvent) -> None:
        raise AssertionError(event)

    handler({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "prod-ffp-media"}, CONTEXT)


def test_each_event_writes_one_line_and_none_names_the_object(log_lines: LogLines) -> None:
    with pytest.raises(FailedCallError):
        _handled(_record("fails"), _record("anna-smith.mp4"))
    lines = log_lines()
    assert [(each["action"], each.get("error")) for each in lines] == [
        ("read-letter", "ValueError"),
        ("read-letter", None),
    ]
    assert {each["requestId"] for each in lines} == {CONTEXT.aws_request_id}
    assert "anna" not in json.dumps(lines).lower()


def test_what_the_function_returns_is_the_outcome_that_is_logged(log_lines: LogLines) -> None:
    @watcher("read-letter")
    def handler(event: ObjectEvent) -> str:
        return "read" if event.is_created else "Anna Smith"

    handler({"Records": [_record(), _record(name="ObjectRemoved:Delete")]}, CONTEXT)
    assert [each["outcome"] for each in log_lines()] == ["read", WITHHELD]


def test_the_message_of_an_error_is_withheld_where_it_could_quote_data(log_lines: LogLines) -> None:
    @watcher("read-letter")
    def handler(event: ObjectEvent) -> None:
        raise RefusalError(400, "Anna Smith is unknown")

    with pytest.raises(FailedCallError) as raised:
        handler({"Records": [_record()]}, CONTEXT)
    (line,) = log_lines()
    assert line["error"] == WITHHELD
    assert "Anna" not in str(raised.value)


@pytest.mark.parametrize(
    ("own", "other", "is_older"),
    [
        ("0055AED6DCD90281E5", "0055AED6DCD90281E6", True),
        ("0055AED6DCD90281E6", "0055AED6DCD90281E5", False),
        ("0055AED6DCD90281E5", "0055AED6DCD90281E5", False),
        ("0A", "0A01", True),  # the shorter is filled with zeros on its right
        ("0B", "0A01", False),
        ("0A", "0A00", False),
        ("0a", "0B", True),
    ],
)
def test_sequencers_tell_the_order_of_two_events_of_one_key(own: str, other: str, is_older: bool) -> None:
    (event,) = _handled(_record(sequencer=own))
    assert event.is_older_than(other) is is_older


def _scan(status: str = "NO_THREATS_FOUND", key: str = "media/one+two%20.mp4") -> dict[str, Any]:
    """What GuardDuty puts onto the default bus, in the form of its documentation."""
    return {
        "source": "aws.guardduty",
        "detail-type": "GuardDuty Malware Protection Object Scan Result",
        "detail": {
            "schemaVersion": "1.0",
            "scanStatus": "COMPLETED",
            "resourceType": "S3_OBJECT",
            "s3ObjectDetails": {
                "bucketName": "prod-ffp-media",
                "objectKey": key,
                "eTag": "e",
                "versionId": "v1",
                "s3Throttled": False,
            },
            "scanResultDetails": {"scanResultStatus": status, "threats": None},
        },
    }


def _after(scan: dict[str, Any]) -> list[ObjectEvent]:
    handled: list[ObjectEvent] = []

    @watcher("read-letter")
    def handler(event: ObjectEvent) -> None:
        handled.append(event)

    handler(scan, CONTEXT)
    return handled


def test_an_object_that_a_scan_found_clean_is_told_like_one_that_was_created() -> None:
    assert _after(_scan()) == [
        ObjectEvent(
            is_created=True,
            bucket="prod-ffp-media",
            key="media/one+two%20.mp4",  # EventBridge does not encode it
            size=None,
            version="v1",
            sequencer="",
            request_id=CONTEXT.aws_request_id,
        )
    ]


@pytest.mark.parametrize("status", ["THREATS_FOUND", "UNSUPPORTED", "ACCESS_DENIED", "FAILED"])
def test_what_a_scan_did_not_find_clean_reaches_no_handler(status: str) -> None:
    with pytest.raises(FailedCallError, match="found the object clean"):
        _after(_scan(status))


def test_a_scan_tells_no_order() -> None:
    (scanned,) = _after(_scan())
    assert not scanned.is_older_than("0A")
