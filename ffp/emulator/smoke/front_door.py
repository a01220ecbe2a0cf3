"""The front door: whom the API lets through, and whom it turns away."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from application.application import APPLICATION
from application.tenancy import TENANCY
from ffp.emulator import data
from ffp.emulator.smoke import (
    front_door_attacks,
    front_door_invitations,
    front_door_sign_in,
    front_door_tenants,
    tokens,
)
from ffp.emulator.smoke.front_door_sign_in import AREA
from ffp.emulator.smoke.sign_in import Client, sign_in
from ffp.emulator.smoke.walk import Case, Walk, told

_UNAUTHORISED = "401 Unauthorized"  # in the API's words: a handler has others
_ROUTES = {route.key: route.scopes for group in APPLICATION.groups for each in group.functions for route in each.routes}
_OPEN = APPLICATION.public_routes
_CLOSED = tuple(key for key in _ROUTES if key not in _OPEN)


def _token(walk: Walk) -> str:
    return walk.sign_in(walk.user("administrator")).access


@contextmanager
def _other_client(walk: Walk) -> Iterator[Client]:
    """An app client of the same pool that the API does not know."""
    cognito, pool = walk.client("cognito-idp"), walk.outputs["user-pool"]
    made = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName="another",
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=list(walk.web_client.scopes),
        CallbackURLs=[walk.web_client.callback],
        SupportedIdentityProviders=["COGNITO"],
    )["UserPoolClient"]["ClientId"]
    try:
        yield replace(walk.web_client, id=made)
    finally:
        cognito.delete_user_pool_client(UserPoolId=pool, ClientId=made)


def _of_another_client(walk: Walk) -> str:
    with _other_client(walk) as client:
        return sign_in(walk.account, client, walk.user("administrator"), client.scopes).access


def _by_the_pool(walk: Walk, **claims: object) -> str:
    return tokens.signed_by_the_pool(walk.account, walk.outputs["user-pool"], _token(walk), **claims)


def _with_public_key(walk: Walk) -> str:
    key = tokens.public_key(walk.account, walk.outputs["user-pool"], _token(walk))
    return tokens.with_public_key(_token(walk), key) if key else "no key"


_TOKENS: dict[str, tuple[str, Callable[[Walk], str]]] = {
    "garbage": (_UNAUTHORISED, lambda _: "garbage"),
    "three parts of garbage": (_UNAUTHORISED, lambda _: "e30.e30.e30"),
    "a token signed by a stranger's key": (_UNAUTHORISED, lambda walk: tokens.forged(_token(walk))),
    "a token with `alg: none`": (_UNAUTHORISED, lambda walk: tokens.without_signature(_token(walk))),
    "a token by HS256 under the pool's public key": (_UNAUTHORISED, _with_public_key),
    "a token with the other tenant written into it": (
        _UNAUTHORISED,
        lambda walk: tokens.rewritten(_token(walk), **{TENANCY.tenant: data.TENANTS[1]}),
    ),
    "a token that the pool signed anew": ("200", _by_the_pool),
    "the same, expired a second ago": (_UNAUTHORISED, lambda walk: _by_the_pool(walk, exp=int(time.time()) - 1)),
    "the same, of another issuer": (_UNAUTHORISED, lambda walk: _by_the_pool(walk, iss="https://issuer.example")),
    "a token of another app client": (_UNAUTHORISED, _of_another_client),
}


def _route(walk: Walk, key: str, token: str | None) -> str:
    return told(walk.follow(key, token=token, body=None if key.startswith("GET ") else {}))


def _with_token(walk: Walk, make: Callable[[Walk], str]) -> str:
    return _route(walk, "GET /api/exercises", make(walk))


def _without_its_scopes(walk: Walk, key: str) -> str:
    others = tuple(each for each in walk.web_client.scopes if each.removeprefix("ffp/") not in _ROUTES[key])
    return _route(walk, key, walk.sign_in(walk.user("administrator"), others).access)


def _with_its_scopes(walk: Walk, key: str) -> str:
    scopes = ("openid", *(f"ffp/{scope}" for scope in _ROUTES[key]))
    seen = _route(walk, key, walk.sign_in(walk.user("administrator"), scopes).access)
    return seen if seen.startswith(("401", "403")) else "let in"


def _handler(walk: Walk, use: str) -> str:
    """What a handler says where the API, as on a route without scopes, lets an ID token through."""
    answer = walk.pass_on("list-exercises", getattr(walk.sign_in(walk.user("patient")), use))
    return f"{answer['statusCode']} {json.loads(answer['body']).get('message', '')}".strip()


def _origins(walk: Walk) -> tuple[str, ...]:
    return tuple(walk.stack.of_type("aws_apigatewayv2_api")[0].attributes["cors_configuration"]["allow_origins"])


def _cross_origin(walk: Walk, method: str, *, listed: bool) -> str:
    """What the API allows to origins that it lists, or to others that look like them."""
    origins = _origins(walk)
    asked = origins if listed else ("https://evil.example", "null", *(f"{origin}.evil.example" for origin in origins))
    wish = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}
    seen = set()
    for origin in asked:
        headers = {"Origin": origin, **(wish if method == "OPTIONS" else {})}
        told = walk.call(method, "/api/health", headers=headers).headers
        allowed = told.get("Access-Control-Allow-Origin")
        credentials = " with credentials" if "Access-Control-Allow-Credentials" in told else ""
        seen.add("its origin" + credentials if allowed == origin else allowed or "no origin")
    return ", ".join(sorted(seen))


_case = partial(Case, AREA)
_REFUSALS = (
    *(_case(what, expected, partial(_with_token, make=make)) for what, (expected, make) in _TOKENS.items()),
    *(
        _case(f"{key} without a token", "200", partial(_route, key=key, token=None))
        for key in APPLICATION.public_routes
    ),
    *(_case(f"{key} without a token", _UNAUTHORISED, partial(_route, key=key, token=None)) for key in _CLOSED),
    *(
        _case(f"{key} with all scopes but its own", "403 Forbidden", partial(_without_its_scopes, key=key))
        for key in _CLOSED
    ),
    *(_case(f"{key} with its own scope alone", "let in", partial(_with_its_scopes, key=key)) for key in _CLOSED),
    _case(
        "an ID token on a route with scopes",
        "403 Forbidden",
        lambda walk: _route(walk, "GET /api/exercises", walk.sign_in(walk.user("administrator")).id),
    ),
    _case("an ID token that reaches a handler", "401 an access token is required", partial(_handler, use="id")),
    _case("an access token that reaches the same handler", "200", partial(_handler, use="access")),
    _case("an unknown path", "404 Not Found", lambda walk: _route(walk, "GET /api/nowhere", _token(walk))),
    _case("an unknown path without a token", "404 Not Found", lambda walk: _route(walk, "GET /api/nowhere", None)),
    _case("an unknown method", "404 Not Found", lambda walk: _route(walk, "DELETE /api/notes", _token(walk))),
)

_CROSS_ORIGIN = tuple(
    _case(
        f"{'a preflight' if method == 'OPTIONS' else 'a request'} from {'a listed' if listed else 'another'} origin",
        "its origin" if listed else "no origin",
        partial(_cross_origin, method=method, listed=listed),
    )
    for method in ("OPTIONS", "GET")
    for listed in (True, False)
)

CASES: tuple[Case, ...] = (
    *front_door_sign_in.CASES,
    *front_door_tenants.CASES,
    *front_door_invitations.CASES,
    *front_door_attacks.CASES,
    *_REFUSALS,
    *_CROSS_ORIGIN,
)
