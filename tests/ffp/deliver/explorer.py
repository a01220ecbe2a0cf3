"""What Cost Explorer is asked, and what it answers."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

Costs = Mapping[str, Decimal]


def group(service: str, dollars: Decimal, record_type: str = "Usage", unit: str = "USD") -> dict[str, Any]:
    """A line of a bill: a service and a kind of charge."""
    return {"Keys": [service, record_type], "Metrics": {"UnblendedCost": {"Amount": str(dollars), "Unit": unit}}}


def period(start: str, end: str, costs: Costs, *more: dict[str, Any], estimated: bool = False) -> dict[str, Any]:
    """A month's costs, by service."""
    groups = [*(group(service, dollars) for service, dollars in costs.items()), *more]
    return {"TimePeriod": {"Start": start, "End": end}, "Groups": groups, "Estimated": estimated}


def question(start: str = "2026-10-01", end: str = "2026-11-30") -> dict[str, Any]:
    """The question that is asked on 30 November 2026."""
    return {
        "TimePeriod": {"Start": start, "End": end},
        "Granularity": "MONTHLY",
        "Metrics": ["UnblendedCost"],
        "GroupBy": [{"Type": "DIMENSION", "Key": "SERVICE"}, {"Type": "DIMENSION", "Key": "RECORD_TYPE"}],
        "Filter": {"Dimensions": {"Key": "LINKED_ACCOUNT", "Values": ["333333333333"]}},
    }


def october(costs: Costs, *more: dict[str, Any], estimated: bool = False) -> dict[str, Any]:
    """The costs of the last whole month."""
    return period("2026-10-01", "2026-11-01", costs, *more, estimated=estimated)


def november(costs: Costs, *more: dict[str, Any], end: str = "2026-11-30") -> dict[str, Any]:
    """The costs of the month that has not ended."""
    return period("2026-11-01", end, costs, *more, estimated=True)
