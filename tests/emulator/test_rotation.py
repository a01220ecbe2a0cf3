"""On the deployed platform Secrets Manager calls the rotation function, by its role and its permission to invoke."""

import contextlib
from collections.abc import Iterator
from typing import Any

import pg8000.exceptions
import pytest
from botocore.exceptions import ClientError

from ffp.emulator import data
from ffp.emulator.smoke import logs
from ffp.emulator.smoke.walk import Walk
from tests.emulator.chosen import APPLICATION, closed_route
from tests.emulator.rotating import ROTATE, Secret, Users, kill_function, wait
from tests.library.secret_store import STEPS
from tests.logins import READERS, Logins

pytestmark = pytest.mark.skipif(
    APPLICATION.database_secret is None, reason="the application has no database users that take turns"
)
KEY = "rotation-test-key"


@pytest.fixture
def users(walk: Walk) -> Users:
    users = Users.of(walk)
    users.settle()
    return users


@contextlib.contextmanager
def _constant_logins(users: Users) -> Iterator[Logins]:
    """None may fail, whatever happens meanwhile."""
    with Logins(users.log_in).going_on() as logins:
        yield logins
        logins.go_round()
    assert logins.failures == []


def test_users_take_turns_and_the_former_ones_password_works_until_the_next_turn(walk: Walk, users: Users) -> None:
    turns, function = [users.current], closed_route(walk.part.requests).function.name
    before = logs.call(walk, function)
    assert before < (400 if function in walk.part.requests else 500)
    with _constant_logins(users) as logins:
        for _ in range(2):
            logins.go_round()
            users.await_current(users.rotate())
            turns.append(users.current)
            for user in turns[-2:]:
                assert users.log_in(user) == user["username"]
            assert logs.call(walk, function) == before
    first, second, third = turns
    assert first["username"] == third["username"] != second["username"]
    assert logins.users.total() >= READERS * 4
    with pytest.raises(pg8000.exceptions.DatabaseError, match="password authentication failed"):
        users.log_in(first)


@pytest.mark.parametrize("done", range(1, len(STEPS) + 1), ids=(f"after {each}" for each in STEPS))
def test_a_function_that_is_killed_after_a_step_fails_no_login_and_another_try_ends_well(
    users: Users, done: int
) -> None:
    former, ended = users.current, done == len(STEPS)
    with _constant_logins(users) as logins:
        logins.go_round()
        token = users.begin()
        for step in STEPS[:done]:
            assert users.step(token, step).get("FunctionError") is None
        kill_function(users.walk)
        logins.go_round()
        assert (users.current != former) == ended
        if ended:
            assert users.step(token, "finishSecret").get("FunctionError") is None
        else:
            users.rotate_again()
            users.await_current(token)
    assert users.current["username"] != former["username"]


# What holds the function up in a step, and the user that it is connected as meanwhile.
HOLDS = {
    "setSecret": ('reset role; alter role "{user}" connection limit -1', "{master}"),
    "testSecret": ("lock table tenants in access exclusive mode", "{user}"),
}
HELD_UP = """
    select exists (select from pg_locks join pg_stat_activity using (pid) where not granted and usename = :user)
"""


@pytest.mark.parametrize(("hold", "connected"), HOLDS.values(), ids=HOLDS.keys())
def test_a_function_that_is_killed_in_a_step_fails_no_login_and_another_try_ends_well(
    users: Users, hold: str, connected: str
) -> None:
    former = users.current
    names = {"user": users.resting, "master": users.instance["MasterUsername"]}
    with (
        _constant_logins(users) as logins,
        contextlib.closing(data.as_owner(users.account)) as holder,
        contextlib.closing(data.as_owner(users.account)) as watcher,
    ):
        logins.go_round()
        holder.run("begin")
        for statement in hold.format(**names).split("; "):
            holder.run(statement)
        token = users.rotate()
        wait(lambda: watcher.run(HELD_UP, user=connected.format(**names)) == [[True]], "the step's way there")
        with users.stopping():
            kill_function(users.walk)
        holder.run("rollback")
        assert users.current == former
        users.rotate_again()
        users.await_current(token)
    assert users.current["username"] != former["username"]


@pytest.mark.attack
def test_a_wrong_token_an_unknown_secret_and_a_step_out_of_order_are_refused(users: Users) -> None:
    former, token = users.current, users.begin()
    elsewhere = Secret(users.walk, f"{users.arn}x")
    for step in STEPS:
        assert "not one of this secret" in users.step("00000000-0000-4000-8000-000000000000", step)["errorMessage"]
        assert elsewhere.step(token, step)["errorMessage"] == "AccessDeniedException"
    for step in STEPS[1:]:
        assert "run createSecret first" in users.step(token, step)["errorMessage"]
    assert users.step(token, "createSecret").get("FunctionError") is None
    for step in STEPS[2:]:
        assert users.step(token, step)["errorMessage"] == "DatabaseError"
    assert users.current == former
    users.rotate_again()
    users.await_current(token)


class Key(Secret):
    """A secret for which the settings have no binding, and what it takes to rotate it."""

    @contextlib.contextmanager
    def callable(self) -> Iterator[None]:
        """Secrets Manager may call the function for it."""
        lambda_ = self.walk.client("lambda")
        which = {"FunctionName": self.account.name(ROTATE), "Qualifier": "live", "StatementId": KEY}
        lambda_.add_permission(
            **which,
            Action="lambda:InvokeFunction",
            Principal="secretsmanager.amazonaws.com",
            SourceArn=self.arn,
            SourceAccount=self.account.settings.account_id,
        )
        try:
            yield
        finally:
            lambda_.remove_permission(**which)

    def bound(self) -> contextlib.AbstractContextManager[None]:
        """The function may do what its binding would give."""
        return self.role_policy(
            "Allow", "DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage"
        )


@pytest.fixture
def key(walk: Walk) -> Iterator[Key]:
    manager, tags = walk.client("secretsmanager"), {"rotation": "generated-key", "rotation-bytes": "32"}
    made = manager.create_secret(
        Name=walk.account.name(KEY), Tags=[{"Key": name, "Value": value} for name, value in tags.items()]
    )
    yield Key(walk, made["ARN"])
    manager.delete_secret(SecretId=made["ARN"], ForceDeleteWithoutRecovery=True)


@pytest.fixture
def schedule(walk: Walk) -> dict[str, Any]:
    """What Terraform gives a secret that rotates."""
    alias = walk.client("lambda").get_alias(FunctionName=walk.account.name(ROTATE), Name="live")
    return {"RotationLambdaARN": alias["AliasArn"], "RotationRules": {"AutomaticallyAfterDays": 30}}


@pytest.mark.attack
def test_a_secret_that_secrets_manager_may_not_call_the_function_for_is_refused(
    key: Key, schedule: dict[str, Any]
) -> None:
    with pytest.raises(ClientError, match="cannot invoke the specified Lambda function"):
        key.rotate(**schedule)


def test_a_key_gets_its_first_value_when_the_function_may_give_it_one(key: Key, schedule: dict[str, Any]) -> None:
    with key.callable():
        token = key.rotate(**schedule)
        assert key.step(token, "createSecret")["errorMessage"] == "AccessDeniedException"
        assert key.labels == {token: ["AWSPENDING"]}
        with key.bound():
            key.rotate_again()
            key.await_current(token)
    assert len(key.value) == 43
