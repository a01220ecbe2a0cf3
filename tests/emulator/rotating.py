"""What tests of rotation need of the deployed platform."""

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import psutil

from ffp.emulator import data, processes
from ffp.emulator.account import Account
from ffp.emulator.smoke.walk import Walk
from tests.emulator.chosen import APPLICATION

ROTATION = APPLICATION.rotation_group or APPLICATION.groups[0]  # without rotation, no test uses it
ROTATE = ROTATION.functions[0].name
USERS = ("app_a", "app_b")  # as ffp_lambda/database.py names them
PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Secret:
    """One secret that rotates, on the running platform."""

    walk: Walk
    arn: str

    @property
    def account(self) -> Account:
        return self.walk.account

    @cached_property
    def manager(self) -> Any:
        return self.walk.client("secretsmanager")

    @property
    def value(self) -> str:
        return str(self.manager.get_secret_value(SecretId=self.arn)["SecretString"])

    @property
    def labels(self) -> dict[str, list[str]]:
        """Which labels each version has."""
        found: dict[str, list[str]] = self.manager.describe_secret(SecretId=self.arn)["VersionIdsToStages"]
        return found

    def rotate(self, **schedule: Any) -> str:
        """Begins a rotation; gives the version that is to become the current one."""
        return str(self.manager.rotate_secret(SecretId=self.arn, **schedule)["VersionId"])

    def rotate_again(self) -> None:
        """Has a rotation that did not end tried anew."""
        try:
            self.manager.rotate_secret(SecretId=self.arn)
        except self.manager.exceptions.InvalidRequestException as refused:
            if "will be reattempted" in str(refused):
                return
        raise AssertionError("there was no rotation to try again")

    def settle(self) -> None:
        """Brings to its end what a test left half done."""
        for version, labels in self.labels.items():
            if labels == ["AWSPENDING"]:
                self.rotate_again()
                self.await_current(version)

    def await_current(self, version: str) -> None:
        wait(lambda: "AWSCURRENT" in self.labels[version], f"the rotation of {self.arn}")

    def step(self, token: str, step: str) -> dict[str, Any]:
        """What the function answers to one step."""
        return self.walk.invoke(ROTATE, {"Step": step, "SecretId": self.arn, "ClientRequestToken": token})

    def begin(self) -> str:
        """A rotation of which no step ran: the function's role is denied the first call, and Secrets Manager stops."""
        with self.role_policy("Deny", "DescribeSecret"), self.stopping():
            token = self.rotate()
        return token

    @contextlib.contextmanager
    def stopping(self) -> Iterator[None]:
        """Waits until a rotation has stopped at a step: a try before that can meet the same failure and be the last."""
        ended = self._ended()
        yield
        wait(lambda: self._ended() > ended, "the failing step")

    @contextlib.contextmanager
    def role_policy(self, effect: str, *verbs: str) -> Iterator[None]:
        """The function's role has one statement more, about this secret."""
        actions = [f"secretsmanager:{verb}" for verb in verbs]
        statement = {"Effect": effect, "Action": actions, "Resource": self.arn}
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        which = {"RoleName": self.account.role(ROTATION.name).rpartition("/")[2], "PolicyName": "rotation-test"}
        iam = self.walk.client("iam")
        iam.put_role_policy(**which, PolicyDocument=json.dumps(policy))
        try:
            yield
        finally:
            iam.delete_role_policy(**which)

    def _ended(self) -> int:
        """How many rotations of this secret ended at a step, by the emulator's log."""
        log = (self.account.home.logs / "cloud.txt").read_text(encoding="utf-8")
        return log.count(f"The rotation of {self.arn} ended with")


@dataclass(frozen=True)
class Users(Secret):
    """The secret of the application's database users, who take turns."""

    @classmethod
    def of(cls, walk: Walk) -> "Users":
        secret = walk.account.settings.application.database_secret
        assert secret is not None
        name = walk.account.name(secret.name)
        return cls(walk, walk.client("secretsmanager").describe_secret(SecretId=name)["ARN"])

    @property
    def current(self) -> dict[str, str]:
        user: dict[str, str] = json.loads(self.value)
        return user

    @property
    def resting(self) -> str:
        """The user whose turn is next."""
        return USERS[1 - USERS.index(self.current["username"])]

    @cached_property
    def instance(self) -> dict[str, Any]:
        """The database instance, as RDS describes it."""
        found: dict[str, Any] = self.walk.client("rds").describe_db_instances()["DBInstances"][0]
        return found

    def log_in(self, user: dict[str, str] | None = None) -> str:
        """Logs in as this user or the current one, reads what the application reads, and gives the user's name."""
        user = user or self.current
        connection = data.connect(self.account, user["username"], user["password"], self.instance["DBName"])
        with contextlib.closing(connection) as session:
            [[name]] = session.run("select current_user from (select count(*) from tenants) as seen") or []
        return str(name)


def kill_function(walk: Walk) -> None:
    """Ends the function's processes at once, whatever they are at."""
    at_work = list(_processes(walk))
    assert at_work
    for process in at_work:
        process.kill()


def _processes(walk: Walk) -> Iterator[psutil.Process]:
    name = walk.account.name(ROTATE)
    for process in processes.servers(walk.account.home):
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.environ().get("AWS_LAMBDA_FUNCTION_NAME") == name:
                yield process


def wait(arrived: Callable[[], bool], what: str) -> None:
    """Until it is so; AssertionError after a minute."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not arrived():
        assert time.monotonic() < end, f"{what} did not end"
        time.sleep(0.2)
