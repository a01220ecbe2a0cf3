"""The monthly budget."""

from dataclasses import dataclass
from typing import Annotated

from settings.base import Settings, between
from settings.types import EmailAddress


@dataclass(frozen=True, kw_only=True)
class BudgetSettings(Settings):
    """A budget in dollars, as AWS bills, with one alert on spending and one on the forecast."""

    monthly_usd: Annotated[int, between(1, 100_000, "dollars")]
    """The month's budget for the whole account, in dollars. Exceeding it sends mail; it stops nothing."""

    email: EmailAddress
    """The address that receives both alerts."""

    actual_alert_percent: Annotated[int, between(1, 100, "%")] = 80
    """Share of the budget, already spent, at which the first alert is sent."""

    forecast_alert_percent: Annotated[int, between(1, 200, "%")] = 100
    """Share of the budget at which an alert is sent when AWS forecasts it for the end of the month."""
