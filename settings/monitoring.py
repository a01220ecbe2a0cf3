"""Alarms, their addressee, and how many an environment pays for."""

from dataclasses import dataclass
from typing import Annotated

from settings.base import Settings, between
from settings.types import EmailAddress


@dataclass(frozen=True, kw_only=True)
class MonitoringSettings(Settings):
    """Ten alarms are free, each further metric of an alarm costs about 0.10 dollars a month."""

    email: EmailAddress
    function_alarms: bool = True  # error rate, duration and memory, per function
    database_alarms: bool = True
    api_alarms: bool = True
    error_rate_percent: Annotated[float, between(0.1, 100, "%")] = 5.0
    error_rate_least_calls: Annotated[int, between(1, 10_000)] = 10
    duration_percent_of_timeout: Annotated[int, between(10, 100, "%")] = 80
    memory_percent_of_allocation: Annotated[int, between(10, 100, "%")] = 85
    connections_percent: Annotated[int, between(10, 100, "%")] = 80
    api_latency_ms: Annotated[int, between(50, 30_000, "ms")] = 3000
    client_error_rate_percent: Annotated[float, between(0.1, 100, "%")] = 25.0
    refused_invitations: Annotated[int, between(0, 10_000)] = 5  # of other tenants' users, within an hour
    throttled_requests: Annotated[int, between(0, 1_000_000)] = 20
