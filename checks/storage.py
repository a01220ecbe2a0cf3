"""MAP-5: access logs of buckets."""

from __future__ import annotations

from collections.abc import Iterator

from checks.block import Block
from checks.check import ScannedStack, stack_check


# A plan does not show Checkov what waits for what.
@stack_check("FFP_MAP_5_3", "Access logs wait for the policy of their bucket", "aws_s3_bucket_logging")
def logging_waits_for_policy(logging: Block, stack: ScannedStack) -> Iterator[str]:
    """Let depends_on name the policy of the target bucket: S3 may write there when it stands, and not before."""
    if stack.planned:
        return
    target = stack.referred(str(logging.value("target_bucket")))
    awaited = logging.strings("depends_on")
    if not any(
        policy.address in awaited and target is not None and stack.referred(str(policy.value("bucket"))) is target
        for policy in stack.of_kind("aws_s3_bucket_policy")
    ):
        yield f"depends_on has no policy of {logging.value('target_bucket')}"
