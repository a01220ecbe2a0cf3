"""MAP-5: access logs of buckets."""

from __future__ import annotations

from collections.abc import Iterator

from checks.block import Block
from checks.check import ScannedStack, stack_check


# A plan does not show Checkov the dependencies.
@stack_check("FFP_MAP_5_3", "Access logging waits for the policy of its target bucket", "aws_s3_bucket_logging")
def logging_waits_for_policy(logging: Block, stack: ScannedStack) -> Iterator[str]:
    """Name the target bucket's policy in depends_on: S3 may not write to the bucket before it exists."""
    if stack.planned:
        return
    target = stack.referenced(str(logging.value("target_bucket")))
    dependencies = logging.strings("depends_on")
    if not any(
        policy.address in dependencies and stack.referenced(str(policy.value("bucket"))) is target
        for policy in stack.of_kind("aws_s3_bucket_policy")
        if target is not None
    ):
        yield f"depends_on does not name a policy of {logging.value('target_bucket')}"
