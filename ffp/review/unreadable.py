"""What of a change only Terraform can tell: blocks that it repeats over something that the JSON does not contain."""

from collections.abc import Iterator
from typing import Any

from ffp.review.concern import Concern, Grade, Topic
from ffp.review.side import Side
from ffp.stacks import SynthesisedBlock

_REPEATED = "dynamic"
_WHY = "What it makes cannot be judged from the JSON. Write the blocks out, or review the saved plan with --plan."


def concerns(before: Side, after: Side) -> Iterator[Concern]:
    """A concern for each block with a `dynamic` that was not there before, or that says something else."""
    known = {before.address(block): _repeated(block) for block in before.stack.blocks}
    for block in after.stack.blocks:
        repeated = _repeated(block)
        if repeated and repeated != known.get(after.address(block)):
            title = f"{after.address(block)} repeats blocks over something that only Terraform can tell"
            yield Concern(Grade.RED, Topic.EXPOSURE, after.address(block), title, why=_WHY)


def _repeated(block: SynthesisedBlock) -> list[Any]:
    return [value for path, value in block.values if path == _REPEATED or path.endswith(f".{_REPEATED}")]
