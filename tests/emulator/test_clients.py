"""`ffp clients` by the emulator's Cognito: its clients get tokens for themselves, until they are retired."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from ffp.clients.machine import Machine
from ffp.emulator.account import Account
from ffp.project import BadInputError
from ffp.smoke.sign_in import TIMEOUT_SECONDS
from settings import MachineClient
from settings.tenancy import RESOURCE_SERVER
from tests.emulator.calls import Client, clients
from tests.launches import bare_emulator

READ, WRITE = "records.read", "records.write"
BRIDGE = MachineClient(
    name="bridge",
    client_ids=(),
    scopes=(READ,),
    tenant=None,
    because="The tests call the API without a user.",
    access_token_minutes=5,
)


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """The account of an emulator with a user pool, as the platform makes it, and the empty secret of a machine."""
    with bare_emulator(tmp_path_factory.mktemp("clients")) as account:
        client = clients(account, account.root)
        cognito = client("cognito-idp")
        pool = cognito.create_user_pool(PoolName=account.name("users"))["UserPool"]["Id"]
        cognito.create_user_pool_domain(Domain="local-ffp-sign-in", UserPoolId=pool)
        scopes = [{"ScopeName": each, "ScopeDescription": each} for each in (READ, WRITE)]
        cognito.create_resource_server(UserPoolId=pool, Identifier=RESOURCE_SERVER, Name="api", Scopes=scopes)
        client("secretsmanager").create_secret(Name=account.name("client-bridge"))
        yield account


@pytest.fixture
def client(account: Account) -> Client:
    return clients(account, account.root)


@pytest.fixture
def machine(account: Account, client: Client, tmp_path: Path) -> Machine:
    return Machine(account.settings, BRIDGE, tmp_path, client, account.address)


def _stored(machine: Machine) -> dict[str, str]:
    value = machine.client("secretsmanager").get_secret_value(SecretId=machine.box)["SecretString"]
    return dict(json.loads(value))


def _asked(account: Account, credentials: dict[str, str], **changed: str) -> requests.Response:
    """What the token endpoint answers to these credentials."""
    form = {
        "grant_type": "client_credentials",
        "client_id": credentials["client_id"],
        "client_secret": credentials["client_secret"],
        "scope": credentials["scope"],
    }
    return account.browser().post(credentials["token_address"], data=form | changed, timeout=TIMEOUT_SECONDS)


def _clients(machine: Machine) -> list[dict[str, Any]]:
    cognito = machine.client("cognito-idp")
    (pool,) = cognito.list_user_pools(MaxResults=10)["UserPools"]
    return [*cognito.list_user_pool_clients(UserPoolId=pool["Id"])["UserPoolClients"]]


def test_clients_get_tokens_by_what_the_secret_holds_from_the_first_to_the_last(
    account: Account, machine: Machine
) -> None:
    first = machine.new()
    old = _stored(machine)
    answer = _asked(account, old)
    assert answer.status_code == 200, answer.text
    assert answer.json()["expires_in"] == 300
    assert old["client_id"] == first.client_id == machine.file.read_text(encoding="ascii").strip()

    assert _asked(account, old, client_secret="wrong").status_code == 400
    assert _asked(account, old, scope=f"{RESOURCE_SERVER}/{WRITE}").status_code == 400  # not of the settings
    for grant in ("password", "authorization_code"):
        assert _asked(account, old, grant_type=grant).status_code == 400

    second = machine.new()
    new = _stored(machine)
    assert second.client_id != first.client_id
    assert [_asked(account, each).status_code for each in (old, new)] == [200, 200]
    with pytest.raises(BadInputError, match="has 2 clients"):
        machine.new()

    assert machine.retire() == first.client_id
    assert [_asked(account, each).status_code for each in (old, new)] == [400, 200]
    assert [each["ClientId"] for each in _clients(machine)] == [second.client_id]

    wider = replace(machine, machine=replace(BRIDGE, scopes=(READ, WRITE)))
    assert wider.update() == [second.client_id]
    assert wider.update() == []
    assert _asked(account, new, scope=f"{RESOURCE_SERVER}/{WRITE}").status_code == 200
    wider.file.unlink()
    for each in _clients(machine):
        assert wider.new().client_id == each["ClientId"]  # whose id was lost: no other is made
