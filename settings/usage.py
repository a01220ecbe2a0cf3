"""Usage: how much of the platform people use in a month, from which `ffp cost` computes a bill and what it outgrows.

Figures are for one active user, so that a profile grows with its number of users. docs/cost.md lists what is assumed
beside them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from settings.base import Limited, Problem, Settings, between, must


@dataclass(frozen=True)
class Range(Settings):
    """A figure that nobody knows exactly: the bill is computed for each of the three."""

    low: float
    """A quiet month."""

    expected: float
    """The month to plan with."""

    high: float
    """A busy month."""

    def rules(self) -> Iterator[Problem]:
        if not self.low <= self.expected <= self.high:
            yield Problem(
                "", (self.low, self.expected, self.high), "must not fall from low to high", "write Range(1, 2, 3)"
            )


def _within(low: int, high: int, unit: str = "") -> Limited:
    span = f"{low} to {high} {unit}".strip()
    return must(lambda value: low <= value.low and value.high <= high, f"must be {span}", f"choose values from {span}")


@dataclass(frozen=True, kw_only=True)
class UsageSettings(Settings):
    """What the users of an environment do in a month. The defaults are production's in its first phase."""

    tenants: Annotated[int, between(1, 1_000_000)] = 10
    """Organisations whose users share the environment. `ffp cost --scale` multiplies tenants and users."""

    users: Annotated[Range, _within(0, 100_000_000, "users")] = Range(500, 1000, 1500)
    """Users who sign in during the month. Cognito bills each of them above its free allowance."""

    requests_per_user: Annotated[Range, _within(0, 1_000_000)] = Range(700, 1000, 1500)
    """Requests to the API by a user. They are taken to be spread evenly over the API's routes."""

    request_ms: Annotated[Range, _within(1, 900_000, "ms")] = Range(100, 200, 400)
    """Milliseconds for which a function works on a request."""

    delivered_gb_per_user: Annotated[Range, _within(0, 100_000, "GB")] = Range(0.25, 0.5, 0.8)
    """Gigabytes of media that CloudFront delivers to a user."""

    cache_miss_percent: Annotated[Range, _within(0, 100, "%")] = Range(10, 20, 40)
    """Share of deliveries that CloudFront must fetch from the bucket first."""

    stored_gb_per_user: Annotated[Range, _within(0, 100_000, "GB")] = Range(0.1, 0.2, 0.3)
    """Gigabytes in the buckets of media and documents, divided by the users."""

    uploaded_gb_per_user: Annotated[Range, _within(0, 100_000, "GB")] = Range(0.005, 0.01, 0.02)
    """Gigabytes of what is stored that are new each month, divided by the users. Older objects may lie in a cheaper
    class."""

    log_kb_per_request: Annotated[Range, _within(0, 10_000, "kB")] = Range(2, 3, 6)
    """Kilobytes that a function logs for a request, beside its line in the API's access log."""

    other_logs_gb: Annotated[Range, _within(0, 1_000_000, "GB")] = Range(1, 2, 4)
    """Gigabytes of logs of the network, the database and the web ACL. They do not grow with the users."""

    database_mb_per_user: Annotated[Range, _within(0, 1_000_000, "MB")] = Range(5, 10, 15)
    """Megabytes in the database, divided by the users."""

    database_growth_percent: Annotated[Range, _within(0, 1000, "%")] = Range(1, 3, 8)
    """Share by which the database grows in a month while the number of users stays the same."""

    database_ms_per_request: Annotated[Range, _within(0, 60_000, "ms")] = Range(2, 5, 10)
    """Milliseconds for which a request occupies a processor of the database. A burstable class earns few of them."""

    messages_per_user: Annotated[Range, _within(0, 100_000)] = Range(1, 4, 10)
    """Messages to the application's topics and queues, such as reminders, for a user."""

    mails_per_user: Annotated[Range, _within(0, 1000)] = Range(0.05, 0.1, 0.3)
    """Invitations and resets of passwords that the user pool sends, divided by the users."""

    token_requests_per_machine: Annotated[Range, _within(0, 100_000_000)] = Range(1_000, 3_000, 9_000)
    """Tokens that an app client of a machine asks for. One that keeps each for 15 minutes asks 2,920 times."""

    peak_factor: Annotated[float, between(1, 10_000)] = 10.0
    """How many times the month's average the busiest minute has. Limits are met at the peak."""
