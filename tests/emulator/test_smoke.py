"""`ffp smoke` on the local platform: as CI's role that reads one secret, and with faults that it must find."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError
from typer.testing import CliRunner, Result

from ffp import cli
from ffp.emulator import commands, data
from ffp.emulator.account import Account, github_environments
from ffp.emulator.launch import Launch
from ffp.emulator.platform import Platform
from ffp.smoke import users
from settings.names import ALIAS
from settings.state import SMOKE
from tests.emulator.chosen import APPLICATION, closed_route

_WITH_POLICIES = "select oid::regclass::text from pg_class where relrowsecurity and relkind in ('r', 'p')"
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def run(launch: Launch) -> Iterator[Run]:
    """Runs `ffp smoke local` on the platform, whose test users exist."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(commands, "_launch", lambda _: launch)
        runner = CliRunner()
        prepared = runner.invoke(cli.app, ["smoke", "local", "--prepare"])
        assert prepared.exit_code == 0, prepared.output
        yield lambda *options: runner.invoke(cli.app, ["smoke", "local", *options])


def _client(account: Account, service: str) -> Any:
    return account.client(account.root, service)


@contextmanager
def _function_fails(account: Account) -> Iterator[str]:
    """A new version of a function cannot start; gives what must be said of it."""
    lambda_, function = _client(account, "lambda"), closed_route().function.name
    name = account.name(function)
    before = lambda_.get_function_configuration(FunctionName=name)["Handler"]
    present = lambda_.get_alias(FunctionName=name, Name=ALIAS)["FunctionVersion"]
    lambda_.update_function_configuration(FunctionName=name, Handler="nowhere.handler")
    broken = lambda_.publish_version(FunctionName=name)["Version"]
    lambda_.update_alias(FunctionName=name, Name=ALIAS, FunctionVersion=broken)
    try:
        yield f"    .venv/bin/ffp rollback local {function}\n"
    finally:
        lambda_.update_alias(FunctionName=name, Name=ALIAS, FunctionVersion=present)
        lambda_.update_function_configuration(FunctionName=name, Handler=before)
        lambda_.delete_function(FunctionName=name, Qualifier=broken)


@contextmanager
def _route_is_open(account: Account) -> Iterator[str]:
    """A route has lost its authoriser."""
    gateway, key = _client(account, "apigatewayv2"), closed_route().key
    (api,) = gateway.get_apis()["Items"]
    (route,) = (each for each in gateway.get_routes(ApiId=api["ApiId"])["Items"] if each["RouteKey"] == key)
    where = {"ApiId": api["ApiId"], "RouteId": route["RouteId"]}
    gateway.update_route(**where, AuthorizationType="NONE")
    try:
        yield "the API lets in whom it must refuse"
    finally:
        kept = ("AuthorizationType", "AuthorizerId", "AuthorizationScopes")
        gateway.update_route(**where, **{name: route[name] for name in kept})


@contextmanager
def _rows_are_open(account: Account) -> Iterator[str]:
    """The tables have lost their row-level security."""
    if not APPLICATION.uses_database:
        pytest.skip("the application has no database")
    with closing(data.as_owner(account)) as session:
        tables = [name for (name,) in session.run(_WITH_POLICIES) or ()]
        for table in tables:
            session.run(f"alter table {table} disable row level security")
        try:
            yield "a tenant sees what belongs to another: roll back at once"
        finally:
            for table in tables:
                session.run(f"alter table {table} enable row level security")


def test_a_sound_platform_is_as_expected_also_in_two_runs(run: Run) -> None:
    for _ in range(2):
        done = run()
        assert done.exit_code == 0, done.output
        assert "none with an unexpected result" in done.output
        assert "git revert" not in done.output


@pytest.mark.parametrize("fault", [_function_fails, _route_is_open, _rows_are_open])
def test_a_planted_fault_is_found_and_the_way_back_is_said(
    run: Run, account: Account, fault: Callable[[Account], AbstractContextManager[str]]
) -> None:
    with fault(account) as said:
        done = run()
    assert done.exit_code == cli.FAILURE
    assert said in done.output
    assert "local: nothing is promoted from here. Go back to what ran before:\n    git revert " in done.output


def test_the_role_reads_the_users_and_nothing_else(run: Run, platform: Platform, account: Account) -> None:
    assert run().exit_code == 0
    session = account.assume(SMOKE, environment=github_environments("local")[SMOKE])
    client = partial(account.client, session)
    own, bucket = users.secret_of(account.settings), platform.place("plan").bucket
    assert client("secretsmanager").get_secret_value(SecretId=own)
    others = [
        each["Name"] for each in _client(account, "secretsmanager").list_secrets()["SecretList"] if each["Name"] != own
    ]
    assert others
    pool = platform.outputs()["user-pool"]
    attempts = [
        *(partial(client("secretsmanager").get_secret_value, SecretId=name) for name in others),
        partial(client("secretsmanager").put_secret_value, SecretId=own, SecretString="{}"),
        partial(client("secretsmanager").list_secrets),
        partial(client("cognito-idp").list_users, UserPoolId=pool),
        partial(client("cognito-idp").admin_create_user, UserPoolId=pool, Username="x@smoke.invalid"),
        partial(client("s3").get_object, Bucket=bucket, Key="local/terraform.tfstate"),
        partial(client("s3").list_objects_v2, Bucket=bucket),
        partial(client("lambda").invoke, FunctionName=account.name(closed_route().function.name)),
        partial(client("iam").list_roles),
    ]
    for attempt in attempts:
        with pytest.raises(ClientError, match=r"AccessDenied|not authorized"):
            attempt()
    with pytest.raises(ClientError, match=r"AccessDenied|Not authorized"):
        account.assume(SMOKE, environment="local")
