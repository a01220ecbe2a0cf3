"""Tries which requests the API accepts and which it refuses."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from ffp.emulator.smoke import front_door_attacks, front_door_roles, front_door_sign_in
from ffp.emulator.smoke.front_door_sign_in import AREA
from ffp.emulator.smoke.kit import Case
from ffp.emulator.smoke.walk import Walk
from ffp.smoke import front_door, tokens
from ffp.smoke.front_door import LET_IN, UNAUTHORISED, call, caller, let_in_or_refusal, valid_token
from ffp.smoke.routes import Routed, carries_library, closed, public, simplest
from ffp.smoke.sign_in import Client, User, sign_in
from settings import Application


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


def _of_another_client(walk: Walk, user: User) -> str:
    with _other_client(walk) as client:
        return sign_in(walk.account, client, user, client.scopes).access


def _signed_by_pool(walk: Walk, user: User, **claims: object) -> str:
    """A token with other claims and a valid signature, by the pool's key, which lies in the emulator's folder."""
    file = walk.account.home.folder / "state/cognito-pool-keys" / f"{walk.outputs['user-pool']}-access.pem"
    key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("the pool's key must be an RSA key")
    return tokens.signed_by(key, valid_token(walk, user), **claims)


MakeToken = Callable[[Walk, User], str]  # creates a token, based on this user's
_TOKENS: dict[str, tuple[str, MakeToken]] = {
    "a token that the pool signed again": (LET_IN, _signed_by_pool),
    "the same token, expired a second ago": (
        UNAUTHORISED,
        lambda walk, user: _signed_by_pool(walk, user, exp=int(time.time()) - 1),
    ),
    "the same token, from another issuer": (
        UNAUTHORISED,
        lambda walk, user: _signed_by_pool(walk, user, iss="https://issuer.example"),
    ),
    "a token of another app client": (UNAUTHORISED, _of_another_client),
}


def _with_token(walk: Walk, route: Routed, make_token: MakeToken) -> str:
    return let_in_or_refusal(call(walk, route.key, make_token(walk, caller(walk, route))))


def _call_handler(walk: Walk, route: Routed, use: str) -> str:
    """Invokes a handler with a user's access or ID token (`use`), as the API does on a route without scopes."""
    answer = walk.pass_on(route.function.name, getattr(walk.sign_in(caller(walk, route)), use))
    return let_in_or_refusal(f"{answer['statusCode']} {json.loads(answer['body']).get('message', '')}".strip())


def _origins(walk: Walk) -> tuple[str, ...]:
    return tuple(walk.stack.of_type("aws_apigatewayv2_api")[0].attributes["cors_configuration"]["allow_origins"])


def _cross_origin(walk: Walk, method: str, route: Routed, *, listed: bool) -> str:
    """The origins that the API allows, for requests from listed origins or from others that look similar."""
    origins = _origins(walk)
    tried = origins if listed else ("https://evil.example", "null", *(f"{origin}.evil.example" for origin in origins))
    preflight = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}
    token = None if route.public or method == "OPTIONS" else valid_token(walk, caller(walk, route))
    results = set()
    for origin in tried:
        headers = {"Origin": origin, **(preflight if method == "OPTIONS" else {})}
        answer: requests.Response = walk.follow(f"{method} {route.path}", token=token, headers=headers)
        allowed = answer.headers.get("Access-Control-Allow-Origin")
        credentials = " with credentials" if "Access-Control-Allow-Credentials" in answer.headers else ""
        results.add("its origin" + credentials if allowed == origin else allowed or "no origin")
    return ", ".join(sorted(results))


_case = partial(Case, AREA)


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
    """The cases for an application's routes and roles: those that fit every environment, and the emulator's own."""
    all_cases: list[Case] = [
        *front_door.cases(application),
        *front_door_sign_in.cases(application),
        *front_door_roles.cases(application),
        *front_door_attacks.cases(application),
    ]
    if route := simplest(closed(application)):
        all_cases += [
            _case(what, expected, partial(_with_token, route=route, make_token=make_token))
            for what, (expected, make_token) in _TOKENS.items()
        ]
    if route := simplest(route for route in closed(application) if carries_library(route.function)):
        all_cases += _cases_of_one_handler(route)
    if route := simplest(public(application)) or simplest(closed(application)):
        all_cases += _cross_origin_cases(route)
    return tuple(all_cases)
