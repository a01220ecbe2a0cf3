"""MAP-3, MAP-5 and SHAPE-5: resources with data are not destroyed by mistake."""

from __future__ import annotations

from collections.abc import Iterator

from checks.block import Block
from checks.check import ScannedStack, resource_check, stack_check

_EVERYBODY = "*"
_DELETIONS = {"s3:DeleteBucket", "s3:DeleteObjectVersion"}


def _destructible(holder: Block, *, planned: bool) -> Iterator[str]:
    """Yields a problem if prevent_destroy is not set. A plan does not show it."""
    if not planned and holder.value("lifecycle.prevent_destroy") is not True:
        yield "lifecycle.prevent_destroy is not set"


@resource_check("FFP_MAP_5_2", "Terraform cannot empty or destroy a bucket", "aws_s3_bucket")
def bucket_is_kept(bucket: Block) -> Iterator[str]:
    """Leave force_destroy off and set lifecycle.prevent_destroy. Disposable environments waive it."""
    if bucket.value("force_destroy"):
        yield "force_destroy is on"
    yield from _destructible(bucket, planned=bucket.planned)


@resource_check("FFP_MAP_3_1", "A deleted database leaves its backups and a final snapshot", "aws_db_instance")
def database_is_kept(database: Block) -> Iterator[str]:
    """Set final_snapshot_identifier and keep automated backups. Disposable environments waive it."""
    yield from database.mismatches({"delete_automated_backups": False})
    if database.value("skip_final_snapshot") or not database.value("final_snapshot_identifier"):
        yield "no final snapshot is taken"
    yield from _destructible(database, planned=database.planned)


@stack_check(
    "FFP_SHAPE_5_3", "The state, its old versions and its key cannot be deleted", "aws_s3_bucket", "aws_kms_key"
)
def state_is_kept(holder: Block, stack: ScannedStack) -> Iterator[str]:
    """Set prevent_destroy in the bootstrap stack, and deny everybody the deletion of the bucket and of versions."""
    if stack.planned or not stack.is_bootstrap:
        return
    yield from _destructible(holder, planned=False)
    if holder.kind == "aws_s3_bucket" and holder.value("bucket") in stack.state_buckets:
        if holder.value("force_destroy"):
            yield "force_destroy is on"
        denied = {action for statement in _denials(holder, stack) for action in statement.strings("actions")}
        yield from (f"{action} is not denied" for action in sorted(_DELETIONS - denied))


def _denials(bucket: Block, stack: ScannedStack) -> Iterator[Block]:
    """The statements of a bucket's policy that deny everybody something without conditions."""
    for policy in stack.of_kind("aws_s3_bucket_policy"):
        document = stack.referenced(str(policy.value("policy")))
        if stack.referenced(str(policy.value("bucket"))) is bucket and document:
            for statement in document.blocks("statement"):
                everybody = _EVERYBODY in statement.strings("principals.identifiers")
                if statement.value("effect") == "Deny" and everybody and not statement.blocks("condition"):
                    yield statement
