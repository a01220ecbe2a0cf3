"""Tries which requests the API accepts and which it refuses."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import requests

from ffp.emulator import data
from ffp.emulator.smoke import front_door_attacks, front_door_roles, front_door_sign_in, tokens
from ffp.emulator.smoke.front_door_sign_in import AREA
from ffp.emulator.smoke.kit import TENANTS, Case
from ffp.emulator.smoke.routes import (
    Routed,
    carries_library,
    closed,
    public,
    simplest,
    unknown_method,
    unknown_path,
    with_most_scopes,
)
from ffp.emulator.smoke.sign_in import Client, sign_in
from ffp.emulator.smoke.walk import Walk, status_and_reason
from settings import Application
from settings.tenancy import full_name

LET_IN = "let in"
_UNAUTHORISED = "401 Unauthorized"  # API Gateway's text; a handler has a different one
_NOT_FOUND = "404 Not Found"  # likewise

MakeToken = Callable[[Walk, data.User], str]  # creates a token, based on this user's


def _user(walk: Walk, route: Routed) -> data.User:
    """A user who may call the route."""
    return walk.user(with_most_scopes(walk.application, route).name)


def _valid_token(walk: Walk, user: data.User) -> str:
    return walk.sign_in(user).access


@contextmanager
def _other_client(walk: Walk) -> Iterator[Client]:
    """Creates an app client of the same pool that the API does not accept, for the duration of the block."""
    cognito, pool = walk.client("cognito-idp"), walk.outputs["user-pool"]
    client_id = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName="another",
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=list(walk.web_client.scopes),
        CallbackURLs=[walk.web_client.callback],
        SupportedIdentityProviders=["COGNITO"],
    )["UserPoolClient"]["ClientId"]
    try:
        yield replace(walk.web_client, id=client_id)
    finally:
        cognito.delete_user_pool_client(UserPoolId=pool, ClientId=client_id)


def _of_another_client(walk: Walk, user: data.User) -> str:
    with _other_client(walk) as client:
        return sign_in(walk.account, client, user, client.scopes).access


def _signed_by_pool(walk: Walk, user: data.User, **claims: object) -> str:
    return tokens.signed_by_the_pool(walk.account, walk.outputs["user-pool"], _valid_token(walk, user), **claims)


def _with_public_key(walk: Walk, user: data.User) -> str:
    token = _valid_token(walk, user)
    key = tokens.public_key(walk.account, walk.outputs["user-pool"], token)
    return tokens.with_public_key(token, key) if key else "no key"


def _changed_to_other_tenant(walk: Walk, user: data.User) -> str:
    return tokens.rewritten(_valid_token(walk, user), **{walk.tenancy.tenant: TENANTS[1]})


_TOKENS: dict[str, tuple[str, MakeToken]] = {
    "garbage": (_UNAUTHORISED, lambda _walk, _user: "garbage"),
    "three parts of garbage": (_UNAUTHORISED, lambda _walk, _user: "e30.e30.e30"),
    "a token signed with another key": (_UNAUTHORISED, lambda walk, user: tokens.forged(_valid_token(walk, user))),
    "a token with `alg: none`": (_UNAUTHORISED, lambda walk, user: tokens.without_signature(_valid_token(walk, user))),
    "an HS256 token signed with the pool's public key": (_UNAUTHORISED, _with_public_key),
    "a token changed to the other tenant": (_UNAUTHORISED, _changed_to_other_tenant),
    "a token that the pool signed again": (LET_IN, _signed_by_pool),
    "the same token, expired a second ago": (
        _UNAUTHORISED,
        lambda walk, user: _signed_by_pool(walk, user, exp=int(time.time()) - 1),
    ),
    "the same token, from another issuer": (
        _UNAUTHORISED,
        lambda walk, user: _signed_by_pool(walk, user, iss="https://issuer.example"),
    ),
    "a token of another app client": (_UNAUTHORISED, _of_another_client),
    "an ID token": ("403 Forbidden", lambda walk, user: walk.sign_in(user).id),
}


def _let_in_or_refusal(answer: str) -> str:
    """LET_IN if the request reached a handler, whatever its response; otherwise the refusal."""
    return answer if answer.startswith(("401", "403", "5")) or answer == _NOT_FOUND else LET_IN


def _call(walk: Walk, key: str, token: str | None) -> str:
    return status_and_reason(walk.follow(key, token=token, body=None if key.startswith("GET ") else {}))


def _without_token(walk: Walk, route: Routed) -> str:
    return _call(walk, route.key, None)


def _call_public(walk: Walk, route: Routed) -> str:
    return _let_in_or_refusal(_without_token(walk, route))


def _with_token(walk: Walk, route: Routed, make_token: MakeToken) -> str:
    return _let_in_or_refusal(_call(walk, route.key, make_token(walk, _user(walk, route))))


def _without_its_scopes(walk: Walk, route: Routed) -> str:
    own = {full_name(scope) for scope in route.scopes}
    others = tuple(scope for scope in walk.web_client.scopes if scope not in own)
    return _call(walk, route.key, walk.sign_in(_user(walk, route), others).access)


def _with_its_scopes(walk: Walk, route: Routed) -> str:
    scopes = ("openid", *map(full_name, route.scopes))
    return _let_in_or_refusal(_call(walk, route.key, walk.sign_in(_user(walk, route), scopes).access))


def _call_handler(walk: Walk, route: Routed, use: str) -> str:
    """Invokes a handler with a user's access or ID token (`use`), as the API does on a route without scopes."""
    answer = walk.pass_on(route.function.name, getattr(walk.sign_in(_user(walk, route)), use))
    return _let_in_or_refusal(f"{answer['statusCode']} {json.loads(answer['body']).get('message', '')}".strip())


