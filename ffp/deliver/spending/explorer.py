"""What an account has spent, by Cost Explorer, in one request: each costs 0.01 dollars, whoever asks.

https://aws.amazon.com/aws-cost-management/aws-cost-explorer/pricing/
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from botocore.exceptions import ClientError

from ffp import aws
from ffp.deliver.place import Place
from ffp.project import ToolError

# What is paid for use. Taxes, credits, refunds and support are on the bill, too, and no resource causes them.
_USE = ("Usage", "DiscountedUsage", "SavingsPlanCoveredUsage")
_CLOSED = ("AccessDeniedException", "DataUnavailableException")
_OPEN = (
    "open Cost Explorer once in the account's console, which takes a day; in an organisation, its management account"
    " must allow members to use it; and the account's page must let roles see billing (IAM user and role access)"
)


@dataclass
class Spent:
    """Dollars of one month, by AWS's names of services. `others` is what is on the bill beside use."""

    is_estimate: bool = False  # AWS may still add to it
    services: dict[str, Decimal] = field(default_factory=dict)
    others: dict[str, Decimal] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        return sum(self.services.values(), Decimal(0))


def first_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def month_before(day: date) -> date:
    """The first day of the month before a day's."""
    return first_of(first_of(day) - timedelta(days=1))


def spent(place: Place, today: date) -> Mapping[date, Spent]:
    """What the account spent in the last full month and in this one until yesterday, by each month's first day.

    The account is the filter, and not our tags: they would miss what cannot be tagged, and what others left there.
    Raises ToolError if Cost Explorer has no figures, or does not let the role see them.
    """
    client = place.client("ce")
    question = {
        "TimePeriod": {"Start": month_before(today).isoformat(), "End": today.isoformat()},
        "Granularity": "MONTHLY",
        "Metrics": ["UnblendedCost"],
        "GroupBy": [{"Type": "DIMENSION", "Key": key} for key in ("SERVICE", "RECORD_TYPE")],
        "Filter": {"Dimensions": {"Key": "LINKED_ACCOUNT", "Values": [place.settings.account_id]}},
    }
    months: dict[date, Spent] = {}
    token = ""
    with aws.as_tool_errors():
        while True:
            answer = _ask(client, question | ({"NextPageToken": token} if token else {}))
            for period in answer["ResultsByTime"]:
                _add(months.setdefault(date.fromisoformat(period["TimePeriod"]["Start"]), Spent()), period)
            token = answer.get("NextPageToken", "")
            if not token:
                break
    if not any(each.services for each in months.values()):
        raise ToolError(f"Cost Explorer has no figures of account {place.settings.account_id}; {_OPEN}")
    return months


def _ask(client: Any, question: dict[str, Any]) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = client.get_cost_and_usage(**question)
    except ClientError as refusal:
        if (code := aws.error_code(refusal)) in _CLOSED:
            raise ToolError(f"Cost Explorer does not answer ({code}); {_OPEN}") from None
        raise
    return answer


def _add(spent_: Spent, period: dict[str, Any]) -> None:
    spent_.is_estimate = spent_.is_estimate or bool(period.get("Estimated"))
    for group in period.get("Groups", ()):
        service, record_type = group["Keys"]
        cost = group["Metrics"]["UnblendedCost"]
        if cost["Unit"] != "USD":
            raise ToolError(
                f"Cost Explorer: {service} is in {cost['Unit']}, and the price book in USD; compare by hand"
            )
        into, name = (spent_.services, service) if record_type in _USE else (spent_.others, record_type)
        into[name] = into.get(name, Decimal(0)) + Decimal(cost["Amount"])
