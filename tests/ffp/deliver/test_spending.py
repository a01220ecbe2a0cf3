"""What an account has spent against the model: each difference is named, with the setting that explains it."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from ffp import cli, stacks
from ffp.cost.bill import estimate
from ffp.cost.book import load
from ffp.cost.month import Spread
from ffp.deliver import spending
from ffp.deliver.spending import names
from ffp.deliver.spending.comparing import TOLERANCE_DOLLARS, Model, Row, tolerance
from ffp.project import BadInputError
from ffp.stacks import SynthesisedStack
from tests.ffp.deliver.answers import Answers
from tests.ffp.deliver.explorer import Costs, group, november, october, period, question
from tests.sample.environments import ALL as SAMPLE

_TODAY = date(2026, 11, 30)
_LONG_AGO, _LATER = datetime(2025, 1, 15, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
# What an expected month of the sample's production costs, as AWS's bill names it.
_ON_THE_BILL = {
    "Backup": "AWS Backup",
    "RDS": "Amazon Relational Database Service",
    "CloudWatch": "AmazonCloudWatch",
    "WAF": "AWS WAF",
    "X-Ray": "AWS X-Ray",
    "KMS": "AWS Key Management Service",
    "EC2": "Amazon Elastic Compute Cloud - Compute",
    "S3": "Amazon Simple Storage Service",
    "Public addresses": "Amazon Virtual Private Cloud",
    "CloudFront": "Amazon CloudFront",
    "Secrets Manager": "AWS Secrets Manager",
    "API Gateway": "Amazon API Gateway",
    "Data transfer": "EC2 - Other",
    "Lambda": "AWS Lambda",
    "Cognito": "Amazon Cognito",
    "EventBridge": "CloudWatch Events",
    "SNS": "Amazon Simple Notification Service",
    "SQS": "Amazon Simple Queue Service",
}


@pytest.fixture(scope="session")
def expected(sample_stacks: dict[str, SynthesisedStack]) -> Costs:
    """An expected month's bill, by AWS's names."""
    bill = estimate([sample_stacks["prod"], sample_stacks["bootstrap-prod"]], SAMPLE["prod"].usage)
    return {
        _ON_THE_BILL[service]: sum((line.net.expected for line in lines), Decimal(0))
        for service, lines in bill.services.items()
    }


def _find(
    folder: Path,
    *periods: dict[str, Any],
    deployed: datetime | None = _LONG_AGO,
    today: date = _TODAY,
    asked: dict[str, Any] | None = None,
) -> spending.Spending:
    """What is found by a single question; the sample's roles were made on a day, one of them later and one never."""
    answers = Answers()
    roles = [block.attributes["name"] for block in _stack(folder).of_type("aws_iam_role")]
    answers.refuse("iam", "get_role", "NoSuchEntity")
    for name in roles[1:]:
        if deployed is None:
            answers.refuse("iam", "get_role", "NoSuchEntity")
        else:
            made = max(deployed, _LATER) if name == roles[-1] else deployed
            answers.add("iam", "get_role", {"Role": _role(name, made)}, RoleName=name)
    if deployed:
        answers.add("ce", "get_cost_and_usage", {"ResultsByTime": list(periods)}, **(asked or question()))
    found = spending.find(answers.place(folder), today, print)
    answers.require_used()
    return found


def _stack(folder: Path) -> SynthesisedStack:
    return next(each for each in stacks.load(folder, ["prod"], with_assets=False))


def _role(name: str, made: datetime) -> dict[str, Any]:
    return {
        "Path": "/",
        "RoleName": name,
        "RoleId": "A" * 20,
        "Arn": f"arn:aws:iam::333333333333:role/{name}",
        "CreateDate": made,
    }


def _places(found: spending.Spending) -> list[str]:
    return [each.place for each in found.findings]


def test_an_expected_month_has_no_finding(sample_output: Path, expected: Costs) -> None:
    found = _find(sample_output, october(expected), november(expected))
    assert _places(found) == []
    assert {row.service: row.verdict for row in found.rows if row.verdict} == {}
    total = sum(expected.values())
    assert f"2026-10: {total:.2f} dollars, expected {total:.2f}, before VAT" in found.notes


def test_every_service_of_the_price_book_has_a_name_on_the_bill() -> None:
    services = {names.of_book(price.service) for price in load().prices.values()}
    assert services <= names.compared()
    assert names.compared() <= services


def test_a_service_above_its_busy_month_is_named_with_the_settings_that_move_it(
    sample_output: Path, expected: Costs
) -> None:
    found = _find(sample_output, october({**expected, "Amazon CloudFront": Decimal(30)}), november(expected))
    (finding,) = found.findings
    assert finding.place == "CloudFront in 2026-10"
    assert "it cost 30.00 dollars, more than in a busy month; the model says 2.41 to 18.31" in finding.says
    assert "correct usage.users or usage.delivered_gb_per_user in environments/prod.py" in finding.remedy


def test_a_service_below_its_quiet_month_is_named_unless_aws_still_adds_to_it(
    sample_output: Path, expected: Costs
) -> None:
    less = {**expected, "Amazon Relational Database Service": Decimal(10)}
    (finding,) = _find(sample_output, october(less), november(expected)).findings
    assert finding.place == "RDS in 2026-10"
    assert "less than in a quiet month" in finding.says
    early = _find(sample_output, october(less, estimated=True), november(expected))
    assert _places(early) == []
    assert any("AWS may still add to it" in note for note in early.notes)


