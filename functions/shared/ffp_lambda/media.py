"""Where a video lies: the same path in the bucket, in CloudFront's behaviour and in a signed policy."""

from ffp_lambda.tenancy import TENANCY

# A video is one progressive MP4; a packager may lay more files beside it under the same prefix.
VIDEO_FILE = "video.mp4"
VIDEO_TYPE = "video/mp4"


def video_prefix(tenant_id: str, video_id: str) -> str:
    """The folder of one video of one tenant, without a leading slash and with one at its end."""
    return f"{TENANCY.media_prefix}/{tenant_id}/{video_id}/"
