"""POST /api/media: returns a form with which the caller's browser uploads one asset to the media bucket."""

import os
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import boto3
from botocore.config import Config
from ffp_lambda.database import rows, tenant_session
from ffp_lambda.errors import RefusalError
from ffp_lambda.http import Request, Response, endpoint, response
from ffp_lambda.media import KINDS, Kind, asset_prefix
from ffp_lambda.quotas import take

# The upload must begin within this time. Until then the form can be sent again: S3 keeps each upload as a version.
VALID_FOR = timedelta(minutes=5)

# Virtual addressing uses the bucket's regional host name. The global one redirects, and browsers do not resend a form.
S3 = boto3.client("s3", config=Config(signature_version="s3v4", s3={"addressing_style": "virtual"}))


@endpoint("create-upload", roles=frozenset({"administrator", "clinician"}))
def handler(request: Request) -> Response:
    """Responds 201 with an address and form fields for one asset of `kind`. Kinds that play need `lengthSeconds`."""
    body, tenant, asset = request.body(), request.caller.tenant_id, str(uuid4())
    name = body.text("kind", maximum=100)
    if (kind := KINDS.get(name)) is None:
        raise RefusalError(400, f"kind must be one of {', '.join(sorted(KINDS))}")
    # A longer asset could not be played to its end, because its address would expire.
    length = body.whole_number("lengthSeconds", minimum=1, maximum=kind.at_most_seconds) if kind.plays else None
    form = _form(asset_prefix(tenant, asset) + kind.file, kind)
    with tenant_session(tenant) as session:
        take(session, "uploads", request.caller)
        rows(
            session,
            "insert into media (tenant_id, asset_id, kind, length_seconds) values (:tenant, :asset, :kind, :length)",
            tenant=tenant,
            asset=asset,
            kind=name,
            length=length,
        )
    return response(
        201,
        {
            "assetId": asset,
            "url": form["url"],
            "fields": form["fields"],
            "maximumBytes": kind.maximum_bytes,
            "expiresAt": datetime.now(UTC) + VALID_FOR,
        },
    )


def _form(key: str, kind: Kind) -> dict[str, Any]:
    """The address and fields of a form that accepts only this object, with this type, size and encryption."""
    fields = {
        "Content-Type": kind.content_type,
        "x-amz-server-side-encryption": "aws:kms",
        "x-amz-server-side-encryption-aws-kms-key-id": os.environ["MEDIA_KEY_ARN"],
    }
    size: list[str | int] = ["content-length-range", 1, kind.maximum_bytes]
    # A policy instead of a signed PUT, because only a policy can limit the size.
    return S3.generate_presigned_post(
        Bucket=os.environ["MEDIA_BUCKET"],
        Key=key,
        Fields=dict(fields),
        Conditions=[*({name: value} for name, value in fields.items()), size],
        ExpiresIn=int(VALID_FOR.total_seconds()),
    )
