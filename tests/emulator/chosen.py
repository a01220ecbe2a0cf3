"""What tests on the deployed platform take of its application, whichever it is: a group, a function, a route."""

from collections.abc import Iterable

import pytest

from ffp.emulator.smoke import routes
from ffp.emulator.smoke.routes import Routed
from settings import environments

APPLICATION = environments.load()["local"].application
GROUP = APPLICATION.groups[0].name
FUNCTION = APPLICATION.functions[0].name


def answering() -> tuple[Routed, ...]:
    """The routes that require a token and whose functions can use the library, in the application's order."""
    return tuple(route for route in routes.closed(APPLICATION) if routes.carries_library(route.function))


def closed_route(among: Iterable[str] = ()) -> Routed:
    """The route that is easiest to call, of these functions if there are any. Without a route, the test is skipped."""
    preferred = [route for route in answering() if route.function.name in set(among)]
    route = routes.simplest(preferred or answering())
    if route is None:
        pytest.skip("the application has no route that requires a token")
    return route
