"""Database users take turns on a real PostgreSQL: under load, after every kind of kill, and unseen by its log."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pg8000.native
import pytest
from ffp_lambda import database as sessions
from ffp_lambda.errors import FailedCallError
from ffp_lambda.tenant import is_uuid

from library.functions.rotation import rotate_secret as rotation
from tests.library.fakes import TENANT
from tests.library.postgres import LOGGING, MASTER, FakeSecret, Instance, Server
from tests.library.rotating import DATABASE_USERS, arn, call, rotate
from tests.library.sample.tables import MIGRATIONS
from tests.library.secret_store import CURRENT, PENDING, STEPS, KilledError, SecretStore, StoredSecret
from tests.logins import READERS, Logins

USERS = "database-application-user"
ROTATIONS = 6


@dataclass(frozen=True)
class Platform:
    """A database that is prepared, with its two secrets."""

    instance: Instance
    store: SecretStore

    @property
    def users(self) -> StoredSecret:
        return self.store.secrets[arn(USERS)]

    @property
    def passwords(self) -> list[str]:
        """Every password that there was: the master's, and those of all versions."""
        values = [json.loads(value) for each in self.store.secrets.values() for value in each.values.values() if value]
        return [value["password"] for value in values]

    def current_user(self) -> str:
        """Whom a function that starts now logs in as."""
        with contextlib.closing(sessions._connect_as_function()) as session:
            [[user]] = session.run("select current_user from (select count(*) from tenants) as seen") or []
            return str(user)


@pytest.fixture
def platform(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    """After the deploy: roles, tables, and the first value."""
    instance, first, store = server.create_instance(MIGRATIONS), FakeSecret(), SecretStore()
    instance.prepare(first)
    store.secrets = {arn("master"): StoredSecret(), arn(USERS): StoredSecret(DATABASE_USERS)}
    store.secrets[arn("master")].put(json.dumps({"username": MASTER, "password": instance.master_password}))
    store.secrets[arn(USERS)].put(json.dumps(first.value))
    secrets = {"MASTER_SECRET_ARN": arn("master"), "DATABASE_SECRET_ARN": arn(USERS)}
    for name, value in {**server.variables, **secrets}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "client", lambda service: rotation.SECRETS_MANAGER)
    store.serve(rotation.SECRETS_MANAGER)
    yield Platform(instance, store)
    store.leave(rotation.SECRETS_MANAGER)


def test_under_constant_connections_no_login_fails_while_the_users_take_turns(platform: Platform) -> None:
    turns = []
    with Logins(platform.current_user).going_on() as logins:
        for _ in range(ROTATIONS):
            logins.go_round()
            rotate(USERS, platform.users)
            turns.append(platform.current_user())
        logins.go_round()
    assert logins.failures == []
    assert turns == ["app_b", "app_a"] * (ROTATIONS // 2)
    assert set(logins.users) == {"app_a", "app_b"}
    assert logins.users.total() >= ROTATIONS * READERS * 2


def test_connections_that_are_open_outlive_every_rotation(platform: Platform) -> None:
    with contextlib.closing(sessions._connect_as_function()) as session:
        for _ in range(3):
            rotate(USERS, platform.users)
            assert session.run("select current_user") == [["app_a"]]


def test_the_former_users_password_works_until_the_next_rotation(platform: Platform) -> None:
    former = json.loads(platform.users.current or "")
    rotate(USERS, platform.users)
    platform.instance.server.connect(former["username"], former["password"]).close()
    rotate(USERS, platform.users)
    with pytest.raises(pg8000.exceptions.DatabaseError):
        platform.instance.server.connect(former["username"], former["password"])


def test_both_users_do_what_the_application_does(platform: Platform) -> None:
    for _ in range(2):
        rotate(USERS, platform.users)
        connection = sessions.Connection(sessions._connect_as_function)
        with connection.tenant_session(TENANT) as session:
            assert session.run("select count(*) from entries") == [[0]]
        assert all(map(is_uuid, connection.tenants()))
        connection._discard()


# A kill comes between two steps, or directly after what a step does to the outside.
KILLS = {
    **{f"before {step}": (step, "") for step in STEPS},
    "after the new value was stored": ("createSecret", "PutSecretValue"),
    "after the password was set": ("setSecret", "alter role"),
    "after the login": ("testSecret", "select exists"),
    "after the last login": ("finishSecret", "select exists"),
    "after the version became the current one": ("finishSecret", "UpdateSecretVersionStage"),
}


def _kill(platform: Platform, token: str, step: str, after: str) -> None:
    """Begins a rotation, and ends it in this step."""
    for each in STEPS[: STEPS.index(step)]:
        call(USERS, token, each)
    if not after:
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rotation, "connect", lambda *who: _Fatal(sessions.connect(*who), after))
        platform.store.killed_after = after
        with pytest.raises(KilledError):
            call(USERS, token, step)
    platform.store.killed_after = ""


