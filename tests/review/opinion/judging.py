"""All of the changes, and what the review says of each on a stack as it ships."""

import importlib
import json
import pkgutil
from functools import cache
from pathlib import Path

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
    text, before = _shipped(stack.name, stack.path)
    changed: Document = json.loads(text)
    try:
        case.change(changed)
    except StopIteration:
        raise DoesNotApply("the application has none of that kind") from None
    if json.dumps(changed) == text:
        raise DoesNotApply(case.name)
    return concerns(before, Side(stack_of(changed, stack.name, stack.path)))


@cache
def _shipped(name: str, path: Path) -> tuple[str, Side]:
    """A stack as it ships: its JSON, and the side before each change."""
    document: Document = json.loads(path.read_text(encoding="utf-8"))
    return json.dumps(document), Side(stack_of(document, name, path))


def agrees(case: Case, found: list[Concern]) -> bool:
    """Whether the review stops a dangerous change, or says nothing of a harmless one."""
    return any(each.grade == Grade.RED for each in found) if case.label == "dangerous" else not found


def outcome_of(stacks: dict[str, SynthesisedStack], name: str) -> str:
    """`right`, `wrong`, or `skipped` where there is nothing to change. A process of its own may ask for it."""
    case = CASES[name] if name in CASES else next(each for each in every_case() if each.name == name)
    try:
        return "right" if agrees(case, verdict(case, stacks)) else "wrong"
    except DoesNotApply:
        return "skipped"


def is_known(case: Case) -> bool:
    """Whether it is known that the review does not agree."""
    return case.name in (MISSED if case.label == "dangerous" else FALSE_ALARMS)
