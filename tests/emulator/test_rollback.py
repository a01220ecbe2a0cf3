"""A function goes back to an earlier version and on again, by the role that deploys."""

from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from ffp import cli
from ffp.emulator import commands
from ffp.emulator.account import Account
from ffp.emulator.launch import Launch
from ffp.emulator.platform import Platform
from ffp.versions import rollback
from settings.names import ALIAS
from tests.emulator.chosen import FUNCTION


@pytest.fixture
def newer(account: Account) -> Iterator[str]:
    """A version that somebody deployed after the present one, and that turned out to be bad. Gone afterwards."""
    lambda_, name = account.client(account.root, "lambda"), account.name(FUNCTION)
    before: dict[str, Any] = lambda_.get_function_configuration(FunctionName=name)
    present = lambda_.get_alias(FunctionName=name, Name=ALIAS)["FunctionVersion"]
    lambda_.update_function_configuration(FunctionName=name, Description="A release with a mistake")
    version = str(lambda_.publish_version(FunctionName=name)["Version"])
    lambda_.update_alias(FunctionName=name, Name=ALIAS, FunctionVersion=version)
    yield version
    lambda_.update_alias(FunctionName=name, Name=ALIAS, FunctionVersion=present)
    lambda_.update_function_configuration(FunctionName=name, Description=before.get("Description", ""))
    lambda_.delete_function(FunctionName=name, Qualifier=version)


def test_the_deploying_role_rolls_a_function_back(platform: Platform, newer: str) -> None:
    client = platform.place("deploy").client
    found = rollback.rollback_of(platform.account.settings, FUNCTION, None, client)
    assert found.now == newer
    assert int(found.then) < int(newer)
    rollback.roll_back(found, client)
    name = platform.account.name(FUNCTION)
    assert client("lambda").get_alias(FunctionName=name, Name=ALIAS)["FunctionVersion"] == found.then
    again = rollback.rollback_of(platform.account.settings, FUNCTION, newer, client)
    rollback.roll_back(again, client)
    assert client("lambda").get_alias(FunctionName=name, Name=ALIAS)["FunctionVersion"] == newer


def test_the_command_asks_and_says_what_it_did(launch: Launch, newer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    account = launch.platform.account
    monkeypatch.setattr(commands, "_launch", lambda _: launch)

    def called() -> str:
        alias = account.client(account.root, "lambda").get_alias(FunctionName=account.name(FUNCTION), Name=ALIAS)
        return str(alias["FunctionVersion"])

    refused = CliRunner().invoke(cli.app, ["rollback", "local", FUNCTION], input="n\n")
    assert (refused.exit_code, called()) == (cli.FAILURE, newer)
    done = CliRunner().invoke(cli.app, ["rollback", "local", FUNCTION], input="y\n")
    assert done.exit_code == 0, done.output
    assert f"from version {newer} to {called()}" in done.output
    assert "Revert the commit: the next deploy undoes this." in done.output.replace("\n", " ")
