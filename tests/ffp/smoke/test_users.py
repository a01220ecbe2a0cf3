"""Making the test tenants' users where a second factor is demanded, as AWS's own models describe each call; reading."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from ffp.project import BadInputError, ToolError
from ffp.smoke import totp, users
from ffp.smoke.sign_in import User
from settings import Environment, SmokeSettings, environments

_SEED, _POOL = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "eu-west-2_pool"


@pytest.fixture
def prod(loads_sample: None) -> Environment:
    return environments.load()["prod"]


@pytest.fixture
def stubbed(monkeypatch: pytest.MonkeyPatch) -> dict[str, Stubber]:
    monkeypatch.setattr("ffp.smoke.users.time.time", lambda: 59.0)
    session: Any = boto3.Session("x", "x", region_name="eu-west-2")
    stubs = {name: Stubber(session.client(name)) for name in ("cognito-idp", "lambda", "secretsmanager")}
    for each in stubs.values():
        each.activate()
    return stubs


def _client(stubbed: dict[str, Stubber]) -> Callable[[str], Any]:
    return lambda service: stubbed[service].client


def _expect(settings: Environment, cognito: Stubber, challenge: str = "MFA_SETUP", exists: str = "") -> None:
    """Every call for the users of all roles and both tenants, in order."""
    new_client = {"UserPoolClient": {"ClientId": "enrolling"}}
    asked = {"UserPoolId": _POOL, "ClientName": ANY, "ExplicitAuthFlows": ["ALLOW_ADMIN_USER_PASSWORD_AUTH"]}
    cognito.add_response("create_user_pool_client", new_client, asked)
    for number, tenant in enumerate(SmokeSettings().tenants, start=1):
        for role in settings.application.tenancy.roles:
            name = f"{role.name}-{number}@smoke.invalid"
            user = {"UserPoolId": _POOL, "Username": name}
            if exists:
                cognito.add_response("admin_delete_user", {}, user)
            else:
                cognito.add_client_error("admin_delete_user", "UserNotFoundException", expected_params=user)
            cognito.add_response("admin_create_user", {}, {**user, "MessageAction": "SUPPRESS", "UserAttributes": ANY})
            if exists:
                cognito.add_client_error("create_group", "GroupExistsException")
            else:
                cognito.add_response("create_group", {}, {"UserPoolId": _POOL, "GroupName": tenant})
            cognito.add_response("admin_add_user_to_group", {}, {**user, "GroupName": tenant})
            cognito.add_response("admin_set_user_password", {}, {**user, "Password": ANY, "Permanent": True})
            begun = {"ChallengeName": challenge, "Session": "s" * 20}
            cognito.add_response(
                "admin_initiate_auth",
                begun,
                {
                    "UserPoolId": _POOL,
                    "ClientId": "enrolling",
                    "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
                    "AuthParameters": ANY,
                },
            )
            if challenge != "MFA_SETUP":
                cognito.add_response("delete_user_pool_client", {}, {"UserPoolId": _POOL, "ClientId": "enrolling"})
                return
            given = {"SecretCode": _SEED, "Session": "t" * 20}
            cognito.add_response("associate_software_token", given, {"Session": "s" * 20})
            code = totp.code(_SEED, 59)
            verified = {"Status": "SUCCESS", "Session": "u" * 20}
            cognito.add_response("verify_software_token", verified, {"Session": "t" * 20, "UserCode": code})
            cognito.add_response(
                "admin_respond_to_auth_challenge",
                {},
                {
                    "UserPoolId": _POOL,
                    "ClientId": "enrolling",
                    "ChallengeName": "MFA_SETUP",
                    "ChallengeResponses": {"USERNAME": name},
                    "Session": "u" * 20,
                },
            )
            preferred = {"Enabled": True, "PreferredMfa": True}
            cognito.add_response("admin_set_user_mfa_preference", {}, {**user, "SoftwareTokenMfaSettings": preferred})
    cognito.add_response("delete_user_pool_client", {}, {"UserPoolId": _POOL, "ClientId": "enrolling"})


@pytest.mark.parametrize("exists", ["", "from an earlier run"])
def test_each_user_gets_a_second_factor_and_the_client_for_it_goes(
    prod: Environment, stubbed: dict[str, Stubber], exists: str
) -> None:
    assert prod.identity.mfa == "ON"
    stubbed["lambda"].add_response("invoke", {"StatusCode": 200})
    _expect(prod, stubbed["cognito-idp"], exists=exists)
    name = {"SecretId": "prod-ffp-smoke-users", "SecretString": ANY}
    stubbed["secretsmanager"].add_response("put_secret_value", {}, name)
    said: list[str] = []
    made = users.prepare(prod, {"user-pool": _POOL}, _client(stubbed), said.append)
    assert {each.totp_seed for each in made} == {_SEED}
    assert len({each.password for each in made}) == len(made) == 2 * len(prod.application.tenancy.roles)
    assert not [line for line in said for each in made if each.password in line or each.totp_seed in line]
    for each in stubbed.values():
        each.assert_no_pending_responses()


def test_a_pool_that_asks_for_something_else_stores_nothing_and_the_client_goes(
    prod: Environment, stubbed: dict[str, Stubber]
) -> None:
    stubbed["lambda"].add_response("invoke", {"StatusCode": 200})
    _expect(prod, stubbed["cognito-idp"], challenge="SOFTWARE_TOKEN_MFA")
    with pytest.raises(ToolError, match="Cognito asks for SOFTWARE_TOKEN_MFA, and not to register one"):
        users.prepare(prod, {"user-pool": _POOL}, _client(stubbed), print)
    stubbed["cognito-idp"].assert_no_pending_responses()


def _users(settings: Environment) -> list[dict[str, str]]:
    return [
        vars(User(f"{role.name}@smoke.invalid", "password", tenant, role.name))
        for tenant in SmokeSettings().tenants
        for role in settings.application.tenancy.roles
    ]


def test_what_the_secret_lacks_is_said_with_the_way_on(prod: Environment, stubbed: dict[str, Stubber]) -> None:
    secrets = stubbed["secretsmanager"]

    def refusal(value: str | None) -> str:
        if value is None:
            secrets.add_client_error("get_secret_value", "ResourceNotFoundException")
        else:
            secrets.add_response("get_secret_value", {"SecretString": value})
        with pytest.raises(BadInputError) as refused:
            users.stored(prod, _client(stubbed))
        assert "an administrator runs `ffp smoke prod --prepare`" in str(refused.value)
        return str(refused.value)

    assert "does not exist or has no value" in refusal(None)
    for value in ("not JSON", "{}", '[{"name": "only"}]', "[1]"):
        assert "is no list of users" in refusal(value) or "has no" in refusal(value)
    assert "and 0 others are missing" in refusal(json.dumps(_users(prod)[1:]))
    secrets.add_client_error("get_secret_value", "AccessDeniedException")
    with pytest.raises(ToolError, match="AWS refuses GetSecretValue: AccessDeniedException"):
        users.stored(prod, _client(stubbed))
    secrets.add_response("get_secret_value", {"SecretString": json.dumps(_users(prod))})
    assert len(users.stored(prod, _client(stubbed))) == len(_users(prod))
    other = replace(prod, smoke=SmokeSettings(first_tenant="00000000-0000-4000-8000-000000000001"))
    secrets.add_response("get_secret_value", {"SecretString": json.dumps(_users(prod))})
    with pytest.raises(BadInputError, match="of tenant 00000000-0000-4000-8000-000000000001"):
        users.stored(other, _client(stubbed))
