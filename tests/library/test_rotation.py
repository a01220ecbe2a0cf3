"""The rotation function's steps, for keys and for database users: in order, repeated, out of order, and refused."""

import json
from collections.abc import Iterator

import pytest
from ffp_lambda.errors import FailedCallError

from library.functions.rotation import rotate_secret as rotation
from tests.library.fakes import FakeConnection
from tests.library.rotating import DATABASE_USERS, arn, call, rotate
from tests.library.secret_store import CURRENT, PENDING, PREVIOUS, STEPS, SecretStore, StoredSecret

KEY, USERS, PEOPLES = "webhook-key", "database-application-user", "mail-api-key"
FORMER = "00000000-0000-4000-8000-00000000000a"
NEW = "00000000-0000-4000-8000-00000000000b"
MASTER_PASSWORD = "only-the-master-knows-it"


@pytest.fixture
def store() -> Iterator[SecretStore]:
    """A key without a value, the database's users, and a secret that people renew."""
    store = SecretStore()
    store.secrets = {
        arn(KEY): StoredSecret({"rotation": "generated-key", "rotation-bytes": "32"}),
        arn(USERS): StoredSecret(DATABASE_USERS),
        arn(PEOPLES): StoredSecret(),
    }
    store.secrets[arn(USERS)].put(_user("app_a", "password-of-a"), token=FORMER)
    store.secrets[arn(PEOPLES)].put("made by the provider", token=FORMER)
    store.serve(rotation.SECRETS_MANAGER)
    yield store
    store.leave(rotation.SECRETS_MANAGER)


@pytest.fixture
def key(store: SecretStore) -> StoredSecret:
    return store.secrets[arn(KEY)]


@pytest.fixture
def users(store: SecretStore) -> StoredSecret:
    return store.secrets[arn(USERS)]


@pytest.fixture
def logins(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[str, FakeConnection]]:
    """Who logged in, with which password, on which connection."""
    opened: dict[str, tuple[str, FakeConnection]] = {}

    def connect(username: str, password: str) -> FakeConnection:
        opened[username] = password, FakeConnection()
        return opened[username][1]

    monkeypatch.setenv("MASTER_SECRET_ARN", arn("master"))
    monkeypatch.setattr(rotation, "connect", connect)
    monkeypatch.setattr(rotation, "read_credentials", lambda _: ("master", MASTER_PASSWORD))
    return opened


def _user(username: str, password: str) -> str:
    return json.dumps({"username": username, "password": password})


@pytest.mark.parametrize(
    ("secret", "token", "step", "message"),
    [
        ("nothing", NEW, "createSecret", "ResourceNotFoundException"),
        (USERS, "00000000-0000-4000-8000-00000000000c", "createSecret", "not one of this secret"),
        (USERS, NEW, "dropSecret", "there is no step dropSecret"),
        (USERS, NEW, "setSecret", "run createSecret first"),
        (USERS, NEW, "testSecret", "run createSecret first"),
        (USERS, NEW, "finishSecret", "run createSecret first"),
        (PEOPLES, NEW, "createSecret", "name no kind of rotation"),
    ],
)
def test_unknown_secret_wrong_token_and_steps_out_of_order_are_refused(
    store: SecretStore, secret: str, token: str, step: str, message: str
) -> None:
    for each in store.secrets.values():
        each.begin(NEW)
    before = {name: dict(each.labels) for name, each in store.secrets.items()}
    with pytest.raises(FailedCallError, match=message):
        call(secret, token, step)
    assert {name: each.labels for name, each in store.secrets.items()} == before
    assert not any(each.values[NEW] for each in store.secrets.values())


@pytest.mark.parametrize("step", STEPS)
def test_a_secret_whose_rotation_is_not_enabled_is_refused(users: StoredSecret, step: str) -> None:
    users.begin(NEW)
    users.rotates = False
    with pytest.raises(FailedCallError, match="rotation is not enabled"):
        call(USERS, NEW, step)


@pytest.mark.parametrize("step", STEPS)
def test_a_version_that_is_not_pending_is_refused(users: StoredSecret, step: str) -> None:
    users.put(_user("app_b", "password-of-b"), PREVIOUS, token=NEW)
    with pytest.raises(FailedCallError, match="not pending"):
        call(USERS, NEW, step)


def test_a_generated_key_gets_its_first_value_from_its_first_rotation(key: StoredSecret) -> None:
    rotate(KEY, key, key.begin(NEW))
    assert key.labels[CURRENT] == NEW
    assert len(key.current or "") == 43  # 32 bytes, six bits a character


def test_each_rotation_makes_another_key_and_keeps_the_one_before(key: StoredSecret) -> None:
    first, second = rotate(KEY, key), rotate(KEY, key)
    assert key.values[first] != key.values[second]
    assert key.labels[PREVIOUS] == first


def test_a_key_is_as_long_as_the_settings_say(key: StoredSecret) -> None:
    key.tags["rotation-bytes"] = "64"
    rotate(KEY, key)
    assert len(key.current or "") == 86


