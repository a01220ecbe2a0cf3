"""SHAPE-5: each environment's state is remote, encrypted and locked, in its own account."""

from __future__ import annotations

from collections.abc import Iterator

from checks.block import Block
from checks.check import ScannedStack, stack_check
from settings.names import PROJECT


@stack_check("FFP_SHAPE_5_1", "The state is in S3, encrypted and natively locked", "terraform.backend")
def state_is_remote(backend: Block, _: ScannedStack) -> Iterator[str]:
    """Use the S3 backend with encrypt and use_lockfile. Only the JSON lens checks it: a plan shows no backend."""
    yield from backend.mismatches({"s3.encrypt": True, "s3.use_lockfile": True})


# Other checks rely on it: they take a stack's environment and account from its backend.
@stack_check("FFP_SHAPE_5_2", "The state is in its own environment's bucket and account", "terraform.backend")
def state_is_its_own(backend: Block, stack: ScannedStack) -> Iterator[str]:
    """Set allowed_account_ids to one account, the environment's bucket, and a key that begins with the stack's name."""
    if len(stack.accounts) != 1:
        yield f"s3.allowed_account_ids are {sorted(stack.accounts)}, must be exactly one"
    if not stack.environment:
        yield "s3.key does not begin with a stack's name"
    elif not str(backend.value("s3.bucket")).startswith(f"{stack.environment}-{PROJECT}-state-"):
        yield f"s3.bucket {backend.value('s3.bucket')} is not {stack.environment}'s, although s3.key is"
