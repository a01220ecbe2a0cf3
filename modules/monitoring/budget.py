"""The monthly budget (COST-6), with an alert on actual spending and one on the month's forecast."""

from modules.common import Context
from modules.framework import BudgetsBudget, BudgetsBudgetNotification, Construct
from settings import BudgetSettings


class Budget(Construct):
    """A budget for the whole account, which belongs to one environment: a filter by tag would miss untagged costs."""

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