@dataclass
class _Fatal:
    """A connection on which one statement is the function's last."""

    session: sessions.Session
    last: str

    def run(self, sql: str, **parameters: object) -> object:
        answer = self.session.run(sql, **parameters)
        if sql.startswith(self.last):
            raise KilledError
        return answer

    def close(self) -> None:
        self.session.close()


@pytest.mark.parametrize("again", ["the same token", "a new token"])
@pytest.mark.parametrize(("step", "after"), KILLS.values(), ids=KILLS.keys())
def test_a_kill_leaves_a_secret_that_works_and_another_try_ends_well(
    platform: Platform, step: str, after: str, again: str
) -> None:
    token = platform.users.begin()
    _kill(platform, token, step, after)
    ended = platform.users.labels[CURRENT] == token
    assert ended == (after == "UpdateSecretVersionStage")
    assert platform.current_user() == ("app_b" if ended else "app_a")

    token = rotate(USERS, platform.users, token if again == "the same token" else None)
    assert platform.users.labels[CURRENT] == platform.users.labels[PENDING] == token
    assert platform.current_user() == ("app_a" if ended and again == "a new token" else "app_b")
    rotate(USERS, platform.users)
    platform.current_user()


@pytest.mark.parametrize("missing", [("setSecret",), ("setSecret", "testSecret")])
def test_a_password_that_was_never_set_does_not_become_the_current_one(
    platform: Platform, missing: tuple[str, ...]
) -> None:
    with pytest.raises(FailedCallError, match="DatabaseError"):
        rotate(USERS, platform.users, steps=[step for step in STEPS if step not in missing])
    assert platform.current_user() == "app_a"


def test_a_pending_user_without_the_applications_rights_does_not_become_the_current_one(platform: Platform) -> None:
    with contextlib.closing(platform.instance.as_master()) as master:
        master.run("revoke app from app_b")
    with pytest.raises(FailedCallError, match="DatabaseError"):
        rotate(USERS, platform.users)
    assert platform.current_user() == "app_a"


def test_a_late_try_of_a_rotation_that_was_given_up_is_refused(platform: Platform) -> None:
    given_up = rotate(USERS, platform.users, steps=STEPS[:2])
    rotate(USERS, platform.users)
    for step in STEPS:
        with pytest.raises(FailedCallError, match=r"not one of this secret|not pending"):
            call(USERS, given_up, step)
    assert platform.current_user() == "app_b"


def _log_of(server: Server, begin: int) -> str:
    return server.log()[begin:]


def test_no_step_leaves_a_secret_in_the_servers_log(server: Server, request: pytest.FixtureRequest) -> None:
    begin = len(server.log())
    platform: Platform = request.getfixturevalue("platform")  # the bootstrap is part of what is looked at
    with contextlib.closing(server.as_superuser()) as superuser:
        assert {name: superuser.run(f"show {name}") for name in LOGGING} == {
            name: [[str(value)]] for name, value in LOGGING.items()
        }
    assert _found(platform, _log_of(server, begin)) == []
    for _ in range(2):
        token = platform.users.begin()
        for step in STEPS:
            call(USERS, token, step)
            assert _found(platform, _log_of(server, begin)) == []
    written = _log_of(server, begin)
    for user in ("app_a", "app_b"):
        assert f'alter role "{user}" password \'SCRAM-SHA-256$' in written
    assert len(platform.passwords) == 4


def test_a_password_in_clear_would_be_found_in_the_servers_log(
    platform: Platform, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = len(server.log())
    monkeypatch.setattr(rotation, "scram_verifier", lambda password: password)
    rotate(USERS, platform.users)
    assert _found(platform, _log_of(server, begin)) == [json.loads(platform.users.current or "")["password"]]


def _found(platform: Platform, log: str) -> list[Any]:
    return [password for password in platform.passwords if password in log]
