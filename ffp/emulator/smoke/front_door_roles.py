"""Tries each role on routes and functions beyond its scopes, through the API and without it."""

import json
from collections.abc import Iterator
from functools import partial

from ffp.emulator.smoke import tokens
from ffp.emulator.smoke.front_door_sign_in import AREA
from ffp.emulator.smoke.kit import Case
from ffp.emulator.smoke.routes import Routed, carries_library, refusals
from ffp.emulator.smoke.walk import Walk, status_and_reason
from settings import Application

WITHOUT_SCOPE = "403 Forbidden"  # the API's text
NOT_IN_THIS_ROLE = "403 the caller's role does not allow this"  # the library's text
_OPENID_SCOPES = {"openid", "email", "profile"}


def _call_route(walk: Walk, route: Routed, role: str) -> str:
    body: object = None if route.method == "GET" else {}
    return status_and_reason(walk.follow(route.key, token=walk.sign_in(walk.user(role)).access, body=body))


def _call_function(walk: Walk, function: str, role: str) -> str:
    answer = walk.pass_on(function, walk.sign_in(walk.user(role)).access)
    return f"{answer['statusCode']} {json.loads(answer['body'])['message']}"


def _ask_for_all_scopes(walk: Walk, role: str) -> str:
    """Signs in with all scopes of the web client, and compares the granted ones with those of the role."""
    granted = set(tokens.claims_of(walk.sign_in(walk.user(role)).access)["scope"].split()) - _OPENID_SCOPES
    own = set(walk.tenancy.scopes_of_roles()[role])
    wrong = [*(f"{scope} too" for scope in sorted(granted - own)), *(f"not {scope}" for scope in sorted(own - granted))]
    return ", ".join(wrong) or "its own scopes"


def cases(application: Application) -> Iterator[Case]:
    """The cases for an application's roles and routes."""
    case, all_scopes = partial(Case, AREA), {scope.name for scope in application.tenancy.scopes}
    for role in application.tenancy.roles:
        lacks_some = all_scopes != set(role.scopes)
        attempt = partial(_ask_for_all_scopes, role=role.name)
        yield case(f"{role.name} asks for the scopes of all roles", "its own scopes", attempt, attack=lacks_some)
    for route, role in refusals(application):
        yield case(f"{route.key} as {role.name}", WITHOUT_SCOPE, partial(_call_route, route=route, role=role.name))
    called = {(route.function.name, role.name) for route, role in refusals(application) if _must_refuse(route)}
    for function, name in sorted(called):
        attempt = partial(_call_function, function=function, role=name)
        yield case(f"{function} called past the API as {name}", NOT_IN_THIS_ROLE, attempt)


def _must_refuse(route: Routed) -> bool:
    """Whether the handler must refuse a role that the route does not admit: it may admit it on another route."""
    return carries_library(route.function) and len(route.function.routes) == 1
