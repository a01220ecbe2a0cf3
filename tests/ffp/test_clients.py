"""`ffp clients` stores a client's secret in Secrets Manager alone, writes its id, and completes interrupted runs."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from typer.testing import CliRunner

from ffp import cli
from ffp.clients import commands
from ffp.clients.machine import Machine
from ffp.develop.reach import Reach
from ffp.project import BadInputError, ToolError
from settings import Environment, MachineClient, environments
from tests.sample.environments import DEV

MACHINE = MachineClient(
    name="records-bridge",
    client_ids=(),
    scopes=("records.sync",),
    tenant=None,
    because="A tenant's records system calls it.",
)
SETTINGS = replace(DEV, identity=replace(DEV.identity, machines=(MACHINE,)))
BOX, NAME = "dev-ffp-client-records-bridge", "dev-ffp-records-bridge"


@dataclass
class FakeAccount:
    """The operations of Cognito and Secrets Manager that the command uses; `fails` names one that is refused once."""

    made: dict[str, dict[str, Any]] = field(default_factory=dict)
    values: list[dict[str, str]] = field(default_factory=list)
    has_box: bool = True
    fails: str = ""

    def _may_fail(self, operation: str) -> None:
        if self.fails == operation:
            self.fails = ""
            raise ClientError({"Error": {"Code": "InternalErrorException", "Message": "no"}}, operation)

    def get_paginator(self, operation: str) -> Any:
        account = self

        class Pages:
            def paginate(self, **_: Any) -> Iterator[dict[str, Any]]:
                if operation == "list_user_pools":
                    yield {"UserPools": [{"Id": "eu-west-2_one", "Name": "dev-ffp-users"}]}
                else:
                    for each in account.made.values():
                        yield {"UserPoolClients": [{"ClientId": each["ClientId"], "ClientName": each["ClientName"]}]}

        return Pages()

    def describe_user_pool(self, **_: str) -> dict[str, Any]:
        return {"UserPool": {"Domain": "dev-ffp-sign-in"}}

    def create_user_pool_client(self, **given: Any) -> dict[str, Any]:
        self._may_fail("CreateUserPoolClient")
        number = len(self.made) + 1
        secret = {"ClientId": f"{number}" * 26, "ClientSecret": f"secret-{number}"}
        self.made[secret["ClientId"]] = {**given, **secret}
        return {"UserPoolClient": self.made[secret["ClientId"]]}

    def describe_user_pool_client(self, **given: str) -> dict[str, Any]:
        return {"UserPoolClient": self.made[given["ClientId"]]}

    def update_user_pool_client(self, **given: Any) -> None:
        self.made[given["ClientId"]].update(given)

    def delete_user_pool_client(self, **given: str) -> None:
        self._may_fail("DeleteUserPoolClient")
        if given["ClientId"] not in self.made:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": "no"}}, "DeleteUserPoolClient")
        del self.made[given["ClientId"]]

    def describe_secret(self, **given: str) -> dict[str, Any]:
        if not self.has_box:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": "no"}}, "DescribeSecret")
        assert given["SecretId"] == BOX
        return {}

    def put_secret_value(self, **given: str) -> None:
        self._may_fail("PutSecretValue")
        assert given["SecretId"] == BOX
        self.values.append(json.loads(given["SecretString"]))


@pytest.fixture
def account() -> FakeAccount:
    return FakeAccount()


@pytest.fixture
def machine(account: FakeAccount, tmp_path: Path) -> Machine:
    return Machine(SETTINGS, MACHINE, tmp_path, lambda _: account)


def _lines(machine: Machine) -> list[str]:
    return machine.file.read_text(encoding="ascii").splitlines() if machine.file.exists() else []


def test_a_client_gets_tokens_for_itself_with_the_scopes_of_the_settings(
    machine: Machine, account: FakeAccount
) -> None:
    made = machine.new()
    client = account.made[made.client_id]
    assert (client["ClientName"], client["GenerateSecret"]) == (NAME, True)
    assert client["AllowedOAuthFlows"] == ["client_credentials"]
    assert client["AllowedOAuthScopes"] == ["ffp/records.sync"]
    assert client["ExplicitAuthFlows"] == ["ALLOW_REFRESH_TOKEN_AUTH"]
    assert _lines(machine) == [made.client_id]


def test_its_secret_is_in_secrets_manager_and_in_no_file(machine: Machine, account: FakeAccount) -> None:
    made = machine.new()
    assert account.values == [
        {
            "client_id": made.client_id,
            "client_secret": "secret-1",
            "token_address": "https://dev-ffp-sign-in.auth.eu-west-2.amazoncognito.com/oauth2/token",
            "scope": "ffp/records.sync",
        }
    ]
    assert not [each for each in machine.folder.rglob("*") if "secret-1" in each.read_text(encoding="utf-8")]
    assert "secret-1" not in repr(made)


@pytest.mark.parametrize("operation", ["CreateUserPoolClient", "PutSecretValue"])
def test_a_run_that_failed_is_completed_by_the_next_without_a_second_client(
    machine: Machine, account: FakeAccount, operation: str
) -> None:
    account.fails = operation
    with pytest.raises(ToolError, match=operation):
        machine.new()
    assert _lines(machine) == []
    made = machine.new()
    assert made.is_new == (operation == "CreateUserPoolClient")
    assert (len(account.made), _lines(machine)) == (1, [made.client_id])
    assert account.values[-1]["client_secret"] == "secret-1"


def test_the_next_client_stands_beside_the_first_until_that_is_retired(machine: Machine, account: FakeAccount) -> None:
    first, second = machine.new().client_id, machine.new().client_id
    assert _lines(machine) == [first, second]
    with pytest.raises(BadInputError, match="has 2 clients"):
        machine.new()
    assert machine.retire() == first
    assert (_lines(machine), [*account.made]) == ([second], [second])


def test_the_only_client_is_not_retired(machine: Machine) -> None:
    with pytest.raises(BadInputError, match="has no clients"):
        machine.retire()
    machine.new()
    with pytest.raises(BadInputError, match="has 1 client,"):
        machine.retire()


def test_a_retirement_that_failed_keeps_the_file_and_can_be_repeated(machine: Machine, account: FakeAccount) -> None:
    first, second = machine.new().client_id, machine.new().client_id
    account.fails = "DeleteUserPoolClient"
    with pytest.raises(ToolError):
        machine.retire()
    assert _lines(machine) == [first, second]
    del account.made[first]  # as if only writing the file had failed
    machine.retire()
    assert _lines(machine) == [second]


def test_without_a_deployed_platform_nothing_is_made(machine: Machine, account: FakeAccount) -> None:
    account.has_box = False
    with pytest.raises(BadInputError, match=f"{BOX} does not exist; deploy the platform"):
        machine.new()
    assert account.made == {}


def test_clients_get_the_scopes_that_the_settings_have_now(machine: Machine, account: FakeAccount) -> None:
    client = machine.new().client_id
    assert machine.update() == []
    wider = replace(MACHINE, scopes=("records.sync", "records.erase"), access_token_minutes=5)
    changed = Machine(SETTINGS, wider, machine.folder, machine.client)
    assert changed.update() == [client]
    assert account.made[client]["AllowedOAuthScopes"] == ["ffp/records.sync", "ffp/records.erase"]
    assert account.made[client]["AccessTokenValidity"] == 5
    assert "GenerateSecret" in account.made[client]
    assert changed.update() == []


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch, account: FakeAccount, tmp_path: Path) -> FakeAccount:
    def reach(settings: Environment) -> Reach:
        assert settings is SETTINGS
        return Reach(lambda _: account, lambda *_: account)

    monkeypatch.setattr(environments, "load", lambda: {"dev": SETTINGS})
    monkeypatch.setattr(commands, "reach", reach)
    monkeypatch.setattr(commands, "FOLDER", tmp_path)
    return account


def test_the_command_says_what_to_do_next_and_shows_no_secret(known: FakeAccount, tmp_path: Path) -> None:
    done = CliRunner().invoke(cli.app, ["clients", "new", "dev", "records-bridge"])
    assert done.exit_code == 0, done.output
    (client,) = known.made
    assert f"{client}: this client is new; its credentials are in the secret {BOX}" in done.output
    assert "review it, commit it, deploy it" in done.output
    assert "secret-1" not in done.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["new", "dve", "records-bridge"], "environment: dve is unknown; did you mean dev?"),
        (["new", "dev", "record-bridge"], "machine: record-bridge is unknown; did you mean records-bridge?"),
        (["retire", "dev", "x", "--yes"], "machine: x is unknown; choose one of records-bridge"),
    ],
)
def test_unknown_names_are_told_with_the_nearest(
    known: FakeAccount, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    found = CliRunner().invoke(cli.app, ["clients", *arguments])
    assert isinstance(found.exception, BadInputError)
    assert told in str(found.exception)
    assert known.made == {}
