"""What each role may call: nothing beyond its scopes, neither through the API nor past it."""

import json
from collections.abc import Iterator
from functools import partial

from ffp.emulator.smoke import tokens
from ffp.emulator.smoke.front_door_sign_in import AREA
from ffp.emulator.smoke.kit import Case
from ffp.emulator.smoke.routes import Routed, carries_library, refusals
from ffp.emulator.smoke.walk import Walk, told
from settings import Application

WITHOUT_SCOPE = "403 Forbidden"  # the API's words
NOT_IN_THIS_ROLE = "403 the caller's role does not allow this"  # a handler's
_OF_OPENID = {"openid", "email", "profile"}


def _calls(walk: Walk, route: Routed, role: str) -> str:
    body: object = None if route.method == "GET" else {}
    return told(walk.follow(route.key, token=walk.sign_in(walk.user(role)).access, body=body))


def _past_the_api(walk: Walk, function: str, role: str) -> str:
    answer = walk.pass_on(function, walk.sign_in(walk.user(role)).access)
    return f"{answer['statusCode']} {json.loads(answer['body'])['message']}"


def _asks_for_all(walk: Walk, role: str) -> str:
    """Signs in with all scopes of the web client, which are those of all roles."""
    found = set(tokens.claims_of(walk.sign_in(walk.user(role)).access)["scope"].split()) - _OF_OPENID
    own = set(walk.tenancy.scopes_of_roles()[role])
    wrong = [*(f"{scope} too" for scope in sorted(found - own)), *(f"not {scope}" for scope in sorted(own - found))]
    return ", ".join(wrong) or "its own scopes"


def cases(application: Application) -> Iterator[Case]:
    """The cases for these roles and routes."""
    case, all_scopes = partial(Case, AREA), {scope.name for scope in application.tenancy.scopes}
    for role in application.tenancy.roles:
        lacks_some = all_scopes != set(role.scopes)
        attempt = partial(_asks_for_all, role=role.name)
        yield case(f"{role.name} asks for the scopes of all roles", "its own scopes", attempt, attack=lacks_some)
    for route, role in refusals(application):
        yield case(f"{route.key} as {role.name}", WITHOUT_SCOPE, partial(_calls, route=route, role=role.name))
    called = {(route.function.name, role.name) for route, role in refusals(application) if _may_refuse(route)}
    for function, name in sorted(called):
        attempt = partial(_past_the_api, function=function, role=name)
        yield case(f"{function} called past the API as {name}", NOT_IN_THIS_ROLE, attempt)


def _may_refuse(route: Routed) -> bool:
    """Whether its handler must refuse whom the route does not admit: one with several may admit the role on another."""
    return carries_library(route.function) and len(route.function.routes) == 1
