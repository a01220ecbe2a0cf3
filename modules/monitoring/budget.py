"""The monthly budget (COST-6): an alert on what was spent, and one on what the month will come to."""

from cdktf_cdktf_provider_aws.budgets_budget import (
    BudgetsBudget,
    BudgetsBudgetNotification,
)
from constructs import Construct

from modules.common import Context
from settings import BudgetSettings


class Budget(Construct):
    """Counts the whole account, which is the environment's own: a filter by tag would miss what carries none."""

    def __init__(self, scope: Construct, id_: str, *, context: Context, settings: BudgetSettings) -> None:
        super().__init__(scope, id_)
        BudgetsBudget(
            self,
            "monthly",
            account_id=context.account_id,
            name=context.name("monthly"),
            budget_type="COST",
            time_unit="MONTHLY",
            limit_amount=str(settings.monthly_usd),
            limit_unit="USD",
            notification=[
                BudgetsBudgetNotification(
                    comparison_operator="GREATER_THAN",
                    notification_type=kind,
                    threshold=percent,
                    threshold_type="PERCENTAGE",
                    subscriber_email_addresses=[settings.email],
                )
                for kind, percent in (
                    ("ACTUAL", settings.actual_alert_percent),
                    ("FORECASTED", settings.forecast_alert_percent),
                )
            ],
        )
