"""Each dangerous change is in the verdict, and no harmless one, of what ships and of another application."""

import json
import zlib
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from ffp.review.concern import Concern, Grade
from ffp.review.side import Side
from ffp.review.verdict import concerns
from ffp.stacks import SynthesisedStack
from tests.review.corpus import DANGEROUS, HARMLESS
from tests.review.corpus.edit import Document, DoesNotApply, Edit, edited, stack_of
from tests.sample.other import ALL as OTHERS

Verdicts = dict[str, list[Concern]]  # by the environment that was changed
Judged = Callable[[Edit], Verdicts]


@pytest.fixture(scope="session")
def judged(
    all_stacks: dict[str, SynthesisedStack],
    other_stacks: dict[str, SynthesisedStack],
    sample_stacks: dict[str, SynthesisedStack],
) -> Judged:
    """The verdicts on an edit of production as it ships, and of the first other application to which it applies.

    Each edit begins with another one, so that together they are asked of all; the sample has whatever these lack.
    What ships may lack something, too.
    """
    environments = {"what ships": ("prod", all_stacks), "the sample": ("prod", sample_stacks)}
    environments |= {name: (name, other_stacks) for name in OTHERS}

    @cache
    def before(name: str, kind: str) -> tuple[SynthesisedStack, Document, Side]:
        environment, stacks = environments[name]
        stack = stacks[environment if kind == "platform" else f"{kind}-{environment}"]
        document: Document = json.loads(stack.path.read_text(encoding="utf-8"))
        return stack, document, Side(stack_of(document, stack.name, stack.path))

    def found(edit: Edit, names: list[str]) -> Iterator[tuple[str, list[Concern]]]:
        for name in names:
            stack, document, side = before(name, edit.stack)
            try:
                after = edited(stack, document, edit)
            except DoesNotApply:
                continue
            yield name, concerns(side, Side(after))

    def judge(edit: Edit) -> Verdicts:
        start = zlib.crc32(edit.name.encode()) % len(OTHERS)
        others = [*OTHERS, *OTHERS][start : start + len(OTHERS)]
        one = next(found(edit, [*others, "the sample"]), None)
        assert one is not None, "it applies to no application of the tests: nothing would notice if it never did"
        return dict([*found(edit, ["what ships"]), one])

    return judge


@pytest.mark.parametrize("edit", DANGEROUS, ids=lambda edit: edit.name)
def test_a_dangerous_change_is_in_the_verdict(edit: Edit, judged: Judged) -> None:
    for name, found in judged(edit).items():
        assert [each for each in found if each.topic == edit.about and each.grade == Grade.RED], (name, found)


@pytest.mark.xdist_group("harmless changes")  # all of the corpus would be too much for one worker
@pytest.mark.parametrize("edit", HARMLESS, ids=lambda edit: edit.name)
def test_a_harmless_change_is_not(edit: Edit, judged: Judged) -> None:
    assert {name: found for name, found in judged(edit).items() if found} == {}


def test_an_unchanged_stack_has_no_concern(any_stack: SynthesisedStack) -> None:
    assert concerns(Side(any_stack), Side(any_stack)) == []