@pytest.mark.parametrize("value", ["short", "with a blank ............................"[:43], "x" * 42, "é" * 43])
@pytest.mark.parametrize("step", ["testSecret", "finishSecret"])
def test_a_pending_key_of_another_length_or_alphabet_is_refused(key: StoredSecret, value: str, step: str) -> None:
    key.put(value, PENDING, token=NEW)
    with pytest.raises(FailedCallError, match="not of 32 bytes"):
        call(KEY, NEW, step)
    assert key.current is None


@pytest.mark.parametrize("step", ["createSecret", "setSecret", "finishSecret"])
def test_a_pending_key_that_is_the_current_one_is_refused(key: StoredSecret, step: str) -> None:
    rotate(KEY, key)
    key.put(str(key.current), PENDING, token=NEW)
    with pytest.raises(FailedCallError, match="is the current one"):
        call(KEY, NEW, step)


@pytest.mark.parametrize("secret", [KEY, USERS])
def test_every_step_may_be_repeated_and_changes_nothing_the_second_time(
    store: SecretStore, logins: dict[str, tuple[str, FakeConnection]], secret: str
) -> None:
    stored = store.secrets[arn(secret)]
    stored.begin(NEW)
    for step in STEPS:
        call(secret, NEW, step)
        values, labels = dict(stored.values), dict(stored.labels)
        call(secret, NEW, step)
        assert (stored.values, stored.labels) == (values, labels)
    for step in STEPS:  # a late try of any, when the rotation has ended
        call(secret, NEW, step)
    assert (stored.values, stored.labels) == (values, labels)


def test_the_user_that_rests_gets_a_password_of_its_own(users: StoredSecret) -> None:
    rotate(USERS, users, users.begin(NEW), ["createSecret"])
    made = json.loads(users.values[NEW] or "")
    assert made["username"] == "app_b"
    assert len(made["password"]) == 43
    assert users.current == _user("app_a", "password-of-a")


def test_users_without_a_first_value_are_refused(users: StoredSecret) -> None:
    users.labels.clear()
    users.begin(NEW)
    with pytest.raises(FailedCallError, match="prepare-database writes the first one"):
        call(USERS, NEW, "createSecret")


@pytest.mark.parametrize("username", ["master", "app_c", "app_a'; drop table entries; --"])
@pytest.mark.parametrize("step", ["createSecret", "setSecret", "finishSecret"])
def test_a_current_user_that_is_none_of_the_two_is_refused(
    users: StoredSecret, logins: dict[str, tuple[str, FakeConnection]], username: str, step: str
) -> None:
    users.put(_user(username, "any"))
    users.put(_user("app_b", "password-of-b"), PENDING, token=NEW)
    with pytest.raises(FailedCallError, match="none of app_a and app_b"):
        call(USERS, NEW, step)
    assert logins == {}


@pytest.mark.parametrize("username", ["app_a", "master", "app_c"])
@pytest.mark.parametrize("step", ["createSecret", "setSecret", "finishSecret"])
def test_a_pending_user_other_than_the_one_that_rests_is_refused(
    users: StoredSecret, logins: dict[str, tuple[str, FakeConnection]], username: str, step: str
) -> None:
    users.put(_user(username, "any"), PENDING, token=NEW)
    with pytest.raises(FailedCallError, match="not the idle one"):
        call(USERS, NEW, step)
    assert logins == {}
    assert users.labels[CURRENT] == FORMER


def test_a_master_that_is_called_like_a_user_keeps_its_password(
    users: StoredSecret, logins: dict[str, tuple[str, FakeConnection]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "read_credentials", lambda _: ("app_b", MASTER_PASSWORD))
    with pytest.raises(FailedCallError, match="never the master"):
        rotate(USERS, users)
    assert logins == {}


def test_the_master_sends_a_verifier_for_the_pending_user_and_no_other_statement(
    users: StoredSecret, logins: dict[str, tuple[str, FakeConnection]]
) -> None:
    rotate(USERS, users, users.begin(NEW), STEPS[:2])
    password, connection = logins["master"]
    [statement] = connection.sql
    assert password == MASTER_PASSWORD
    assert statement.startswith('alter role "app_b" password \'SCRAM-SHA-256$4096:')
    assert json.loads(users.values[NEW] or "")["password"] not in statement
    assert connection.closed


@pytest.mark.parametrize("step", ["testSecret", "finishSecret"])
def test_the_pending_user_logs_in_before_it_becomes_the_current_one(
    users: StoredSecret, logins: dict[str, tuple[str, FakeConnection]], step: str
) -> None:
    users.put(_user("app_b", "password-of-b"), PENDING, token=NEW)
    call(USERS, NEW, step)
    password, connection = logins["app_b"]
    assert password == "password-of-b"
    assert connection.closed


def test_a_trial_of_the_test_step_alone_works_with_what_is_current(
    users: StoredSecret, logins: dict[str, tuple[str, FakeConnection]]
) -> None:
    users.put(str(users.current), PENDING, token=NEW)  # the trial when a schedule is set
    call(USERS, NEW, "testSecret")
    assert set(logins) == {"app_a"}