def test_what_no_usage_moves_has_another_remedy(sample_stacks: dict[str, SynthesisedStack]) -> None:
    model = Model("prod", [sample_stacks["bootstrap-prod"]], SAMPLE["prod"].usage)
    one = Spread(Decimal(1), Decimal(1), Decimal(1))
    (finding,) = model.findings(date(2026, 10, 1), [Row("Fixed", Decimal(5), one)], is_complete=True)
    assert finding.remedy.startswith("no usage moves it: look for what we did not make")


def test_a_service_that_the_model_does_not_know_is_a_finding_from_a_dollar_on(
    sample_output: Path, expected: Costs
) -> None:
    more = {**expected, "Amazon Macie": TOLERANCE_DOLLARS, "AWS Cost Explorer": Decimal("0.31")}
    found = _find(sample_output, october(more), november(expected))
    (finding,) = found.findings
    assert finding.place == "Amazon Macie in 2026-10"
    assert "the model has nothing of it" in finding.says
    assert "add a price rule" in finding.remedy
    assert "AWS Cost Explorer" in {row.service for row in found.rows}


def test_taxes_and_credits_are_told_and_not_counted(sample_output: Path, expected: Costs) -> None:
    more = (group("Tax", Decimal(500), "Tax"), group("AWS Lambda", Decimal(-900), "Credit"))
    found = _find(sample_output, october(expected, *more), november(expected, *more))
    assert _places(found) == []
    assert "2026-10: left out, since no resource causes it: Credit -900.00, Tax 500.00" in found.notes


def test_all_services_together_are_a_finding_even_where_each_is_in_its_range(
    sample_output: Path, expected: Costs
) -> None:
    small = {f"Service {number}": Decimal("0.99") for number in range(100)}
    found = _find(sample_output, october({**expected, **small}), november(expected))
    assert _places(found) == ["all services in 2026-10"]


def test_this_month_is_projected_after_ten_days(sample_output: Path, expected: Costs) -> None:
    much = {"Amazon CloudFront": Decimal(90)}
    young = question(end="2026-11-10")
    found = _find(
        sample_output,
        october(expected),
        november(much, end="2026-11-10"),
        today=date(2026, 11, 10),
        asked=young,
    )
    assert _places(found) == []
    assert "2026-11: 90.00 dollars so far, too early to project" in found.notes
    older = question(end="2026-11-11")
    found = _find(
        sample_output,
        october(expected),
        november(much, end="2026-11-11"),
        today=date(2026, 11, 11),
        asked=older,
    )
    assert "2026-11: 90.00 dollars so far, 270.00 projected" in found.notes
    (finding,) = found.findings
    assert finding.place == "all services in 2026-11"
    assert "by their course they will cost 270.00 dollars" in finding.says


def test_a_month_that_began_without_the_platform_is_not_judged(sample_output: Path, expected: Costs) -> None:
    nothing = {"AWS Key Management Service": Decimal("0.10")}
    made = datetime(2026, 10, 20, tzinfo=UTC)
    found = _find(sample_output, october(nothing), november(expected), deployed=made)
    assert _places(found) == []
    assert "2026-10: not judged, since the platform was first deployed on 2026-10-20" in found.notes
    this_month = _find(
        sample_output, october({}), november({"AWS WAF": Decimal(50)}), deployed=datetime(2026, 11, 15, tzinfo=UTC)
    )
    assert "2026-11: 50.00 dollars so far, 53.33 projected" in this_month.notes


def test_on_the_first_of_a_month_only_the_last_one_is_asked_for(sample_output: Path, expected: Costs) -> None:
    found = _find(
        sample_output,
        october(expected),
        today=date(2026, 11, 1),
        asked=question("2026-10-01", "2026-11-01"),
    )
    assert _places(found) == []
    assert "2026-11: 0.00 dollars so far, too early to project" in found.notes


def test_january_looks_back_at_december(sample_output: Path, expected: Costs) -> None:
    december = period("2026-12-01", "2027-01-01", expected)
    found = _find(sample_output, december, today=date(2027, 1, 1), asked=question("2026-12-01", "2027-01-01"))
    assert found.month == date(2026, 12, 1)


def test_a_platform_that_is_not_deployed_is_refused_before_anything_is_paid(sample_output: Path) -> None:
    with pytest.raises(BadInputError, match="none of its roles exists; deploy the platform first"):
        _find(sample_output, deployed=None)


def test_the_tolerance_is_a_dollar_or_a_tenth() -> None:
    assert [tolerance(Decimal(each)) for each in (0, 5, 100)] == [1, 1, 10]


def test_the_table_shows_what_was_paid_beside_the_model(sample_output: Path, expected: Costs) -> None:
    file = io.StringIO()
    dear = {**expected, "AWS WAF": Decimal(50)}
    found = _find(sample_output, october(dear), november(expected))
    spending.show(Console(file=file, width=200, emoji=False), found)
    lines = [" ".join(line.split()) for line in file.getvalue().splitlines()]
    assert "WAF 50.00 9.26 9.78 10.78 more than in a busy month" in lines
    assert found.notes[0] in lines


def test_what_costs_nothing_is_refused(loads_sample: None) -> None:
    done = CliRunner().invoke(cli.app, ["deliver", "spending", "local"])
    assert isinstance(done.exception, BadInputError)
    assert "runs on this machine and costs nothing" in str(done.exception)
