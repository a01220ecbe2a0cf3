"""The monthly budget."""

from dataclasses import dataclass
from typing import Annotated

from settings.base import Settings, between
from settings.types import EmailAddress


@dataclass(frozen=True, kw_only=True)
class BudgetSettings(Settings):
    """In dollars, as AWS bills; alerts on what was spent and on what the month will come to."""

    monthly_usd: Annotated[int, between(1, 100_000, "dollars")]
    email: EmailAddress
    actual_alert_percent: Annotated[int, between(1, 100, "%")] = 80
    forecast_alert_percent: Annotated[int, between(1, 200, "%")] = 100