def _call_path(walk: Walk, method: str, path: str, route: Routed, *, signed_in: bool = True) -> str:
    token = _valid_token(walk, _user(walk, route)) if signed_in else None
    return _call(walk, f"{method} {path}", token)


def _origins(walk: Walk) -> tuple[str, ...]:
    return tuple(walk.stack.of_type("aws_apigatewayv2_api")[0].attributes["cors_configuration"]["allow_origins"])


def _cross_origin(walk: Walk, method: str, route: Routed, *, listed: bool) -> str:
    """The origins that the API allows, for requests from listed origins or from others that look similar."""
    origins = _origins(walk)
    tried = origins if listed else ("https://evil.example", "null", *(f"{origin}.evil.example" for origin in origins))
    preflight = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}
    token = None if route.public or method == "OPTIONS" else _valid_token(walk, _user(walk, route))
    results = set()
    for origin in tried:
        headers = {"Origin": origin, **(preflight if method == "OPTIONS" else {})}
        answer: requests.Response = walk.follow(f"{method} {route.path}", token=token, headers=headers)
        allowed = answer.headers.get("Access-Control-Allow-Origin")
        credentials = " with credentials" if "Access-Control-Allow-Credentials" in answer.headers else ""
        results.add("its origin" + credentials if allowed == origin else allowed or "no origin")
    return ", ".join(sorted(results))


_case = partial(Case, AREA)


def _cases_of_routes(application: Application) -> Iterator[Case]:
    for route in public(application):
        yield _case(f"{route.key} without a token", LET_IN, partial(_call_public, route=route))
    for route in closed(application):
        yield _case(f"{route.key} without a token", _UNAUTHORISED, partial(_without_token, route=route))
        yield _case(
            f"{route.key} with all scopes but its own", "403 Forbidden", partial(_without_its_scopes, route=route)
        )
        yield _case(f"{route.key} with only its own scope", LET_IN, partial(_with_its_scopes, route=route))


def _cases_of_one_route(application: Application, route: Routed) -> Iterator[Case]:
    """Cases that have the same result on every closed route, tried on one."""
    for what, (expected, make_token) in _TOKENS.items():
        yield _case(what, expected, partial(_with_token, route=route, make_token=make_token))
    path = unknown_path(application)
    yield _case("an unknown path", _NOT_FOUND, partial(_call_path, method="GET", path=path, route=route))
    without = partial(_call_path, method="GET", path=path, route=route, signed_in=False)
    yield _case("an unknown path without a token", _NOT_FOUND, without)
    if method := unknown_method(application, route):
        yield _case("an unknown method", _NOT_FOUND, partial(_call_path, method=method, path=route.path, route=route))


def _cases_of_one_handler(route: Routed) -> Iterator[Case]:
    refusal = "401 an access token is required"  # the library's
    yield _case("an ID token that reaches a handler", refusal, partial(_call_handler, route=route, use="id"))
    yield _case(
        "an access token that reaches the same handler", LET_IN, partial(_call_handler, route=route, use="access")
    )


def _cross_origin_cases(route: Routed) -> Iterator[Case]:
    for method, what in (("OPTIONS", "a preflight"), (route.method, "a request")):
        for listed in (True, False):
            yield _case(
                f"{what} from {'a listed' if listed else 'another'} origin",
                "its origin" if listed else "no origin",
                partial(_cross_origin, method=method, route=route, listed=listed),
            )


def cases(application: Application) -> tuple[Case, ...]:
    """The cases for an application's routes and roles."""
    all_cases = [
        *front_door_sign_in.cases(application),
        *front_door_roles.cases(application),
        *front_door_attacks.cases(application),
        *_cases_of_routes(application),
    ]
    if route := simplest(closed(application)):
        all_cases += _cases_of_one_route(application, route)
    if route := simplest(route for route in closed(application) if carries_library(route.function)):
        all_cases += _cases_of_one_handler(route)
    if route := simplest(public(application)) or simplest(closed(application)):
        all_cases += _cross_origin_cases(route)
    return tuple(all_cases)
