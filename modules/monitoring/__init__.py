"""Alarms, the dashboard, saved queries and the budget (MAP-9)."""

from modules.monitoring.budget import Budget
from modules.monitoring.monitoring import Monitoring

__all__ = ["Budget", "Monitoring"]
