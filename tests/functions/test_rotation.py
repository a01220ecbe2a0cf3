"""The rotation of the database's password: its checks, its four steps, and each of them repeated."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.stub import Stubber
from ffp_lambda.errors import FailedCallError
from scramp import ScramMechanism

from functions.rotation import rotate_database_user as rotation
from tests.functions.fakes import CONTEXT, FakeConnection

SECRET = "arn:aws:secretsmanager:eu-west-2:111122223333:secret:database"
MASTER = "arn:aws:secretsmanager:eu-west-2:111122223333:secret:rds-master"
OLD = "00000000-0000-0000-0000-00000000000a"
NEW = "00000000-0000-0000-0000-00000000000b"
STAGES = {OLD: ["AWSCURRENT"], NEW: ["AWSPENDING"]}
PASSWORD = "correct-horse-battery-staple"


@pytest.fixture
def manager() -> Iterator[Stubber]:
    with Stubber(rotation.SECRETS_MANAGER) as stub:
        yield stub
        stub.assert_no_pending_responses()


@pytest.fixture
def logins(monkeypatch: pytest.MonkeyPatch) -> dict[str, FakeConnection]:
    """The connections opened, by user name."""
    opened: dict[str, FakeConnection] = {}

    def connect(username: str, password: str) -> FakeConnection:
        assert password == PASSWORD
        opened[username] = FakeConnection()
        return opened[username]

    monkeypatch.setenv("MASTER_SECRET_ARN", MASTER)
    monkeypatch.setattr(rotation, "connect", connect)
    monkeypatch.setattr(rotation, "read_credentials", lambda arn: ("master", PASSWORD))
    return opened


def describe(manager: Stubber, stages: dict[str, list[str]], *, enabled: bool = True) -> None:
    description = {"RotationEnabled": enabled, "VersionIdsToStages": stages}
    manager.add_response("describe_secret", description, {"SecretId": SECRET})


def current(manager: Stubber, username: str) -> None:
    value = {"SecretString": json.dumps({"username": username, "password": PASSWORD})}
    manager.add_response("get_secret_value", value, {"SecretId": SECRET, "VersionStage": "AWSCURRENT"})


def pending(manager: Stubber, username: str) -> None:
    value = {"SecretString": json.dumps({"username": username, "password": PASSWORD})}
    asked = {"SecretId": SECRET, "VersionId": NEW, "VersionStage": "AWSPENDING"}
    manager.add_response("get_secret_value", value, asked)


def run(step: str, token: str = NEW) -> None:
    rotation.handler({"SecretId": SECRET, "ClientRequestToken": token, "Step": step}, CONTEXT)


@pytest.mark.parametrize(
    ("stages", "enabled", "message"),
    [
        (STAGES, False, "not enabled"),
        ({OLD: ["AWSCURRENT"]}, True, "not one of this secret"),
        ({OLD: ["AWSCURRENT"], NEW: ["AWSPREVIOUS"]}, True, "not pending"),
    ],
)
def test_secret_or_version_that_is_not_rotating_is_refused(
    manager: Stubber, stages: dict[str, list[str]], enabled: bool, message: str
) -> None:
    describe(manager, stages, enabled=enabled)
    with pytest.raises(FailedCallError, match=message):
        run("setSecret")


def test_unknown_step_is_refused() -> None:
    with pytest.raises(FailedCallError, match="no step"):
        run("dropSecret")


def test_step_repeated_after_the_end_changes_nothing(manager: Stubber) -> None:
    describe(manager, {NEW: ["AWSCURRENT", "AWSPENDING"], OLD: ["AWSPREVIOUS"]})
    run("finishSecret")


@pytest.mark.parametrize(("now", "following"), [("app", "app_clone"), ("app_clone", "app")])
def test_create_stores_a_new_password_for_the_other_user(
    manager: Stubber, monkeypatch: pytest.MonkeyPatch, now: str, following: str
) -> None:
    monkeypatch.setattr("secrets.token_urlsafe", lambda length: f"random-{length}")
    describe(manager, STAGES)
    current(manager, now)
    manager.add_client_error("get_secret_value", "ResourceNotFoundException")
    manager.add_response(
        "put_secret_value",
        {},
        {
            "SecretId": SECRET,
            "ClientRequestToken": NEW,
            "SecretString": json.dumps({"username": following, "password": "random-32"}),
            "VersionStages": ["AWSPENDING"],
        },
    )
    run("createSecret")


def test_create_repeated_keeps_the_password_of_the_first_try(manager: Stubber) -> None:
    describe(manager, STAGES)
    current(manager, "app")
    pending(manager, "app_clone")
    run("createSecret")


def test_username_that_is_no_plain_name_is_refused(manager: Stubber) -> None:
    describe(manager, STAGES)
    current(manager, 'app"; drop table notes; --')
    manager.add_client_error("get_secret_value", "ResourceNotFoundException")
    with pytest.raises(FailedCallError, match="lower case letters"):
        run("createSecret")


def test_set_makes_both_users_and_sends_a_verifier_never_the_password(
    manager: Stubber, logins: dict[str, FakeConnection]
) -> None:
    describe(manager, STAGES)
    pending(manager, "app_clone")
    run("setSecret")
    master = logins["master"]
    assert master.closed
    statements = [sql for sql in master.sql if not sql.startswith("select")]
    assert statements[:3] == [
        'create role "app" login',
        'create role "app_clone" login',
        'grant "app" to "app_clone"',
    ]
    assert statements[3].startswith('alter role "app_clone" login password \'SCRAM-SHA-256$4096:')
    assert PASSWORD not in str(master.statements)


def test_set_repeated_makes_no_user_twice(
    manager: Stubber, logins: dict[str, FakeConnection], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeConnection, "run", _finds_every_role)
    describe(manager, STAGES)
    pending(manager, "app")
    run("setSecret")
    assert not any("create role" in sql for sql in logins["master"].sql)


def _finds_every_role(self: FakeConnection, sql: str, **parameters: Any) -> list[list[Any]]:
    self.statements.append((sql, parameters))
    return [[1]]


def test_set_refuses_to_touch_the_master_user(manager: Stubber, logins: dict[str, FakeConnection]) -> None:
    describe(manager, STAGES)
    pending(manager, "master_clone")
    with pytest.raises(FailedCallError, match="master"):
        run("setSecret")
    assert logins == {}


def test_test_logs_in_as_the_pending_user(manager: Stubber, logins: dict[str, FakeConnection]) -> None:
    describe(manager, STAGES)
    pending(manager, "app_clone")
    run("testSecret")
    assert logins["app_clone"].sql == ["select 1"]
    assert logins["app_clone"].closed


def test_finish_moves_the_current_stage_to_the_new_version(manager: Stubber) -> None:
    describe(manager, STAGES)
    describe(manager, STAGES)
    manager.add_response(
        "update_secret_version_stage",
        {},
        {
            "SecretId": SECRET,
            "VersionStage": "AWSCURRENT",
            "MoveToVersionId": NEW,
            "RemoveFromVersionId": OLD,
        },
    )
    run("finishSecret")


def test_verifier_is_the_one_that_a_scram_server_would_compute() -> None:
    verifier = rotation.scram_verifier(PASSWORD)
    salt = verifier.split("$")[1].split(":")[1]
    _, stored_key, server_key, iterations = ScramMechanism("SCRAM-SHA-256").make_auth_info(
        PASSWORD, iteration_count=4096, salt=base64.b64decode(salt)
    )
    assert verifier == f"SCRAM-SHA-256${iterations}:{salt}${_encoded(stored_key)}:{_encoded(server_key)}"
    assert rotation.scram_verifier(PASSWORD) != verifier


def _encoded(value: bytes) -> str:
    return base64.b64encode(value).decode()
