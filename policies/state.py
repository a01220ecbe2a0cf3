"""SHAPE-5: each environment's state is remote, encrypted and locked."""

from __future__ import annotations

from collections.abc import Iterator

from policies.block import Block
from policies.check import Stack, stack_check


@stack_check("FFP_SHAPE_5_1", "The state is kept in S3, encrypted and natively locked", "terraform.backend")
def state_is_remote(backend: Block, _: Stack) -> Iterator[str]:
    """Use the S3 backend with encrypt and use_lockfile; a plan shows no backend, so only the JSON lens judges."""
    yield from backend.lacks({"s3.encrypt": True, "s3.use_lockfile": True})
