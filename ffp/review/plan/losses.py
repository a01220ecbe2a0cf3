"""What a plan destroys: Terraform itself says what and why, so nothing is derived from attributes."""

from collections.abc import Iterable, Iterator

from ffp.review.changes.losses import Loss, holds, loss_of
from ffp.review.concern import Concern, Grade, Topic
from ffp.review.plan.change import Change
from ffp.review.side import Side
from ffp.stacks import SynthesisedBlock


def losses(changes: Iterable[Change], before: Side, after: Side) -> Iterator[Concern]:
    """A concern for each resource that a plan destroys, replaces or forgets, if something is lost with it."""
    for change in changes:
        block = before.stack.by_address.get(change.address)
        if block is None:
            continue
        if change.is_forgotten:
            yield from _forgotten(change, block)
        successor = after.stack.by_address.get(change.address) if change.is_replacement else None
        if change.is_destroying and (loss := loss_of(before, block, successor)):
            yield _concern(change, loss, title_of(change), f"Lost with it: {loss.what}.")


def title_of(change: Change) -> str:
    """What happens to a resource that is destroyed, as a sentence."""
    what = "is destroyed" if change.is_deletion else "is destroyed and created anew"
    return f"{change.address} {what}: {change.reason}" if change.reason else f"{change.address} {what}"


def says_destroyed(concern: Concern) -> bool:
    """Whether a concern's title says that its resource is destroyed, as those of `ffp.review.changes` do."""
    return concern.title.startswith(f"{concern.address} is destroyed")


def leftovers(changes: Iterable[Change], before: Side) -> Iterator[Concern]:
    """A concern for each older object of a resource that a plan destroys, if data is lost with it."""
    for change in changes:
        block = before.stack.by_address.get(change.address)
        if block and change.is_deletion and (what := holds(block)):
            title = f"An older object of {change.address} is destroyed, which an interrupted replacement left behind"
            why = f"It may still hold {what}: look at it before you apply the plan."
            yield Concern(Grade.RED, Topic.LOSS, change.address, title, why=why)


def destroyed_outside(drift: Iterable[Change], recorded: Side) -> Iterator[Concern]:
    """A concern for each resource that somebody destroyed outside of Terraform, if something was lost with it."""
    for change in drift:
        block = recorded.stack.by_address.get(change.address)
        loss = loss_of(recorded, block, None) if block and change.is_deletion else None
        if loss:
            why = f"Lost with it: {loss.what}. A new one is empty: restore it before you apply the plan."
            yield _concern(change, loss, f"{change.address} was destroyed outside of Terraform", why)


def _concern(change: Change, loss: Loss, title: str, why: str) -> Concern:
    return Concern(loss.grade, loss.topic, change.address, title, why=why)


def _forgotten(change: Change, block: SynthesisedBlock) -> Iterator[Concern]:
    if what := holds(block):
        why = f"It holds {what}. It goes on existing and costing, and nobody notices what is done to it."
        yield Concern(Grade.RED, Topic.RECOVERY, change.address, f"{change.address} is no longer managed", why=why)
