"""Gives a secret that people renew a new value, and goes back to the one before. No value is read."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from ffp.aws import as_tool_errors, error_code
from ffp.develop.naming import Problems, unknown
from ffp.project import BadInputError, ToolError
from settings import DatabaseUsers, Environment, GeneratedKey, smoke
from settings.names import prefix

CURRENT, PREVIOUS = "AWSCURRENT", "AWSPREVIOUS"


@dataclass(frozen=True)
class Versions:
    """Which versions of a secret have a label; None where no version has it."""

    current: str | None
    previous: str | None
    changed: datetime | None


def check(settings: Environment, name: str, problems: Problems) -> None:
    """Adds a problem if people must not set this secret: it is unknown, or something else renews it."""
    known = {each.name: each for each in settings.application.secrets}
    whole = f"{prefix(settings.name)}{name}"
    now = f"for a new value at once, run `aws secretsmanager rotate-secret --secret-id {whole}`"
    if settings.smoke and name == smoke.SECRET:
        problems.add(
            f"name: {name} is written by `ffp smoke {settings.name} --prepare`, which gives the test users these"
            " passwords; run that instead"
        )
    elif machine := settings.identity.machine_of(name):
        problems.add(
            f"name: {name} is written by `ffp clients new {settings.name} {machine.name}`, since Cognito makes the"
            " value; run that instead"
        )
    elif name not in known:
        problems.add(unknown("name", name, known))
    elif name == settings.application.playback_secret:
        problems.add(
            f"name: {name} is half of a key pair, and signs only once its public half is deployed; run"
            f" `ffp keys new {settings.name}`, which makes both"
        )
    else:
        match known[name].renewal:
            case DatabaseUsers(days=days):
                problems.add(
                    f"name: {name} rotates by itself every {days} days, and its password is set in the database, too: a"
                    f" value that is set by hand would lock the functions out; {now}"
                )
            case GeneratedKey(days=days):
                problems.add(
                    f"name: {name} rotates by itself every {days} days, and its value is generated: one that is set by"
                    f" hand would be replaced without a word; {now}, or let people renew it (RenewedByPeople)"
                )


@dataclass(frozen=True)
class Stored:
    """One secret of an environment."""

    settings: Environment
    name: str
    client: Any  # boto3's of Secrets Manager

    @property
    def id(self) -> str:
        """The secret's whole name."""
        return f"{prefix(self.settings.name)}{self.name}"

    def versions(self) -> Versions:
        """Its versions. Raises BadInputError if it does not exist, is about to be deleted, or rotates nevertheless."""
        with self._calls():
            found = self.client.describe_secret(SecretId=self.id)
        if found.get("DeletedDate"):
            raise BadInputError(f"{self.id}: it is about to be deleted; deploy {self.settings.name} again first")
        if found.get("RotationEnabled"):
            raise BadInputError(
                f"{self.id}: it rotates in the account, although the settings say that people renew it: a value that is"
                f" set by hand would be replaced; deploy {self.settings.name} first"
            )
        labels = {label: version for version, all_ in found.get("VersionIdsToStages", {}).items() for label in all_}
        return Versions(labels.get(CURRENT), labels.get(PREVIOUS), found.get("LastChangedDate"))

    def put(self, value: str) -> Versions:
        """Stores a value as the current version. The one that was current becomes the previous one."""
        with self._calls():
            self.client.put_secret_value(SecretId=self.id, SecretString=value, VersionStages=[CURRENT])
        return self.versions()

    def go_back(self, before: Versions) -> Versions:
        """Makes the previous version the current one, and the other way round.

        Raises ToolError if somebody has set another value meanwhile.
        """
        with self._calls():
            try:
                self.client.update_secret_version_stage(
                    SecretId=self.id,
                    VersionStage=CURRENT,
                    MoveToVersionId=before.previous,
                    RemoveFromVersionId=before.current,
                )
            except ClientError as refusal:
                if error_code(refusal) not in ("InvalidParameterException", "InvalidRequestException"):
                    raise
                raise ToolError(f"{self.id}: somebody has changed it meanwhile; start again") from None
        return self.versions()

    @contextmanager
    def _calls(self) -> Iterator[None]:
        with as_tool_errors():
            try:
                yield
            except ClientError as refusal:
                if error_code(refusal) != "ResourceNotFoundException":
                    raise
                remedy = "run `make local`" if self.settings.emulated else f"deploy {self.settings.name} first"
                raise BadInputError(f"{self.id}: it does not exist; {remedy}") from None
