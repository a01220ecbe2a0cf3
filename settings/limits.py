"""The quotas of an AWS account that limit a platform."""

from dataclasses import dataclass
from typing import Annotated

from settings.base import Settings, between


@dataclass(frozen=True, kw_only=True)
class AccountLimits(Settings):
    """The account's Lambda quotas. A new account has less than AWS's usual 1000."""

    concurrent_executions: Annotated[int, between(10, 100_000)] = 1000
    """The account's quota of Lambda executions at one time. A new account has less than AWS's usual 1000: a deploy
    fails if this number is too high."""

    unreserved_minimum: Annotated[int, between(0, 1000)] = 100
    """Executions that must stay unreserved. Lambda refuses reservations that leave fewer."""
