"""Events of objects in a bucket. S3 delivers each at least once and in no order, often seconds late.

Of a bucket that the settings have scanned for malware, GuardDuty tells of each object that it found clean instead.

A handler therefore looks at the object that lies there now instead of trusting the event, and does the same if the
event comes again.
"""

import functools
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from ffp_lambda import log
from ffp_lambda.errors import FailedCallError, RefusalError
from ffp_lambda.http import LambdaContext


@dataclass(frozen=True)
class ObjectEvent:
    """One object that was created or removed. Its key and size are whatever the writer of the object chose."""

    is_created: bool  # False if it was removed
    bucket: str
    key: str  # decoded, as S3's other calls take it
    size: int | None  # in bytes, of the version that was written; None of a removed object and after a scan
    version: str | None  # of the object, or the delete marker over it; None in a bucket without versions
    sequencer: str  # tells the order of two events of one key; empty after a scan, whose order nobody tells
    request_id: str  # the invocation's id, which every log line about it holds

    def is_older_than(self, sequencer: str) -> bool:
        """Whether the event happened before another one of the same key, by the sequencer of that one.

        Sequencers of different keys cannot be compared. Without one of them, it is not known, and False.
        """
        if not (self.sequencer and sequencer):
            return False
        length = max(len(self.sequencer), len(sequencer))
        return self.sequencer.ljust(length, "0").lower() < sequencer.ljust(length, "0").lower()


def watcher(
    action: str,
) -> Callable[[Callable[[ObjectEvent], str | None]], Callable[[Mapping[str, Any], LambdaContext], None]]:
    """Makes a Lambda handler of a function that handles one event of a bucket, and does the same if it comes again.

    Each event writes one log line with `action`, milliseconds and, as `outcome`, the fixed text that the function
    returns; never the object's key, which may name somebody. If one
    fails, the others of the same call are handled, and then FailedCallError is raised, so that Lambda tries again and
    at last keeps the call in the function's own queue. Of an error other than FailedCallError and RefusalError only the
    type is logged, because its message may quote data.
    """

    def decorate(handle: Callable[[ObjectEvent], str | None]) -> Callable[[Mapping[str, Any], LambdaContext], None]:
        def outcome_of(record: Mapping[str, Any], request_id: str) -> tuple[str | None, str | None]:
            """The outcome, or the error."""
            try:
                return handle(_event_of(record, request_id)), None
            except RefusalError as refusal:
                return None, log.describe_error(FailedCallError(refusal.message))
            except Exception as error:
                return None, log.describe_error(error)

        @functools.wraps(handle)
        def handler(event: Mapping[str, Any], context: LambdaContext) -> None:
            failures: list[str] = []
            records = list(_records(event))
            for record in records:
                started = time.monotonic()
                outcome, failure = outcome_of(record, context.aws_request_id)
                failures += [failure] if failure else []
                log.write(
                    action,
                    request_id=context.aws_request_id,
                    durationMs=round((time.monotonic() - started) * 1000),
                    outcome=outcome,
                    error=failure,
                )
            if failures:
                raise FailedCallError(f"{len(failures)} of {len(records)} events failed: {failures[0]}")

        return handler

    return decorate


def _records(event: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The events of a call. S3's test of a new notification has none, and a scan's result is one."""
    if event.get("Event") == "s3:TestEvent":
        return
    if "Records" in event:
        yield from event["Records"]
    else:
        yield event


def _event_of(record: Mapping[str, Any], request_id: str) -> ObjectEvent:
    try:
        if record.get("source") == "aws.guardduty":
            return _scanned(record["detail"], request_id)
        name, entity = str(record["eventName"]), record["s3"]["object"]
        bucket, key, size = record["s3"]["bucket"]["name"], entity["key"], entity.get("size")
        is_created = name.startswith("ObjectCreated:")
        if not is_created and not name.startswith(("ObjectRemoved:", "LifecycleExpiration:")):
            raise FailedCallError("the event must be about an object that was created or removed")
        return ObjectEvent(
            is_created=is_created,
            bucket=_text(bucket),
            key=unquote_plus(key, errors="strict"),  # S3 encodes it like a form, with + for a space
            size=int(size) if is_created and size is not None else None,
            version=entity.get("versionId"),
            sequencer=str(entity.get("sequencer", "")),
            request_id=request_id,
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise FailedCallError("the event must be one of S3") from None


def _scanned(result: Mapping[str, Any], request_id: str) -> ObjectEvent:
    """The event of an object that a scan found clean. The rule that calls the function passes on no others."""
    if result["scanResultDetails"]["scanResultStatus"] != "NO_THREATS_FOUND":
        raise FailedCallError("the scan must have found the object clean")
    scanned = result["s3ObjectDetails"]
    return ObjectEvent(
        is_created=True,
        bucket=_text(scanned["bucketName"]),
        key=_text(scanned["objectKey"]),
        size=None,
        version=scanned.get("versionId"),
        sequencer="",
        request_id=request_id,
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
