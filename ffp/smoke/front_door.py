"""Tries which requests the API accepts and which it refuses, with nothing but users' tokens."""

from collections.abc import Callable, Iterator
from functools import partial

from ffp.smoke import tokens
from ffp.smoke.case import Case
from ffp.smoke.routes import (
    Routed,
    closed,
    of_machines,
    public,
    refusals,
    simplest,
    unknown_method,
    unknown_path,
    with_most_scopes,
)
from ffp.smoke.sign_in import User
from ffp.smoke.visit import OPENID, Visit, status_and_reason
from settings import Application
from settings.tenancy import full_name

AREA = "front door"
LET_IN = "let in"
UNAUTHORISED = "401 Unauthorized"  # API Gateway's text; a handler has a different one
WITHOUT_SCOPE = "403 Forbidden"  # likewise
_NOT_FOUND = "404 Not Found"  # likewise
_BROKEN = "the function fails, or the API cannot reach it: roll it back, then read its log"
_OPEN = "the API lets in whom it must refuse: its authoriser or its scopes have changed"
_UNSIGNED = "the function takes what nobody signed, or fails: it must verify the signature with ffp_lambda.webhook"
_SHUT = "users cannot do what they may: the authoriser, the scopes or the token trigger have changed"

MakeToken = Callable[[Visit, User], str]  # creates a token, based on this user's


def caller(visit: Visit, route: Routed) -> User:
    """A user who may call the route."""
    return visit.user(with_most_scopes(visit.application, route).name)


def valid_token(visit: Visit, user: User) -> str:
    return visit.sign_in(user).access


def _with_public_key(visit: Visit, user: User) -> str:
    token = valid_token(visit, user)
    key = tokens.public_key(visit.pool_keys(), token)
    return tokens.with_public_key(token, key) if key else "no key"


def _changed_to_other_tenant(visit: Visit, user: User) -> str:
    return tokens.rewritten(valid_token(visit, user), **{visit.tenancy.tenant: visit.tenants[1]})


_TOKENS: dict[str, tuple[str, MakeToken]] = {
    "garbage": (UNAUTHORISED, lambda _visit, _user: "garbage"),
    "three parts of garbage": (UNAUTHORISED, lambda _visit, _user: "e30.e30.e30"),
    "a token signed with another key": (UNAUTHORISED, lambda visit, user: tokens.forged(valid_token(visit, user))),
    "a token with `alg: none`": (UNAUTHORISED, lambda visit, user: tokens.without_signature(valid_token(visit, user))),
    "an HS256 token signed with the pool's public key": (UNAUTHORISED, _with_public_key),
    "a token changed to the other tenant": (UNAUTHORISED, _changed_to_other_tenant),
    "an ID token": (WITHOUT_SCOPE, lambda visit, user: visit.sign_in(user).id),
}


def let_in_or_refusal(answer: str) -> str:
    """LET_IN if the request reached a handler, whatever its response; otherwise the refusal."""
    return answer if answer.startswith(("401", "403", "5")) or answer == _NOT_FOUND else LET_IN


def call(visit: Visit, key: str, token: str | None) -> str:
    """The status of a route's answer to an empty body, with the message."""
    return status_and_reason(visit.follow(key, token=token, body=None if key.startswith("GET ") else {}))


def _without_token(visit: Visit, route: Routed) -> str:
    return call(visit, route.key, None)


def _call_public(visit: Visit, route: Routed) -> str:
    return let_in_or_refusal(_without_token(visit, route))


def _call_unsigned(visit: Visit, route: Routed) -> str:
    answer = _without_token(visit, route)
    return answer.partition(" ")[0] if answer != UNAUTHORISED else answer


def with_token(visit: Visit, route: Routed, make_token: MakeToken) -> str:
    """What the API makes of a token that somebody has made from a user's."""
    return let_in_or_refusal(call(visit, route.key, make_token(visit, caller(visit, route))))


def _without_its_scopes(visit: Visit, route: Routed) -> str:
    own = {full_name(scope) for scope in route.scopes}
    others = tuple(scope for scope in visit.web_client.scopes if scope not in own)
    return call(visit, route.key, visit.sign_in(caller(visit, route), others).access)


def _with_its_scopes(visit: Visit, route: Routed) -> str:
    scopes = ("openid", *map(full_name, route.scopes))
    return let_in_or_refusal(call(visit, route.key, visit.sign_in(caller(visit, route), scopes).access))


def _call_path(visit: Visit, method: str, path: str, route: Routed, *, signed_in: bool = True) -> str:
    token = valid_token(visit, caller(visit, route)) if signed_in else None
    return call(visit, f"{method} {path}", token)


