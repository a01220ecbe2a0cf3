"""What a reviewer must look at: one sentence each, with its grade and what it is about."""

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How urgent a concern is. A red one ends the command with exit code 1 unless the settings silence it."""

    RED = "red"
    AMBER = "amber"


class Topic(StrEnum):
    """What a concern is about, in the order in which a review shows them."""

    LOSS = "destroyed or replaced"
    SECRET = "secrets"  # noqa: S105 - the name of a topic
    EXPOSURE = "exposure"
    ACCESS = "access"
    RECOVERY = "recoverability"
    WATCHING = "watching"
    AVAILABILITY = "availability"


@dataclass(frozen=True)
class Concern:
    """One thing that somebody must look at before the change is deployed.

    `title` is a sentence without its full stop. `before` and `after` are the two values in words, empty if the title
    says all. `why` gives the consequence and, where there is one, the remedy.
    """

    grade: Grade
    topic: Topic
    address: str  # of the resource, by which the settings can silence it
    title: str
    before: str = ""
    after: str = ""
    why: str = ""


def ordered(concerns: list[Concern]) -> list[Concern]:
    """The concerns without duplicates: red first, then by topic and address."""
    topics = list(Topic)
    return sorted(
        dict.fromkeys(concerns),
        key=lambda each: (each.grade != Grade.RED, topics.index(each.topic), each.address, each.title),
    )
