"""All of the changes, and what the review says of each on a stack as it ships."""

import copy
import importlib
import json
import pkgutil

from ffp.review.changes import renames
from ffp.review.concern import Concern, Grade
from ffp.review.side import Side
from ffp.review.verdict import concerns
from ffp.stacks import SynthesisedStack
from tests.review.corpus.edit import Document, DoesNotApply, stack_of
from tests.review.opinion import changes
from tests.review.opinion.cases import CASES, Case
from tests.review.opinion.known import FALSE_ALARMS, MISSED

PLATFORM, BOOTSTRAP = "prod", "bootstrap-prod"


def every_case() -> list[Case]:
    """All of the changes, by their names in order."""
    for module in pkgutil.iter_modules(changes.__path__):
        importlib.import_module(f"{changes.__name__}.{module.name}")
    return [CASES[name] for name in sorted(CASES)]


def verdict(case: Case, stacks: dict[str, SynthesisedStack]) -> list[Concern]:
    """What the review says of the change. Raises DoesNotApply where it changes nothing."""
    stack = stacks[PLATFORM if case.stack == "platform" else BOOTSTRAP]
    text = stack.path.read_text(encoding="utf-8")
    document: Document = json.loads(text)
    changed = copy.deepcopy(document)
    case.change(changed)
    if json.dumps(changed) == json.dumps(document):
        raise DoesNotApply(case.name)
    before, after = (stack_of(each, stack.name, stack.path) for each in (document, changed))
    return concerns(Side(before, renames(before, after)), Side(after))


def agrees(case: Case, found: list[Concern]) -> bool:
    """Whether the review stops a dangerous change, or says nothing of a harmless one."""
    return any(each.grade == Grade.RED for each in found) if case.label == "dangerous" else not found


def is_known(case: Case) -> bool:
    """Whether it is known that the review does not agree."""
    return case.name in (MISSED if case.label == "dangerous" else FALSE_ALARMS)
