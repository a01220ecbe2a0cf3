"""Lambda functions, their deployment packages, schedules and provisioned concurrency (MAP-1)."""

from modules.functions.function import Function

__all__ = ["Function"]
