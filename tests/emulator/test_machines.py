"""Machines on the emulator: clients made by API, deployed by their ids, and let in where they may go alone."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
import requests

from ffp.emulator import servers
from ffp.smoke.sign_in import Client, User, sign_in
from settings import Environment, Folder, FunctionGroupSettings, FunctionSettings, MachineClient, Route
from tests.emulator.changing_platform import ChangingPlatform, function, settings
from tests.launches import account_in, started
from tests.sample.tenancy import TENANCY

TENANT, OTHER = "5f0c3f0e-6a8e-4c3e-9a42-0d4a7a1d2b11", "9b1d6c7a-2f4e-4b6c-8d3a-7e5f4c3b2a10"
METERS = MachineClient(
    name="meters",
    client_ids=(),
    scopes=("records.read",),
    tenant=TENANT,
    because="The partner's meters fetch what the tenant has recorded.",
)
WATCH = replace(METERS, name="watch", tenant=None)
OF_MACHINES, OF_PEOPLE = "ffp/records.read", "ffp/notes.read"
CALLBACK = "http://localhost:5173/signed-in"


def _telling(name: str, kind: str, scope: str) -> FunctionGroupSettings:
    route = Route(key=f"GET /api/{name}", scopes=(scope,), requests_per_second=99, burst=99)
    telling = replace(function(name), handler=f"who_calls.{kind}", routes=(route,))
    return FunctionGroupSettings(name=name, functions=(telling,))


def _with(*machines: MachineClient) -> Environment:
    tokens = FunctionSettings(
        name="add-claims",
        description="Adds the claims",
        handler="add_claims.handler",
        code=Folder(path="library/functions/token"),
        timeout_seconds=5,
        reserved_concurrency=2,
    )
    base = settings()
    groups = tuple(each for each in base.application.groups if each.name != "tokens")
    return settings(
        application={
            "tenancy": TENANCY,
            "groups": (
                FunctionGroupSettings(name="tokens", functions=(tokens,)),
                *groups,
                _telling("records", "machine", "records.read"),
                _telling("notes", "person", "notes.read"),
            ),
            "public_routes": (),
        },
        identity={"machines": machines},
    )


@dataclass(frozen=True)
class Deployed:
    """The platform with its machines' clients, each an id and a secret."""

    platform: ChangingPlatform
    clients: dict[str, tuple[str, str]]
    pool: str

    def ask_token(self, client: str, secret: str, **more: str) -> requests.Response:
        account = self.platform.account
        return servers.browser(account.home).post(
            f"{account.address}/oauth2/token",
            data={"grant_type": "client_credentials", **more},
            auth=(client, secret),
            timeout=20,
        )

    def token(self, machine: str, **more: str) -> str:
        answer = self.ask_token(*self.clients[machine], **more)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    def call(self, route: str, token: str) -> tuple[int, Any]:
        account = self.platform.account
        answer = servers.browser(account.home).get(
            f"{account.address}/api/{route}",
            headers={"Host": self.platform.host, "Authorization": f"Bearer {token}"},
            timeout=20,
        )
        return answer.status_code, answer.json()


def _make_client(platform: ChangingPlatform, pool: str, name: str, *scopes: str) -> tuple[str, str]:
    cognito = platform.account.client(platform.account.root, "cognito-idp")
    made = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName=platform.account.name(name),
        GenerateSecret=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthScopes=list(scopes),
    )["UserPoolClient"]
    return made["ClientId"], made["ClientSecret"]


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    folder = tmp_path_factory.mktemp("machines")
    with started(ChangingPlatform(account_in(folder), print, folder / "out")) as platform:
        platform.begin(_with(METERS, WATCH))
        cognito = platform.account.client(platform.account.root, "cognito-idp")
        (pool,) = (each["Id"] for each in cognito.list_user_pools(MaxResults=10)["UserPools"])
        clients = {each: _make_client(platform, pool, each, OF_MACHINES, OF_PEOPLE) for each in ("meters", "watch")}
        clients["stranger"] = _make_client(platform, pool, "stranger", OF_MACHINES)
        before = Deployed(platform, clients, pool)
        early = before.call("records", before.token("meters"))
        assert early[0] == 401, early  # its id is not deployed yet
        ids = {name: (client,) for name, (client, _) in clients.items()}
        platform.put(_with(replace(METERS, client_ids=ids["meters"]), replace(WATCH, client_ids=ids["watch"])))
        platform.apply()
        yield before


