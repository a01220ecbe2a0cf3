"""Tries each role on routes and functions beyond its scopes, through the API and without it."""

import json
from collections.abc import Iterator
from functools import partial

from ffp.emulator.smoke.front_door_sign_in import AREA
from ffp.emulator.smoke.kit import Case
from ffp.emulator.smoke.walk import Walk
from ffp.smoke.routes import Routed, carries_library, refusals
from settings import Application

# The library's texts.
NOT_IN_THIS_ROLE = "403 the caller's role does not allow this"
NO_MACHINE = "401 a machine's access token is required"


def _call_function(walk: Walk, function: str, role: str) -> str:
    answer = walk.pass_on(function, walk.sign_in(walk.user(role)).access)
    return f"{answer['statusCode']} {json.loads(answer['body'])['message']}"


def cases(application: Application) -> Iterator[Case]:
    """The cases for an application's roles and routes."""
    case = partial(Case, AREA)
    called = {
        (route.function.name, role.name, NO_MACHINE if route.of_machines else NOT_IN_THIS_ROLE)
        for route, role in refusals(application)
        if _must_refuse(route)
    }
    for function, name, refusal in sorted(called):
        attempt = partial(_call_function, function=function, role=name)
        yield case(f"{function} called past the API as {name}", refusal, attempt)


def _must_refuse(route: Routed) -> bool:
    """Whether the handler must refuse a role that the route does not admit: it may admit it on another route."""
    return carries_library(route.function) and len(route.function.routes) == 1
