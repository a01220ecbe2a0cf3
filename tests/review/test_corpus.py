"""Each dangerous change is in the verdict, and no harmless one, of what ships and of other applications."""

import json
from collections.abc import Callable
from functools import cache

import pytest

from ffp.review.concern import Concern, Grade
from ffp.review.side import Side
from ffp.review.verdict import concerns
from ffp.stacks import SynthesisedStack
from tests.review.corpus import DANGEROUS, HARMLESS
from tests.review.corpus.edit import Document, DoesNotApply, Edit, edited, stack_of

Judged = Callable[[Edit], list[Concern]]


@pytest.fixture(scope="session")
def judged(all_stacks: dict[str, SynthesisedStack]) -> Judged:
    """The verdict on an edit of production as it ships. Skips an edit that does not apply to it."""

    @cache
    def before(name: str) -> tuple[SynthesisedStack, Document, Side]:
        stack = all_stacks[name]
        document: Document = json.loads(stack.path.read_text(encoding="utf-8"))
        return stack, document, Side(stack_of(document, name, stack.path))

    def judge(edit: Edit) -> list[Concern]:
        stack, document, side = before("prod" if edit.stack == "platform" else "bootstrap-prod")
        try:
            return concerns(side, Side(edited(stack, document, edit)))
        except DoesNotApply as nothing:
            pytest.skip(f"nothing to change: {nothing}")

    return judge


@pytest.mark.parametrize("edit", DANGEROUS, ids=lambda edit: edit.name)
def test_a_dangerous_change_is_in_the_verdict(edit: Edit, judged: Judged) -> None:
    found = judged(edit)
    assert [each for each in found if each.topic == edit.about and each.grade == Grade.RED], found


@pytest.mark.parametrize("edit", HARMLESS, ids=lambda edit: edit.name)
def test_a_harmless_change_is_not(edit: Edit, judged: Judged) -> None:
    assert judged(edit) == []


def test_an_unchanged_stack_has_no_concern(any_stack: SynthesisedStack) -> None:
    assert concerns(Side(any_stack), Side(any_stack)) == []