@pytest.fixture(scope="module")
def person(deployed: Deployed) -> str:
    """The access token of an administrator of the tenant."""
    account = deployed.platform.account
    cognito = account.client(account.root, "cognito-idp")
    user = User("nora@tenant.example", "A long passw0rd, indeed!", TENANT, "administrator")
    cognito.admin_create_user(
        UserPoolId=deployed.pool,
        Username=user.name,
        MessageAction="SUPPRESS",
        UserAttributes=[
            {"Name": "email", "Value": user.name},
            {"Name": "custom:tenantId", "Value": TENANT},
            {"Name": "custom:role", "Value": user.role},
        ],
    )
    cognito.admin_set_user_password(
        UserPoolId=deployed.pool, Username=user.name, Password=user.password, Permanent=True
    )
    clients = cognito.list_user_pool_clients(UserPoolId=deployed.pool, MaxResults=10)["UserPoolClients"]
    (web,) = (each["ClientId"] for each in clients if each["ClientName"].endswith("-web"))
    return sign_in(account, Client(web, CALLBACK, ()), user, ("openid", OF_PEOPLE)).access


@pytest.mark.parametrize(("machine", "tenant"), [("meters", TENANT), ("watch", None)])
def test_a_machine_is_let_in_with_the_tenant_of_its_settings(
    deployed: Deployed, machine: str, tenant: str | None
) -> None:
    assert deployed.call("records", deployed.token(machine)) == (200, {"name": machine, "tenant": tenant})


def test_people_are_let_in_as_before(deployed: Deployed, person: str) -> None:
    assert deployed.call("notes", person) == (200, {"role": "administrator", "tenant": TENANT})


@pytest.mark.attack
def test_a_person_is_refused_on_the_route_of_machines(deployed: Deployed, person: str) -> None:
    assert deployed.call("records", person)[0] == 403


@pytest.mark.attack
def test_a_machine_is_refused_on_the_route_of_people_though_its_client_may_ask_for_the_scope(
    deployed: Deployed,
) -> None:
    for token in (deployed.token("meters"), deployed.token("meters", scope=f"{OF_MACHINES} {OF_PEOPLE}")):
        assert deployed.call("notes", token)[0] == 403


@pytest.mark.attack
def test_a_client_that_no_settings_name_gets_no_token(deployed: Deployed) -> None:
    assert deployed.ask_token(*deployed.clients["stranger"]).status_code >= 400


@pytest.mark.attack
@pytest.mark.parametrize(
    "secret", [lambda clients: "", lambda clients: clients["watch"][1], lambda clients: clients["meters"][1][:-1]]
)
def test_without_its_secret_a_machine_gets_no_token(
    deployed: Deployed, secret: Callable[[dict[str, tuple[str, str]]], str]
) -> None:
    assert deployed.ask_token(deployed.clients["meters"][0], secret(deployed.clients)).status_code == 400


@pytest.mark.attack
def test_a_machine_cannot_name_another_tenant(deployed: Deployed) -> None:
    said = json.dumps({"tenantId": OTHER, "machine": "watch", "clientId": deployed.clients["watch"][0]})
    for machine, tenant in (("meters", TENANT), ("watch", None)):
        token = deployed.token(machine, aws_client_metadata=said, tenantId=OTHER)
        assert deployed.call("records", token) == (200, {"name": machine, "tenant": tenant})


def test_the_secret_that_a_client_is_kept_in_is_empty(deployed: Deployed) -> None:
    secrets = deployed.platform.account.client(deployed.platform.account.root, "secretsmanager")
    for machine in (METERS, WATCH):
        name = deployed.platform.account.name(machine.secret.name)
        with pytest.raises(secrets.exceptions.ResourceNotFoundException):
            secrets.get_secret_value(SecretId=name)
        assert secrets.describe_secret(SecretId=name)["Name"] == name
