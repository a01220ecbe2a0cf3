"""Of changes by somebody who did not know how the review judges, a sample is judged as they judged it."""

import pytest

from ffp.stacks import SynthesisedStack
from tests.review.corpus.edit import DoesNotApply
from tests.review.opinion.cases import Case
from tests.review.opinion.judging import agrees, every_case, is_known, verdict
from tests.review.opinion.known import FALSE_ALARMS, MISSED

CASES = every_case()
SAMPLE = CASES[::9]


@pytest.mark.parametrize("case", SAMPLE, ids=lambda case: case.name)
def test_the_review_agrees(case: Case, all_stacks: dict[str, SynthesisedStack]) -> None:
    try:
        found = verdict(case, all_stacks)
    except DoesNotApply as nothing:
        pytest.skip(f"nothing to change: {nothing}")
    if is_known(case):
        assert not agrees(case, found), "take it out of known.py"
    else:
        assert agrees(case, found), found


def test_what_is_known_is_about_changes_that_there_are() -> None:
    labels = {case.name: case.label for case in CASES}
    assert {labels.get(name) for name in MISSED} <= {"dangerous"}
    assert {labels.get(name) for name in FALSE_ALARMS} <= {"harmless"}
