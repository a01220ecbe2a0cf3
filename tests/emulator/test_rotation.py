"""On the deployed platform Secrets Manager calls the rotation function, by its role and its permission to invoke."""

import contextlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pg8000.exceptions
import pytest

from environments.application import DATABASE_SECRET
from ffp.emulator import data
from ffp.emulator.account import Account
from ffp.emulator.smoke.walk import Walk

PATIENCE_SECONDS = 60
ROTATE, KEY = "rotate-secret", "rotation-test-key"


@pytest.fixture
def manager(account: Account) -> Any:
    return account.client(account.root, "secretsmanager")


def _current(manager: Any, secret: str) -> dict[str, str]:
    value: dict[str, str] = json.loads(manager.get_secret_value(SecretId=secret)["SecretString"])
    return value


def _await_current(manager: Any, secret: str, version: str) -> None:
    """Until a version is the current one."""
    end = time.monotonic() + PATIENCE_SECONDS
    while "AWSCURRENT" not in (labels := manager.describe_secret(SecretId=secret)["VersionIdsToStages"])[version]:
        assert time.monotonic() < end, f"the rotation did not end: {labels}"
        time.sleep(0.2)


def _logs_in(account: Account, user: dict[str, str]) -> bool:
    database = account.client(account.root, "rds").describe_db_instances()["DBInstances"][0]["DBName"]
    try:
        data.connect(account, user["username"], user["password"], database).close()
    except pg8000.exceptions.DatabaseError:
        return False
    return True


def test_users_take_turns_and_the_former_ones_password_works_until_the_next_turn(
    account: Account, walk: Walk, manager: Any
) -> None:
    secret, token = account.name(DATABASE_SECRET), walk.sign_in(walk.user("patient")).access
    users = [_current(manager, secret)]
    for _ in range(2):
        _await_current(manager, secret, manager.rotate_secret(SecretId=secret)["VersionId"])
        users.append(_current(manager, secret))
        assert _logs_in(account, users[-1])
        assert _logs_in(account, users[-2])
        assert walk.call("GET", "/api/exercises", token=token).status_code == 200
    first, second, third = users
    assert first["username"] == third["username"] != second["username"]
    assert not _logs_in(account, first)


@dataclass(frozen=True)
class Key:
    """A secret for which the settings have no binding, and what it takes to rotate it."""

    account: Account
    arn: str

    @contextlib.contextmanager
    def callable(self) -> Iterator[None]:
        """Secrets Manager may call the function for it."""
        lambda_ = self.account.client(self.account.root, "lambda")
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

    @contextlib.contextmanager
    def bound(self) -> Iterator[None]:
        """The function may do what its binding would give."""
        iam = self.account.client(self.account.root, "iam")
        role = self.account.role("rotation").rpartition("/")[2]
        verbs = ("DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage")
        statement = {
            "Effect": "Allow",
            "Action": [f"secretsmanager:{verb}" for verb in verbs],
            "Resource": self.arn,
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_role_policy(RoleName=role, PolicyName=KEY, PolicyDocument=policy)
        try:
            yield
        finally:
            iam.delete_role_policy(RoleName=role, PolicyName=KEY)


@pytest.fixture
def key(account: Account, manager: Any) -> Iterator[Key]:
    tags = {"rotation": "generated-key", "rotation-bytes": "32"}
    made = manager.create_secret(
        Name=account.name(KEY), Tags=[{"Key": name, "Value": value} for name, value in tags.items()]
    )
    yield Key(account, made["ARN"])
    manager.delete_secret(SecretId=made["ARN"], ForceDeleteWithoutRecovery=True)


@pytest.fixture
def schedule(account: Account) -> dict[str, Any]:
    """What Terraform gives a secret that rotates."""
    alias = account.client(account.root, "lambda").get_alias(FunctionName=account.name(ROTATE), Name="live")
    return {"RotationLambdaARN": alias["AliasArn"], "RotationRules": {"AutomaticallyAfterDays": 30}}


def test_a_secret_that_secrets_manager_may_not_call_the_function_for_is_refused(
    manager: Any, key: Key, schedule: dict[str, Any]
) -> None:
    with pytest.raises(manager.exceptions.ClientError, match="cannot invoke the specified Lambda function"):
        manager.rotate_secret(SecretId=key.arn, **schedule)


def test_a_key_gets_its_first_value_when_the_function_may_give_it_one(
    walk: Walk, manager: Any, key: Key, schedule: dict[str, Any]
) -> None:
    with key.callable():
        token = manager.rotate_secret(SecretId=key.arn, **schedule)["VersionId"]
        refused = walk.invoke(ROTATE, {"Step": "createSecret", "SecretId": key.arn, "ClientRequestToken": token})
        assert refused["errorMessage"] == "AccessDeniedException"
        assert manager.describe_secret(SecretId=key.arn)["VersionIdsToStages"] == {token: ["AWSPENDING"]}
        with key.bound():
            with pytest.raises(manager.exceptions.InvalidRequestException, match="will be reattempted"):
                manager.rotate_secret(SecretId=key.arn)
            _await_current(manager, key.arn, token)
    assert len(manager.get_secret_value(SecretId=key.arn)["SecretString"]) == 43
