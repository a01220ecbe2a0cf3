"""Checks signed URLs, because the emulator's CloudFront does not check signatures."""

from datetime import datetime

from ffp.emulator import cloudfront
from ffp.emulator.smoke.walk import Walk

OPENS = cloudfront.OPENS


def trusted_keys(walk: Walk) -> dict[str, str]:
    """The public keys that CloudFront trusts, by id."""
    client = walk.client("cloudfront")
    groups = client.list_key_groups()["KeyGroupList"].get("Items", [])
    ids = {key for group in groups for key in group["KeyGroup"]["KeyGroupConfig"]["Items"]}
    keys = client.list_public_keys()["PublicKeyList"].get("Items", [])
    return {key["Id"]: key["EncodedKey"] for key in keys if key["Id"] in ids}


def judge(walk: Walk, url: str, at: datetime) -> str:
    """OPENS, or the reason why CloudFront refuses the request at this time."""
    return cloudfront.judge(url, trusted_keys(walk), at)
