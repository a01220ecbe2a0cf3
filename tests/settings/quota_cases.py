"""Bad input in daily quotas."""

from dataclasses import replace
from typing import Any

from settings import Environment
from tests.settings.case import Case
from tests.settings.changed import PROD, area

ONE, *OTHERS = PROD.application.quotas


def _one(**changes: Any) -> Environment:
    return area("application", quotas=(replace(ONE, **changes), *OTHERS))


FIELD = f"application.quotas[{ONE.name}]"

CASES = {
    "a quota twice": Case(
        area("application", quotas=(ONE, *PROD.application.quotas)),
        "application.quotas",
        repr(ONE.name),
        "is listed twice",
        "remove one",
    ),
    "a quota of nothing": Case(
        _one(per_user=0), f"{FIELD}.per_user", "0", "must be 1 to 1000000000000", "choose a value"
    ),
    "a quota that is none": Case(
        _one(per_tenant=10**12 + 1), f"{FIELD}.per_tenant", "1000000000001", "must be 1 to", "choose a value"
    ),
    "a user with more than the tenant": Case(
        _one(per_user=5_001, per_tenant=5_000),
        f"{FIELD}.per_user",
        "5001",
        "must not exceed per_tenant, 5000",
        "raise per_tenant",
    ),
}
