"""Uploads of a bucket that is scanned for malware: none plays that no scan has found clean."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from ffp_lambda.errors import FailedCallError

from application.functions.media import arrivals
from tests.application.functions.arriving import BUCKET, IMAGE, FakeBucket, LogLines, arrival, is_playable, sign
from tests.application.functions.test_clean_uploads import DAY, HOUR, exists, make_older
from tests.library.fakes import CONTEXT

NOT_CLEAN = [None, "THREATS_FOUND", "UNSUPPORTED", "FAILED"]


def _clean_scan(key: str) -> dict[str, Any]:
    details = {"bucketName": BUCKET, "objectKey": key, "versionId": "v1"}
    result = {"scanResultStatus": "NO_THREATS_FOUND"}
    return {"source": "aws.guardduty", "detail": {"s3ObjectDetails": details, "scanResultDetails": result}}


def test_a_clean_upload_plays_once_its_scan_tells_of_it(bucket: FakeBucket) -> None:
    asset, key = sign()
    bucket.objects[key] = IMAGE
    arrivals.receive(_clean_scan(key), CONTEXT)
    assert is_playable(asset)


def test_an_event_that_comes_before_the_scans_tag_comes_again(bucket: FakeBucket) -> None:
    asset, key = sign()
    bucket.objects[key], bucket.held_back[key] = IMAGE, None
    with pytest.raises(FailedCallError, match="no scan has found the object clean yet"):
        arrivals.receive(_clean_scan(key), CONTEXT)
    assert not is_playable(asset)
    del bucket.held_back[key]
    arrivals.receive(_clean_scan(key), CONTEXT)
    assert is_playable(asset)


@pytest.mark.parametrize("status", NOT_CLEAN)
def test_what_is_not_clean_never_plays_and_is_deleted_after_a_day(
    bucket: FakeBucket, as_owner: Callable[..., Any], log_lines: LogLines, status: str | None
) -> None:
    asset, key = sign()
    bucket.objects[key], bucket.held_back[key] = IMAGE, status
    make_older(as_owner, asset, HOUR)
    arrivals.clean({}, CONTEXT)
    assert (exists(as_owner, asset), bucket.deleted, is_playable(asset)) == (True, [], False)
    assert "held back" in [each["outcome"] for each in log_lines() if each["action"] == "clean-uploads-of-tenant"]
    make_older(as_owner, asset, DAY)
    arrivals.clean({}, CONTEXT)
    assert (exists(as_owner, asset), bucket.deleted) == (False, [key])


def test_something_infected_over_a_clean_object_ends_its_playback(bucket: FakeBucket) -> None:
    asset, key = sign()
    bucket.objects[key] = IMAGE
    arrivals.receive(arrival(key), CONTEXT)
    bucket.held_back[key] = "THREATS_FOUND"
    with pytest.raises(FailedCallError):
        arrivals.receive(arrival(key), CONTEXT)
    assert not is_playable(asset)


def test_a_read_that_is_refused_without_a_scan_is_an_error_and_deletes_nothing(
    bucket: FakeBucket, as_owner: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of a bucket without scans, where the role may not read tags."""

    def refuse(**_: object) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetObjectTagging")

    asset, key = sign()
    bucket.objects[key], bucket.held_back[key] = IMAGE, None
    monkeypatch.setattr(bucket, "get_object_tagging", refuse)
    make_older(as_owner, asset, DAY)
    with pytest.raises(FailedCallError):
        arrivals.clean({}, CONTEXT)
    assert (exists(as_owner, asset), bucket.deleted) == (True, [])
