"""What Cost Explorer answers: pages, refusals, and figures that cannot be compared."""

from datetime import date
from decimal import Decimal

import pytest

from ffp.deliver.spending.explorer import spent
from ffp.project import ToolError
from tests.ffp.deliver.answers import Answers
from tests.ffp.deliver.explorer import group, october, period, question

_TODAY = date(2026, 11, 30)


@pytest.mark.parametrize("code", ["AccessDeniedException", "DataUnavailableException"])
def test_cost_explorer_that_is_closed_is_told_with_the_way_to_open_it(code: str) -> None:
    answers = Answers().refuse("ce", "get_cost_and_usage", code)
    with pytest.raises(ToolError, match=rf"does not answer \({code}\); open Cost Explorer once"):
        spent(answers.place(), _TODAY)


def test_other_refusals_of_cost_explorer_are_told_as_they_are() -> None:
    answers = Answers().refuse("ce", "get_cost_and_usage", "LimitExceededException")
    with pytest.raises(ToolError, match="GetCostAndUsage: LimitExceededException"):
        spent(answers.place(), _TODAY)


def test_an_empty_answer_is_no_month_without_costs() -> None:
    answers = Answers().add("ce", "get_cost_and_usage", {"ResultsByTime": [october({})]}, **question())
    with pytest.raises(ToolError, match="has no figures of account 333333333333"):
        spent(answers.place(), _TODAY)


def test_another_currency_is_not_compared() -> None:
    pounds = period("2026-10-01", "2026-11-01", {}, group("AWS WAF", Decimal(1), unit="GBP"))
    answers = Answers().add("ce", "get_cost_and_usage", {"ResultsByTime": [pounds]}, **question())
    with pytest.raises(ToolError, match="AWS WAF is in GBP"):
        spent(answers.place(), _TODAY)


def test_further_pages_are_read_and_added() -> None:
    first, second = october({"AWS WAF": Decimal(1)}), october({"AWS WAF": Decimal(2), "AWS Lambda": Decimal(3)})
    answers = Answers()
    answers.add("ce", "get_cost_and_usage", {"ResultsByTime": [first], "NextPageToken": "t"}, **question())
    answers.add("ce", "get_cost_and_usage", {"ResultsByTime": [second]}, **question(), NextPageToken="t")
    (month,) = spent(answers.place(), _TODAY).values()
    assert month.services == {"AWS WAF": Decimal(3), "AWS Lambda": Decimal(3)}
