"""Settles uploads: an asset plays only while its object lies in the media bucket as it was signed."""

import os
import random
from datetime import timedelta
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from ffp_lambda import log
from ffp_lambda.bucket import ObjectEvent, watcher
from ffp_lambda.database import Session, rows, tenant_session, tenants
from ffp_lambda.errors import FailedCallError
from ffp_lambda.http import LambdaContext
from ffp_lambda.job import job
from ffp_lambda.media import KINDS, Kind, asset_of, asset_prefix

# Until then an upload's event is awaited, which S3 may deliver late, and Lambda several times.
LOST_AFTER = timedelta(minutes=15)
# A form is valid for minutes, but a large upload on a slow line goes on for hours after it began.
NEVER_ARRIVES_AFTER = timedelta(days=1)
HELD_BACK = "held back"  # the outcome for an object that no scan has found clean
UPLOADS_PER_TENANT = 200  # as many as a tenant may begin in two days; the others stay for the next run

# Short waits, because an asset's row is locked meanwhile.
S3 = boto3.client("s3", config=Config(connect_timeout=2, read_timeout=3, retries={"total_max_attempts": 2}))


@watcher("receive-upload")
def receive(event: ObjectEvent) -> str:
    """Settles the asset of a new object. Its tenant is in the key, which the form fixed for the caller's tenant."""
    place = asset_of(event.key)
    if place is None or event.bucket != os.environ["MEDIA_BUCKET"]:
        return "no asset"
    tenant, asset, _ = place
    with tenant_session(tenant) as session:
        outcome = _settle(session, tenant, asset)
    if outcome == HELD_BACK:  # of a bucket that is scanned, only clean objects have events, so the tag comes soon
        raise FailedCallError("no scan has found the object clean yet")
    return outcome


@job("clean-uploads")
def clean(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Settles uploads whose event was lost, and removes the rows of those that never arrived, on a schedule.

    One asset's error does not stop the others; it raises at the end. What was taken from the quota stays taken: it
    counts the forms that an account was given, each of which can be sent again while it is valid.
    """
    settled = failed = 0
    tenant_ids = tenants()
    # A random order, so that runs that are cut off do not always leave out the same tenants.
    for tenant_id in random.sample(tenant_ids, len(tenant_ids)):
        for asset in _awaited(tenant_id):
            outcome, error = None, None
            try:
                outcome = _clean(tenant_id, asset)
                settled += 1
            except Exception as problem:
                error = log.describe_error(problem)
                failed += 1
            log.write(
                "clean-uploads-of-tenant",
                request_id=context.aws_request_id,
                tenant_id=tenant_id,
                outcome=outcome,
                error=error,
            )
    if failed:
        raise FailedCallError(f"{failed} of {settled + failed} uploads could not be settled")
    return {"settled": settled}


def _awaited(tenant_id: str) -> list[str]:
    with tenant_session(tenant_id) as session:
        found = rows(
            session,
            "select asset_id from media where arrived_at is null and created_at < now() - cast(:age as interval) "
            "order by created_at limit :limit",
            age=LOST_AFTER,
            limit=UPLOADS_PER_TENANT,
        )
    return [str(each["asset_id"]) for each in found]


def _clean(tenant_id: str, asset: str) -> str:
    with tenant_session(tenant_id) as session:
        outcome = _settle(session, tenant_id, asset)
        removed = rows(
            session,
            "delete from media where asset_id = :asset and arrived_at is null "
            "and created_at < now() - cast(:age as interval) returning kind",
            asset=asset,
            age=NEVER_ARRIVES_AFTER,
        )
    if removed and outcome == HELD_BACK:  # a day after it came: it is infected, or no scan could read it
        _delete(asset_prefix(tenant_id, asset) + KINDS[removed[0]["kind"]].file)
    return "removed" if removed else outcome


def _settle(session: Session, tenant: str, asset: str) -> str:
    """Looks at the asset's object, writes down whether it arrived, and deletes one of the wrong type or size.

    Of an event only the asset counts, so that one which comes again, late or in another order changes nothing. The row
    is locked, so that of two calls the later one to look is the later one to write. Without a row nothing is deleted:
    after a database was restored, the row may be what is missing.
    """
    found = rows(session, "select kind from media where asset_id = :asset for update", asset=asset)
    kind = KINDS.get(found[0]["kind"]) if found else None
    if kind is None:
        return "no such asset"
    key = asset_prefix(tenant, asset) + kind.file
    outcome = _judge(key, kind)
    if outcome == "refused":
        _delete(key)
    session.run(
        "update media set arrived_at = case when :arrived then coalesce(arrived_at, now()) end where asset_id = :asset",
        arrived=outcome == "arrived",
        asset=asset,
    )
    return outcome


def _judge(key: str, kind: Kind) -> str:
    bucket = os.environ["MEDIA_BUCKET"]
    # A list, because a read fails with the same error for an object that is missing and for one that is denied.
    listed = S3.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1).get("Contents", [])
    if [each["Key"] for each in listed] != [key]:
        return "missing"
    try:
        stored = S3.head_object(Bucket=bucket, Key=key)
    except ClientError as refusal:
        if refusal.response["Error"]["Code"] == "403" and _is_held_back(bucket, key):
            return HELD_BACK
        raise
    is_as_signed = stored["ContentType"] == kind.content_type and 1 <= stored["ContentLength"] <= kind.maximum_bytes
    return "arrived" if is_as_signed else "refused"


def _is_held_back(bucket: str, key: str) -> bool:
    """Whether the object waits for a scan for malware, or did not pass it; in a bucket without scans the call fails."""
    tags = {each["Key"]: each["Value"] for each in S3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]}
    return tags.get("GuardDutyMalwareScanStatus") != "NO_THREATS_FOUND"


def _delete(key: str) -> None:
    S3.delete_object(Bucket=os.environ["MEDIA_BUCKET"], Key=key)
