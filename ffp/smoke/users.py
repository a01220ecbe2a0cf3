"""The users of the test tenants: made by an administrator, and read after each deploy by a role with no other right.

Whoever may create users of the pool could create one in any tenant, so CI must not. Their passwords and the seeds of
their second factors are in one secret; nothing of it is ever shown.
"""

import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from botocore.exceptions import ClientError

from ffp.aws import as_tool_errors, error_code
from ffp.project import BadInputError, ToolError
from ffp.smoke import totp
from ffp.smoke.sign_in import User
from settings import Environment
from settings.names import ALIAS, prefix
from settings.smoke import SECRET

_DOMAIN = "smoke.invalid"  # no mail can ever arrive there (RFC 2606)
_ADMIN_FLOW = "ADMIN_USER_PASSWORD_AUTH"
ClientOf = Callable[[str], Any]  # makes a boto3 client of a service


def secret_of(settings: Environment) -> str:
    """The name of the secret."""
    return f"{prefix(settings.name)}{SECRET}"


def stored(settings: Environment, client: ClientOf) -> tuple[User, ...]:
    """The users. Raises BadInputError, with what to do, if they were not made or do not fit the settings any more."""
    remedy = f"an administrator runs `ffp smoke {settings.name} --prepare`"
    with as_tool_errors():
        try:
            value = client("secretsmanager").get_secret_value(SecretId=secret_of(settings))
        except ClientError as refusal:
            if error_code(refusal) != "ResourceNotFoundException":
                raise
            raise BadInputError(f"smoke: {secret_of(settings)} does not exist or has no value; {remedy}") from None
    try:
        users = tuple(User(**each) for each in json.loads(value["SecretString"]))
    except (KeyError, TypeError, ValueError):
        raise BadInputError(f"smoke: the value of {secret_of(settings)} is no list of users; {remedy}") from None
    if missing := {*_wanted(settings)} - {(user.role, user.tenant_id) for user in users}:
        role, tenant = min(missing)
        raise BadInputError(
            f"smoke: {secret_of(settings)} has no {role} of tenant {tenant}, and {len(missing) - 1} others are missing;"
            f" {remedy}"
        )
    return users


def prepare(
    settings: Environment, outputs: Mapping[str, str], client: ClientOf, report: Callable[[str], object]
) -> tuple[User, ...]:
    """Makes the two tenants and a user of each role in each, in place of older ones, and stores the users' secrets.

    The caller must be an administrator. After an interruption, run it again. Raises ToolError if AWS refuses a call.
    """
    with as_tool_errors():
        if group := settings.application.preparation_group:
            report("creating the test tenants")
            _create_tenants(settings, client("lambda"), group.functions[0].name)
        cognito, pool = client("cognito-idp"), outputs["user-pool"]
        with _enrolling_client(cognito, pool, needed=settings.identity.mfa == "ON") as enrolling:
            users = []
            for role, tenant in _wanted(settings):
                report(f"creating {role} of tenant {tenant}")
                users.append(_create(settings, cognito, pool, enrolling, role, tenant))
        client("secretsmanager").put_secret_value(
            SecretId=secret_of(settings), SecretString=json.dumps([asdict(each) for each in users])
        )
    return tuple(users)


def _wanted(settings: Environment) -> Iterator[tuple[str, str]]:
    """Role and tenant of each user."""
    for tenant in settings.smoke.tenants if settings.smoke else ():
        for role in settings.application.tenancy.roles:
            yield role.name, tenant


def _create_tenants(settings: Environment, lambda_: Any, function: str) -> None:
    tenants = settings.smoke.tenants if settings.smoke else ()
    answer = lambda_.invoke(
        FunctionName=f"{prefix(settings.name)}{function}",
        Qualifier=ALIAS,
        Payload=json.dumps({"tenants": tenants}),
    )
    if "FunctionError" in answer:
        raise ToolError(f"{function}: could not create the test tenants; its log says why")


@contextmanager
def _enrolling_client(cognito: Any, pool: str, *, needed: bool) -> Iterator[str | None]:
    """An app client with which an administrator can sign a user in to register a second factor; gone afterwards.

    The API accepts no tokens of it.
    """
    if not needed:
        yield None
        return
    made = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="smoke-enrolling", ExplicitAuthFlows=[f"ALLOW_{_ADMIN_FLOW}"]
    )
    client = str(made["UserPoolClient"]["ClientId"])
    try:
        yield client
    finally:
        cognito.delete_user_pool_client(UserPoolId=pool, ClientId=client)


def _create(settings: Environment, cognito: Any, pool: str, enrolling: str | None, role: str, tenant: str) -> User:
    assert settings.smoke is not None  # noqa: S101 - the caller has asked
    number = settings.smoke.tenants.index(tenant) + 1
    name, tenancy = f"{role}-{number}@{_DOMAIN}", settings.application.tenancy
    password = f"{secrets.token_urlsafe(24)}aA1!"  # of every kind that a policy may demand
    attributes = {
        "email": name,
        "email_verified": "true",
        f"custom:{tenancy.tenant}": tenant,
        f"custom:{tenancy.role}": role,
    }
    try:
        cognito.admin_delete_user(UserPoolId=pool, Username=name)  # a second factor cannot be registered again
    except ClientError as refusal:
        if error_code(refusal) != "UserNotFoundException":
            raise
    cognito.admin_create_user(
        UserPoolId=pool,
        Username=name,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": key, "Value": value} for key, value in attributes.items()],
    )
    try:
        cognito.create_group(UserPoolId=pool, GroupName=tenant)
    except ClientError as refusal:
        if error_code(refusal) != "GroupExistsException":
            raise
    cognito.admin_add_user_to_group(UserPoolId=pool, GroupName=tenant, Username=name)
    cognito.admin_set_user_password(UserPoolId=pool, Username=name, Password=password, Permanent=True)
    seed = _enrol(cognito, pool, enrolling, name, password) if enrolling else ""
    return User(name, password, tenant, role, seed)


def _enrol(cognito: Any, pool: str, client: str, name: str, password: str) -> str:
    """Registers an authenticator app for a user, and returns its seed."""
    begun = cognito.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=client,
        AuthFlow=_ADMIN_FLOW,
        AuthParameters={"USERNAME": name, "PASSWORD": password},
    )
    if begun.get("ChallengeName") != "MFA_SETUP":
        raise ToolError(
            f"{name}: Cognito asks for {begun.get('ChallengeName', 'no second factor')}, and not to register one"
        )
    given = cognito.associate_software_token(Session=begun["Session"])
    seed = str(given["SecretCode"])
    verified = cognito.verify_software_token(Session=given["Session"], UserCode=totp.code(seed, time.time()))
    cognito.admin_respond_to_auth_challenge(
        UserPoolId=pool,
        ClientId=client,
        ChallengeName="MFA_SETUP",
        ChallengeResponses={"USERNAME": name},
        Session=verified["Session"],
    )
    cognito.admin_set_user_mfa_preference(
        UserPoolId=pool, Username=name, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True}
    )
    return seed
