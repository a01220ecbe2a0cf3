"""What an application may have of AWS's limits, as far as settings can count it; `ffp/limits/` measures the rest."""

from collections.abc import Iterator

from catalogue.limits import callers
from settings.api import INTEGRATION_TIMEOUT_SECONDS
from settings.application import Application
from settings.base import Problem
from settings.identity import IdentitySettings
from settings.limits import AccountLimits

# How many scopes of OpenID Connect the app client has besides those of the tenancy; a test compares it with the JSON.
SIGN_IN_SCOPES = 3


def limit_problems(application: Application, identity: IdentitySettings, account: AccountLimits) -> Iterator[Problem]:
    """Routes, their functions' time, integrations, scopes and addresses beyond AWS's limits."""
    yield from _slow_routes(application)
    functions, scopes = application.functions, application.tenancy.scopes
    counted = [
        ("application.functions.routes", callers.API_ROUTES, sum(len(each.routes) for each in functions)),
        ("application.functions.routes", callers.API_INTEGRATIONS, sum(bool(each.routes) for each in functions)),
        ("application.tenancy.scopes", callers.POOL_SCOPES, len(scopes)),
        (
            "application.tenancy.scopes",
            callers.CLIENT_SCOPES,
            len(application.tenancy.scopes_of_people) + SIGN_IN_SCOPES,
        ),
        ("identity.machines", callers.AUDIENCES, _audiences(identity)),
        *(
            (f"identity.machines[{each.name}].scopes", callers.CLIENT_SCOPES, len(each.scopes))
            for each in identity.machines
        ),
        ("identity.callback_urls", callers.CALLBACK_URLS, len(identity.callback_urls)),
        ("identity.logout_urls", callers.LOGOUT_URLS, len(identity.logout_urls)),
        *(
            (f"identity.more_clients[{client.name}].{field}", limit, len(getattr(client, field)))
            for client in identity.more_clients
            for field, limit in (("callback_urls", callers.CALLBACK_URLS), ("logout_urls", callers.LOGOUT_URLS))
        ),
        *(
            (
                f"application.functions[{function.name}].routes[{route.key}].scopes",
                callers.ROUTE_SCOPES,
                len(route.scopes),
            )
            for function in functions
            for route in function.routes
        ),
    ]
    for field, limit, number in counted:
        if number > account.allowed(limit):
            yield Problem(
                field,
                number,
                f"AWS's limit for the {limit.name} is {account.allowed(limit)} {limit.unit}",
                limit.with_request,
            )


def _audiences(identity: IdentitySettings) -> int:
    """The clients whose tokens the API accepts, each machine with the two that it has during a renewal."""
    return len(identity.clients) + 2 * len(identity.machines)


def _slow_routes(application: Application) -> Iterator[Problem]:
    """Functions that the API would not wait for."""
    for function in application.functions:
        if function.routes and function.timeout_seconds >= INTEGRATION_TIMEOUT_SECONDS:
            yield Problem(
                f"application.functions[{function.name}].timeout_seconds",
                function.timeout_seconds,
                f"must stay below the API's {INTEGRATION_TIMEOUT_SECONDS} seconds",
                "lower it, or make the work asynchronous",
            )
