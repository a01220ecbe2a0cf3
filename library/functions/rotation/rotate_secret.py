"""Secrets Manager's rotation, in its four steps: database users, who take turns, and generated keys.

Every step may be repeated, and what is current works until the last step has seen that the new value does.
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
    """What the steps do for one kind of secret; values are the secret's texts."""

    def make(self, current: str | None) -> str:
        """A value to follow the current one."""

    def check(self, pending: str, current: str | None) -> None:
        """Raises FailedCallError for a value that may not follow the current one."""

    def set(self, pending: str) -> None:
        """Tells the value to whatever knows it besides the secret."""

    def test(self, pending: str) -> None:
        """Raises where the value does not work."""


class DatabaseUsers:
    """While one of the two users is current, the other rests: its password can change, and nobody notices."""

    def make(self, current: str | None) -> str:
        return json.dumps({"username": self._resting(current), "password": secrets.token_urlsafe(32)})

    def check(self, pending: str, current: str | None) -> None:
        if json.loads(pending)["username"] != self._resting(current):
            raise FailedCallError("the pending user is not the one that rests: take its label AWSPENDING away")

    def set(self, pending: str) -> None:
        new = json.loads(pending)
        master, password = read_credentials(os.environ["MASTER_SECRET_ARN"])
        if new["username"] not in USERS or new["username"] == master:
            raise FailedCallError(f"the users that rotate are {' and '.join(USERS)}, and never the master")
        with contextlib.closing(connect(master, password)) as session:
            # The server may log the statement: it carries the verifier, never the password.
            verifier = literal(scram_verifier(new["password"]))
            session.run(f"alter role {identifier(new['username'])} password {verifier}")

    def test(self, pending: str) -> None:
        new = json.loads(pending)
        with contextlib.closing(connect(new["username"], new["password"])) as session:
            session.run("select exists (select from tenants)")  # takes what the role app may do

    def _resting(self, current: str | None) -> str:
        if current is None:
            raise FailedCallError("the secret has no current value: prepare-database writes the first one")
        username = json.loads(current)["username"]
        if username not in USERS:
            raise FailedCallError(f"the current user is none of {' and '.join(USERS)}")
        return USERS[1 - USERS.index(username)]


@dataclass(frozen=True)
class GeneratedKey:
    """Random bytes as URL-safe text, which the secret alone knows; the first rotation makes the first value."""

    length_bytes: int

    def make(self, current: str | None) -> str:
        return secrets.token_urlsafe(self.length_bytes)

    def check(self, pending: str, current: str | None) -> None:
        if pending == current:
            raise FailedCallError("the pending key is the current one: take its label AWSPENDING away")

    def set(self, pending: str) -> None:
        """Nothing else knows it."""

    def test(self, pending: str) -> None:
        length = (self.length_bytes * 8 + 5) // 6  # six bits a character
        if not re.fullmatch(rf"[A-Za-z0-9_-]{{{length}}}", pending):
            raise FailedCallError(f"the pending key is not of {self.length_bytes} bytes: take its AWSPENDING away")


@dataclass(frozen=True)
class Rotation:
    """One secret's way to the version that the token names."""

    secret: str
    token: str
    kind: Kind

    def create(self) -> None:
        """Stores a new value as the pending one, unless an earlier try did."""
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
        pending = self._created()
        self.kind.check(pending, self._current())
        self.kind.set(pending)

    def test(self) -> None:
        # Not whether it may follow: Secrets Manager tries this step alone when it is given the schedule.
        self.kind.test(self._created())

    def finish(self, current: str | None) -> None:
        """Makes the pending version the current one, once it is seen to work: whatever steps were left out."""
        pending = self._created()
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

    def _created(self) -> str:
        pending = self._pending()
        if pending is None:
            raise FailedCallError("there is no pending value: createSecret comes first")
        return pending

    def _value(self, **which: str) -> str | None:
        try:
            found = SECRETS_MANAGER.get_secret_value(SecretId=self.secret, **which)
        except SECRETS_MANAGER.exceptions.ResourceNotFoundException:
            return None
        return str(found["SecretString"])


@job("rotate-secret")
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Carries out one step; raises FailedCallError where secret, version or step is not fit for it."""
    secret, token, step = event["SecretId"], event["ClientRequestToken"], event["Step"]
    described = SECRETS_MANAGER.describe_secret(SecretId=secret)
    if not described.get("RotationEnabled"):
        raise FailedCallError("the secret's rotation is not enabled")
    versions = described.get("VersionIdsToStages", {})
    if token not in versions:
        raise FailedCallError("the version is not one of this secret")
    rotation, outcome = Rotation(secret, token, _kind(described)), "done"
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
    log.write(f"rotate-secret-{step}", request_id=context.aws_request_id, secret=described["Name"], outcome=outcome)


def _kind(described: Mapping[str, Any]) -> Kind:
    """What the secret's tags say, which its construct sets."""
    tags = {tag["Key"]: tag["Value"] for tag in described.get("Tags", [])}
    match tags.get("rotation"):
        case "database-users":
            return DatabaseUsers()
        case "generated-key":
            return GeneratedKey(int(tags["rotation-bytes"]))
    raise FailedCallError("the secret's tags name no kind of rotation")
