"""Events of a bucket: what is read of them, what comes again, and what is logged."""

import json
from typing import Any

import pytest
from ffp_lambda.errors import FailedCallError
from ffp_lambda.log import WITHHELD

from tests.library.fakes import CONTEXT, TENANT
from tests.library.languages import Library
from tests.library.sample.declaration import TENANCY

KEY = "media/letter.txt"
ASSET = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
FAILS = {"python": "ValueError", "typescript": "RangeError"}


@pytest.fixture(autouse=True)
def nothing_read(library: Library) -> None:
    """What another test left is not this one's."""
    library.call("letters-read", {})


def _record(key: str = KEY, name: str = "ObjectCreated:Put", **entity: Any) -> dict[str, Any]:
    return {
        "eventName": name,
        "s3": {
            "bucket": {"name": "prod-ffp-media", "arn": "arn:aws:s3:::prod-ffp-media"},
            "object": {"key": key, "size": 12, "versionId": "v1", "sequencer": "0A", **entity},
        },
    }


def _handled(library: Library, *records: Any, than: str = "") -> list[dict[str, Any]]:
    """The events that were handled, and whether each is older than a sequencer."""
    library.call("read-letter", {"Records": list(records)})
    return _read(library, than)


def _read(library: Library, than: str = "") -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = library.call("letters-read", {"than": than})
    return read


def test_a_created_object_is_told_with_bucket_key_size_and_version(library: Library) -> None:
    assert _handled(library, _record()) == [
        {
            "is_created": True,
            "bucket": "prod-ffp-media",
            "key": KEY,
            "size": 12,
            "version": "v1",
            "sequencer": "0A",
            "request_id": CONTEXT.aws_request_id,
            "is_older": False,
        }
    ]


@pytest.mark.parametrize("name", ["Put", "Post", "Copy", "CompleteMultipartUpload"])
def test_an_object_is_created_in_whatever_way_it_was_written(library: Library, name: str) -> None:
    assert [each["is_created"] for each in _handled(library, _record(name=f"ObjectCreated:{name}"))] == [True]


@pytest.mark.parametrize(
    "name", ["ObjectRemoved:DeleteMarkerCreated", "ObjectRemoved:Delete", "LifecycleExpiration:DeleteMarkerCreated"]
)
def test_a_removed_object_has_no_size(library: Library, name: str) -> None:
    (event,) = _handled(library, _record(name=name))
    assert (event["is_created"], event["size"], event["version"]) == (False, None, "v1")


def test_an_object_without_size_version_or_sequencer_is_told_without_them(library: Library) -> None:
    record = _record()
    record["s3"]["object"] = {"key": KEY}
    (event,) = _handled(library, record)
    assert (event["size"], event["version"], event["sequencer"]) == (None, None, "")


@pytest.mark.parametrize(
    ("encoded", "key"),
    [
        ("my+letter.txt", "my letter.txt"),
        ("a%2Bb.txt", "a+b.txt"),
        ("%C3%A9t%C3%A9/100%25.txt", "été/100%.txt"),
        ("media/..%2F..%2Fsecret", "media/../../secret"),
        ("a%252Fb", "a%2Fb"),
        ("100%/a", "100%/a"),
    ],
)
def test_a_key_is_decoded_once_as_s3_encoded_it(library: Library, encoded: str, key: str) -> None:
    assert [each["key"] for each in _handled(library, _record(encoded))] == [key]


def test_the_same_event_twice_is_handled_twice_alike(library: Library) -> None:
    first, second = _handled(library, _record(), _record())
    assert first == second


def test_after_a_failure_the_others_are_handled_and_the_call_comes_again(library: Library) -> None:
    with pytest.raises(FailedCallError, match=f"1 of 3 events failed: {FAILS[library.language]}"):
        _handled(library, _record("a"), _record("fails"), _record("b"))
    assert [each["key"] for each in _read(library)] == ["a", "b"]


@pytest.mark.parametrize(
    "record",
    [
        {},
        [],
        {"eventName": "ObjectCreated:Put"},
        _record(name="ObjectTagging:Put"),
        _record(None),  # type: ignore[arg-type]
        _record("%FF"),
        _record("%C3x"),
        _record(size="large"),
        {"eventName": "ObjectCreated:Put", "s3": {"bucket": {}, "object": {"key": KEY}}},
    ],
)
def test_what_is_no_event_of_an_object_fails_and_is_kept(library: Library, record: Any) -> None:
    with pytest.raises(FailedCallError, match="1 of 1 events failed: the event must be"):
        _handled(library, record)
    assert _read(library) == []


def test_the_test_of_a_new_notification_is_no_event(library: Library) -> None:
    library.call("read-letter", {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "prod-ffp-media"})
    assert (_read(library), library.lines()) == ([], [])


def test_each_event_writes_one_line_and_none_names_the_object(library: Library) -> None:
    with pytest.raises(FailedCallError):
        _handled(library, _record("fails"), _record("anna-smith.mp4"))
    lines = library.lines()
    assert [(each["action"], each.get("error")) for each in lines] == [
        ("read-letter", FAILS[library.language]),
        ("read-letter", None),
    ]
    assert {each["requestId"] for each in lines} == {CONTEXT.aws_request_id}
    assert "anna" not in json.dumps(lines).lower()


def test_what_the_function_returns_is_the_outcome_that_is_logged(library: Library) -> None:
    _handled(library, _record(), _record(name="ObjectRemoved:Delete"))
    assert [each["outcome"] for each in library.lines()] == ["read", WITHHELD]


def test_the_message_of_an_error_is_withheld_where_it_could_quote_data(library: Library) -> None:
    with pytest.raises(FailedCallError) as raised:
        _handled(library, _record("refuses"))
    (line,) = library.lines()
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
def test_sequencers_tell_the_order_of_two_events_of_one_key(
    library: Library, own: str, other: str, is_older: bool
) -> None:
    (event,) = _handled(library, _record(sequencer=own), than=other)
    assert event["is_older"] is is_older


def test_the_key_of_an_asset_tells_its_tenant(library: Library) -> None:
    key = f"{TENANCY.media_prefix}/{TENANT}/{ASSET}/talk.mp3"
    assert library.call("asset-of", {"key": key}) == [TENANT, ASSET, "talk.mp3"]


@pytest.mark.attack
@pytest.mark.parametrize(
    "key",
    [
        "",
        f"{TENANT}/{ASSET}/talk.mp3",
        f"other/{TENANT}/{ASSET}/talk.mp3",
        f"{{prefix}}/{TENANT}/{ASSET}",
        f"{{prefix}}/{TENANT}/{ASSET}/",
        f"{{prefix}}/{TENANT}/{ASSET}/more/talk.mp3",
        f"/{{prefix}}/{TENANT}/{ASSET}/talk.mp3",
        f"{{prefix}}/{TENANT.upper()}/{ASSET}/talk.mp3",
        f"{{prefix}}/{TENANT}/../talk.mp3",
        f"{{prefix}}/everybody/{ASSET}/talk.mp3",
    ],
)
def test_no_other_key_tells_a_tenant(library: Library, key: str) -> None:
    assert library.call("asset-of", {"key": key.format(prefix=TENANCY.media_prefix)}) is None
