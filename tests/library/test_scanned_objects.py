"""Objects of a bucket that GuardDuty scans: a handler hears of each that was found clean, and of no other."""

from typing import Any

import pytest
from ffp_lambda.errors import FailedCallError

from tests.library.fakes import CONTEXT
from tests.library.languages import Library


@pytest.fixture(autouse=True)
def nothing_read(library: Library) -> None:
    """What another test left is not this one's."""
    library.call("letters-read", {})


def _scan(status: str = "NO_THREATS_FOUND", **scanned: Any) -> dict[str, Any]:
    """What GuardDuty puts onto the default bus, in the form of its documentation."""
    found = {"bucketName": "prod-ffp-media", "objectKey": "media/one+two%20.mp4", "versionId": "v1", "eTag": "e"}
    return {
        "source": "aws.guardduty",
        "detail-type": "GuardDuty Malware Protection Object Scan Result",
        "detail": {
            "schemaVersion": "1.0",
            "scanStatus": "COMPLETED",
            "resourceType": "S3_OBJECT",
            "s3ObjectDetails": {**found, "s3Throttled": False, **scanned},
            "scanResultDetails": {"scanResultStatus": status, "threats": None},
        },
    }


def _handled(library: Library, scan: dict[str, Any]) -> list[dict[str, Any]]:
    library.call("read-letter", scan)
    read: list[dict[str, Any]] = library.call("letters-read", {"than": "0A"})
    return read


def test_a_clean_object_is_told_like_one_that_was_created_and_no_order_is_told(library: Library) -> None:
    assert _handled(library, _scan()) == [
        {
            "is_created": True,
            "bucket": "prod-ffp-media",
            "key": "media/one+two%20.mp4",  # EventBridge does not encode it
            "size": None,
            "version": "v1",
            "sequencer": "",
            "request_id": CONTEXT.aws_request_id,
            "is_older": False,
        }
    ]


@pytest.mark.attack
@pytest.mark.parametrize("status", ["THREATS_FOUND", "UNSUPPORTED", "ACCESS_DENIED", "FAILED"])
def test_what_a_scan_did_not_find_clean_reaches_no_handler(library: Library, status: str) -> None:
    with pytest.raises(FailedCallError, match="found the object clean"):
        library.call("read-letter", _scan(status))
    assert library.call("letters-read", {}) == []


@pytest.mark.parametrize("scanned", [{"bucketName": None}, {"objectKey": None}])
def test_a_result_without_its_object_fails_and_is_kept(library: Library, scanned: dict[str, Any]) -> None:
    with pytest.raises(FailedCallError, match="1 of 1 events failed: the event must be"):
        library.call("read-letter", _scan(**scanned))