def _call_route(visit: Visit, route: Routed, role: str) -> str:
    return call(visit, route.key, visit.sign_in(visit.user(role)).access)


def _sign_in_as(visit: Visit, role: str, tenant: int) -> str:
    token = visit.sign_in(visit.user(role, tenant)).access
    key = tokens.public_key(visit.pool_keys(), token)
    signed = "the pool's key" if key and tokens.is_signed_by(token, key) else "no key of the pool"
    claims = tokens.claims_of(token)
    identity = f"tenant {visit.tenants.index(claims[visit.tenancy.tenant]) + 1}, {claims[visit.tenancy.role]}"
    return f"{tokens.header_of(token)['alg']} by {signed}: {identity}"


def _ask_for_all_scopes(visit: Visit, role: str) -> str:
    """Signs in with all scopes of the web client, and compares the granted ones with those of the role."""
    granted = set(tokens.claims_of(visit.sign_in(visit.user(role)).access)["scope"].split()) - {*OPENID}
    own = set(visit.tenancy.scopes_of_roles()[role])
    wrong = [*(f"{scope} too" for scope in sorted(granted - own)), *(f"not {scope}" for scope in sorted(own - granted))]
    return ", ".join(wrong) or "its own scopes"


_case = partial(Case, AREA)


def _cases_of_users(application: Application) -> Iterator[Case]:
    all_scopes = set(application.tenancy.scopes_of_people)
    for tenant in (0, 1):
        for role in application.tenancy.roles:
            yield _case(
                f"{role.name} of tenant {tenant + 1} signs in by the code flow with PKCE",
                f"RS256 by the pool's key: tenant {tenant + 1}, {role.name}",
                partial(_sign_in_as, role=role.name, tenant=tenant),
                means="nobody with this role can sign in, or the token says something else of them",
            )
    for role in application.tenancy.roles:
        yield _case(
            f"{role.name} asks for the scopes of all roles",
            "its own scopes",
            partial(_ask_for_all_scopes, role=role.name),
            attack=all_scopes != set(role.scopes),
            means="the token trigger gives other scopes than the settings",
        )


def _cases_of_routes(application: Application) -> Iterator[Case]:
    for route, role in refusals(application):
        yield _case(
            f"{route.key} as {role.name}",
            WITHOUT_SCOPE,
            partial(_call_route, route=route, role=role.name),
            means=_OPEN,
        )
    for route in public(application):
        if route.signed:
            yield _case(
                f"{route.key} without a signature", "401", partial(_call_unsigned, route=route), means=_UNSIGNED
            )
            continue
        yield _case(
            f"{route.key} without a token",
            LET_IN,
            partial(_call_public, route=route),
            function=route.function.name,
            means=_BROKEN,
        )
    for route in of_machines(application):
        yield _case(f"{route.key} without a token", UNAUTHORISED, partial(_without_token, route=route), means=_OPEN)
    for route in closed(application):
        yield _case(f"{route.key} without a token", UNAUTHORISED, partial(_without_token, route=route), means=_OPEN)
        yield _case(
            f"{route.key} with all scopes but its own",
            WITHOUT_SCOPE,
            partial(_without_its_scopes, route=route),
            means=_OPEN,
        )
        yield _case(
            f"{route.key} with only its own scope",
            LET_IN,
            partial(_with_its_scopes, route=route),
            function=route.function.name,
            means=f"{_BROKEN}; or {_SHUT}",
        )


def _cases_of_one_route(application: Application, route: Routed) -> Iterator[Case]:
    """Cases that have the same result on every closed route, tried on one."""
    for what, (expected, make_token) in _TOKENS.items():
        yield _case(what, expected, partial(with_token, route=route, make_token=make_token), means=_OPEN)
    path = unknown_path(application)
    astray = "the API answers what no setting names"
    yield _case("an unknown path", _NOT_FOUND, partial(_call_path, method="GET", path=path, route=route), means=astray)
    without = partial(_call_path, method="GET", path=path, route=route, signed_in=False)
    yield _case("an unknown path without a token", _NOT_FOUND, without, means=astray)
    if method := unknown_method(application, route):
        attempt = partial(_call_path, method=method, path=route.path, route=route)
        yield _case("an unknown method", _NOT_FOUND, attempt, means=astray)


def cases(application: Application) -> Iterator[Case]:
    """The cases for an application's routes and roles."""
    yield from _cases_of_users(application)
    yield from _cases_of_routes(application)
    if route := simplest(closed(application)):
        yield from _cases_of_one_route(application, route)
