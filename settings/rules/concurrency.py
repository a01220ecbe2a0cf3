"""What functions reserve must fit into what the account and the database have."""

from collections.abc import Iterator

from settings.application import Application
from settings.base import Problem
from settings.database import DatabaseSettings
from settings.limits import AccountLimits

_FIELD = "application.functions.reserved_concurrency"


def concurrency_problems(
    application: Application, database: DatabaseSettings, limits: AccountLimits
) -> Iterator[Problem]:
    """More executions than the account can reserve, or than the database has connections for."""
    reserved = sum(function.reserved_concurrency or 0 for function in application.functions)
    free = limits.concurrent_executions - limits.unreserved_minimum
    if reserved > free:
        yield Problem(
            _FIELD,
            reserved,
            f"the account has {free} to reserve: {limits.concurrent_executions} less the unreserved minimum",
            "lower reservations, or have the quota raised and set limits.concurrent_executions to it",
        )
    connections = sum(
        function.reserved_concurrency or 0
        for group in application.groups
        if group.uses_database
        for function in group.functions
    )
    if connections > database.connections_for_functions:
        yield Problem(
            _FIELD,
            connections,
            f"the database has {database.connections_for_functions} connections for functions",
            "lower reservations of functions that use the database, or raise database.max_connections",
        )
