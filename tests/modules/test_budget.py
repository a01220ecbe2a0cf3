from tests.modules.template import Template


def test_a_budget_warns_of_what_was_spent_and_of_what_the_month_will_come_to(prod: Template) -> None:
    budget = prod.one("aws_budgets_budget")
    assert (budget["budget_type"], budget["time_unit"], budget["limit_unit"]) == ("COST", "MONTHLY", "USD")
    assert budget["limit_amount"] == "115"
    assert {each["notification_type"]: each["threshold"] for each in budget["notification"]} == {
        "ACTUAL": 80,
        "FORECASTED": 100,
    }
    for each in budget["notification"]:
        assert each["threshold_type"] == "PERCENTAGE"
        assert each["subscriber_email_addresses"] == ["platform@ffp.example"]
