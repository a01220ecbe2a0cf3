"""Rotates secrets in Secrets Manager's four steps: database users, which take turns, and generated keys.

Each step can be repeated. The current value keeps working until the last step has tested the new one.
"""

import contextlib
import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import boto3
from ffp_lambda import log
from ffp_lambda.database import USERS, connect, read_credentials
from ffp_lambda.errors import FailedCallError
from ffp_lambda.http import LambdaContext
from ffp_lambda.job import job
from ffp_lambda.scram import scram_verifier
from pg8000.native import identifier, literal

CURRENT, PENDING = "AWSCURRENT", "AWSPENDING"

SECRETS_MANAGER = boto3.client("secretsmanager")


class Kind(Protocol):
    """What the steps do for one kind of secret. Values are the secret's texts."""

    def make(self, current: str | None) -> str:
        """Returns a value that can replace the current one."""

    def check(self, pending: str, current: str | None) -> None:
        """Raises FailedCallError for a value that must not replace the current one."""

    def set(self, pending: str) -> None:
        """Sets the value in the system that checks it."""

    def test(self, pending: str) -> None:
        """Raises an error if the value does not work."""


class DatabaseUsers:
    """Two users take turns. The idle one gets a new password, so that the current one's sessions are not disturbed."""

    def make(self, current: str | None) -> str:
        return json.dumps({"username": self._idle_user(current), "password": secrets.token_urlsafe(32)})

    def check(self, pending: str, current: str | None) -> None:
        if json.loads(pending)["username"] != self._idle_user(current):
            raise FailedCallError("the pending user is not the idle one: remove its label AWSPENDING")

    def set(self, pending: str) -> None:
        new = json.loads(pending)
        master, password = read_credentials(os.environ["MASTER_SECRET_ARN"])
        if new["username"] not in USERS or new["username"] == master:
            raise FailedCallError(f"only {' and '.join(USERS)} rotate, and never the master")
        with contextlib.closing(connect(master, password)) as session:
            # The server may log the statement, so it contains the verifier and not the password.
            verifier = literal(scram_verifier(new["password"]))
            session.run(f"alter role {identifier(new['username'])} password {verifier}")

    def test(self, pending: str) -> None:
        new = json.loads(pending)
        with contextlib.closing(connect(new["username"], new["password"])) as session:
            session.run("select exists (select from tenants)")  # needs the permissions of the role app

    def _idle_user(self, current: str | None) -> str:
        if current is None:
            raise FailedCallError("the secret has no current value: prepare-database writes the first one")
        username = json.loads(current)["username"]
        if username not in USERS:
            raise FailedCallError(f"the current user is none of {' and '.join(USERS)}")
        return USERS[1 - USERS.index(username)]


@dataclass(frozen=True)
class GeneratedKey:
    """Random bytes as URL-safe text, stored only in the secret. The first rotation creates the first value."""

    length_bytes: int

    def make(self, current: str | None) -> str:
        return secrets.token_urlsafe(self.length_bytes)

    def check(self, pending: str, current: str | None) -> None:
        if pending == current:
            raise FailedCallError("the pending key is the current one: remove its label AWSPENDING")

    def set(self, pending: str) -> None:
        """Does nothing: no other system holds the key."""

    def test(self, pending: str) -> None:
        length = (self.length_bytes * 8 + 5) // 6  # six bits a character
        if not re.fullmatch(rf"[A-Za-z0-9_-]{{{length}}}", pending):
            raise FailedCallError(f"the pending key is not of {self.length_bytes} bytes: remove its label AWSPENDING")


@dataclass(frozen=True)
class Rotation:
    """The rotation of a secret to the version with the id `token`."""

    secret: str
    token: str
    kind: Kind

    def create(self) -> None:
        """Stores a new value as the pending one, unless an earlier attempt has done so."""
        current, pending = self._current(), self._pending()
        if pending is None:
            SECRETS_MANAGER.put_secret_value(
                SecretId=self.secret,
                ClientRequestToken=self.token,
                SecretString=self.kind.make(current),
                VersionStages=[PENDING],
            )
        else:
            self.kind.check(pending, current)

    def set(self) -> None:
        pending = self._required_pending()
        self.kind.check(pending, self._current())
        self.kind.set(pending)

    def test(self) -> None:
        # Does not call `check`: when a schedule is set, Secrets Manager runs only this step as a test.
        self.kind.test(self._required_pending())

    def finish(self, current: str | None) -> None:
        """Checks and tests the pending version again, since steps can be skipped, and makes it the current one."""
        pending = self._required_pending()
        self.kind.check(pending, self._current())
        self.kind.test(pending)
        SECRETS_MANAGER.update_secret_version_stage(
            SecretId=self.secret,
            VersionStage=CURRENT,
            MoveToVersionId=self.token,
            **({"RemoveFromVersionId": current} if current else {}),
        )

    def _current(self) -> str | None:
        return self._value(VersionStage=CURRENT)

    def _pending(self) -> str | None:
        return self._value(VersionId=self.token, VersionStage=PENDING)

    def _required_pending(self) -> str:
        pending = self._pending()
        if pending is None:
            raise FailedCallError("there is no pending value: run createSecret first")
        return pending

    def _value(self, **version: str) -> str | None:
        try:
            answer = SECRETS_MANAGER.get_secret_value(SecretId=self.secret, **version)
        except SECRETS_MANAGER.exceptions.ResourceNotFoundException:
            return None
        return str(answer["SecretString"])


@job("rotate-secret")
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Runs one step. Raises FailedCallError if the secret, the version or the step does not allow it."""
    secret, token, step = event["SecretId"], event["ClientRequestToken"], event["Step"]
    description = SECRETS_MANAGER.describe_secret(SecretId=secret)
    if not description.get("RotationEnabled"):
        raise FailedCallError("the secret's rotation is not enabled")
    versions = description.get("VersionIdsToStages", {})
    if token not in versions:
        raise FailedCallError("the version is not one of this secret")
    rotation, outcome = Rotation(secret, token, _kind(description)), "done"
    if CURRENT in versions[token]:
        outcome = "already current"
    elif PENDING not in versions[token]:
        raise FailedCallError("the version is not pending")
    elif step == "createSecret":
        rotation.create()
    elif step == "setSecret":
        rotation.set()
    elif step == "testSecret":
        rotation.test()
    elif step == "finishSecret":
        rotation.finish(next((version for version, stages in versions.items() if CURRENT in stages), None))
    else:
        raise FailedCallError(f"there is no step {step}")
    log.write(f"rotate-secret-{step}", request_id=context.aws_request_id, secret=description["Name"], outcome=outcome)


def _kind(description: Mapping[str, Any]) -> Kind:
    """The kind of secret, from the tags that its construct sets."""
    tags = {tag["Key"]: tag["Value"] for tag in description.get("Tags", [])}
    match tags.get("rotation"):
        case "database-users":
            return DatabaseUsers()
        case "generated-key":
            return GeneratedKey(int(tags["rotation-bytes"]))
    raise FailedCallError("the secret's tags name no kind of rotation")
