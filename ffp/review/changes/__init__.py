"""What happens to each resource: recognises renames, knows what forces a replacement, and judges what is lost by it."""

from collections.abc import Iterator

from ffp.review.changes import deploys, judge
from ffp.review.changes.affected import affected
from ffp.review.changes.change import paired
from ffp.review.changes.instances import without_instances
from ffp.review.changes.renames import renames
from ffp.review.changes.section import section
from ffp.review.concern import Concern
from ffp.review.side import Side

__all__ = ["affected", "concerns", "paired", "renames", "section", "without_instances"]


def concerns(before: Side, after: Side) -> Iterator[Concern]:
    """A concern for each loss by destruction, each guard against one that is given up, and each danger to deploys."""
    yield from judge.concerns(before, after)
    yield from deploys.concerns(before, after)
