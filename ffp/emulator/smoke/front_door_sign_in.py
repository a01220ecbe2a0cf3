"""Tries who can sign in, in which ways and for which scopes."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from botocore.exceptions import ClientError

from ffp.emulator.smoke.kit import TENANTS, Case
from ffp.emulator.smoke.walk import Walk
from ffp.smoke.sign_in import Client, RefusedError, User, ask_for_code, exchange, sign_in
from settings import Application

AREA = "front door"


def _refused(sign_in_somehow: Callable[[Walk], object]) -> Callable[[Walk], str]:
    def attempt(walk: Walk) -> str:
        try:
            sign_in_somehow(walk)
        except RefusedError as refusal:
            return str(refusal)
        return "tokens"

    return attempt


def _tokens_with(walk: Walk, tenant: str | None = None, role: str | None = None) -> str:
    """Whether the token trigger permits tokens for a user with this tenant and role."""
    given = {walk.tenancy.tenant: tenant, walk.tenancy.role: role}
    attributes = {name: value for name, value in given.items() if value is not None}
    with _temporary_user(walk, attributes) as user:
        code = ask_for_code(walk.account, walk.web_client, user, walk.web_client.scopes)
        try:
            exchange(walk.account, walk.web_client, code)
        except RefusedError:
            return "no tokens"
    return "tokens"


def _with_verifier(walk: Walk, verifier: str) -> object:
    code = ask_for_code(walk.account, walk.web_client, walk.users[0], walk.web_client.scopes)
    return exchange(walk.account, walk.web_client, replace(code, verifier=verifier))


def _exchange_twice(walk: Walk) -> object:
    code = ask_for_code(walk.account, walk.web_client, walk.users[0], walk.web_client.scopes)
    exchange(walk.account, walk.web_client, code)
    return exchange(walk.account, walk.web_client, code)


def _with_another_password(walk: Walk) -> object:
    somebody, other = walk.users[:2]
    user = replace(somebody, password=other.password)
    return sign_in(walk.account, walk.web_client, user, walk.web_client.scopes)


def _with_client(walk: Walk, **changes: object) -> object:
    client: Client = replace(walk.web_client, **changes)  # type: ignore[arg-type]
    return sign_in(walk.account, client, walk.users[0], client.scopes)


def _without_sign_in_page(walk: Walk) -> str:
    """Sends name and password directly to the user pool's API."""
    user = walk.users[0]
    try:
        walk.client("cognito-idp").initiate_auth(
            ClientId=walk.web_client.id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": user.name, "PASSWORD": user.password},
        )
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "tokens"


@contextmanager
def _temporary_user(walk: Walk, attributes: dict[str, str]) -> Iterator[User]:
    cognito, pool = walk.client("cognito-idp"), walk.outputs["user-pool"]
    user = User(f"walk-{secrets.token_hex(4)}@tenant.example", walk.users[0].password, "", "")
    walk.sent_texts.add(user.name)
    given = {
        "email": user.name,
        "email_verified": "true",
        **{f"custom:{name}": value for name, value in attributes.items()},
    }
    cognito.admin_create_user(
        UserPoolId=pool,
        Username=user.name,
        MessageAction="SUPPRESS",
        TemporaryPassword=user.password,
        UserAttributes=[{"Name": name, "Value": value} for name, value in given.items()],
    )
    try:
        cognito.admin_set_user_password(UserPoolId=pool, Username=user.name, Password=user.password, Permanent=True)
        yield user
    finally:
        cognito.admin_delete_user(UserPoolId=pool, Username=user.name)


_case = partial(Case, AREA)


def _cases_of_users(application: Application) -> Iterator[Case]:
    """Users without a valid tenant and role receive no tokens."""
    roles = [role.name for role in application.tenancy.roles]
    role = roles[0]
    yield _case("a user with tenant and role", "tokens", partial(_tokens_with, tenant=TENANTS[0], role=role))
    yield _case("a user without a tenant", "no tokens", partial(_tokens_with, role=role))
    yield _case("a user whose tenant is not a UUID", "no tokens", partial(_tokens_with, tenant="everybody", role=role))
    yield _case("a user without a role", "no tokens", partial(_tokens_with, tenant=TENANTS[0]))
    unknown = partial(_tokens_with, tenant=TENANTS[0], role="-".join((*roles, "too")))
    yield _case("a user with an unknown role", "no tokens", unknown)


_CASES_OF_CODES = (
    _case("a code with another verifier", "invalid_grant", _refused(partial(_with_verifier, verifier="x" * 64))),
    _case("a code without a verifier", "invalid_grant", _refused(partial(_with_verifier, verifier=""))),
    _case("a code used a second time", "invalid_grant", _refused(_exchange_twice)),
    _case(
        "sign-in with another callback address",
        "invalid_request",
        _refused(partial(_with_client, callback="https://evil.example/signed-in")),
    ),
    _case(
        "sign-in for a scope that the client does not have",
        "invalid_scope",
        _refused(partial(_with_client, scopes=("openid", "aws.cognito.signin.user.admin"))),
    ),
    _case("another user's password", "wrong name or password", _refused(_with_another_password)),
    _case("a password sent without the sign-in page", "InvalidParameterException", _without_sign_in_page),
)


def cases(application: Application) -> tuple[Case, ...]:
    """The cases for an application's roles."""
    return (*_cases_of_users(application), *_CASES_OF_CODES)
