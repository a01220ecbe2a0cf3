"""SHAPE-5: each environment's state is remote, encrypted and locked, in its own account."""

from __future__ import annotations

from collections.abc import Iterator

from checks.block import Block
from checks.check import ScannedStack, stack_check
from settings.names import PROJECT


@stack_check("FFP_SHAPE_5_1", "The state is kept in S3, encrypted and natively locked", "terraform.backend")
def state_is_remote(backend: Block, _: ScannedStack) -> Iterator[str]:
    """Use the S3 backend with encrypt and use_lockfile; a plan shows no backend, so only the JSON lens judges."""
    yield from backend.lacks({"s3.encrypt": True, "s3.use_lockfile": True})


# Other checks take from here whose a stack is, and would else have nothing to compare with.
@stack_check("FFP_SHAPE_5_2", "The state is its environment's, in its environment's account", "terraform.backend")
def state_is_its_own(backend: Block, stack: ScannedStack) -> Iterator[str]:
    """Name the one account in allowed_account_ids, the environment's bucket, and a key that begins with the stack."""
    if len(stack.accounts) != 1:
        yield f"s3.allowed_account_ids are {sorted(stack.accounts)}, must be one"
    if not stack.environment:
        yield "s3.key does not begin with a stack's name"
    elif not str(backend.value("s3.bucket")).startswith(f"{stack.environment}-{PROJECT}-state-"):
        yield f"s3.bucket {backend.value('s3.bucket')} is not that of {stack.environment}, whose state s3.key names"
