"""POST /api/videos: lets the caller's browser put one video straight into the media bucket."""

import os
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import boto3
from botocore.config import Config
from ffp_lambda.http import Request, Response, endpoint, response
from ffp_lambda.media import VIDEO_FILE, VIDEO_TYPE, video_prefix
from ffp_lambda.tenant import Role

MAXIMUM_VIDEO_BYTES = 1024**3
VALID_FOR = timedelta(minutes=15)

# Virtual addressing gives the bucket's regional name; the global one redirects, and browsers drop a redirected form.
S3 = boto3.client("s3", config=Config(signature_version="s3v4", s3={"addressing_style": "virtual"}))


@endpoint("create-upload", roles=frozenset({Role.ADMINISTRATOR, Role.CLINICIAN}))
def handler(request: Request) -> Response:
    """Answers 201 with an address and form fields that accept this one object, type, key and size."""
    video_id = str(uuid4())
    fields = {
        "Content-Type": VIDEO_TYPE,
        "x-amz-server-side-encryption": "aws:kms",
        "x-amz-server-side-encryption-aws-kms-key-id": os.environ["MEDIA_KEY_ARN"],
    }
    size: list[str | int] = ["content-length-range", 1, MAXIMUM_VIDEO_BYTES]
    # A policy, not a signed PUT: only a policy can bound the size.
    form = S3.generate_presigned_post(
        Bucket=os.environ["MEDIA_BUCKET"],
        Key=video_prefix(request.caller.tenant_id, video_id) + VIDEO_FILE,
        Fields=dict(fields),
        Conditions=[*({name: value} for name, value in fields.items()), size],
        ExpiresIn=int(VALID_FOR.total_seconds()),
    )
    return response(
        201,
        {
            "videoId": video_id,
            "url": form["url"],
            "fields": form["fields"],
            "maximumBytes": MAXIMUM_VIDEO_BYTES,
            "expiresAt": datetime.now(UTC) + VALID_FOR,
        },
    )
