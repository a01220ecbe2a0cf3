"""Who may reach what: one line in `application.py` is one binding, and nothing else gives access.

`calls` names the AWS services whose API the binding uses, so that a function in the VPC gets a path to them.
`variables` names the environment variables that it gives, each with what its value belongs to: two bindings of a group
that give one variable must mean the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Annotated, ClassVar

from settings.base import Settings, matching
from settings.database import Database
from settings.network import EndpointService
from settings.storage import MEDIA_BUCKET
from settings.types import Name

Prefix = Annotated[
    str,
    matching(
        r"([A-Za-z0-9_.-]+/)*",
        "must be folders that end in /, without wildcards and variables",
        "write it like media/, or leave it out for the whole bucket",
    ),
]


class GivesAccess(Settings):
    """The base of every binding."""

    calls: ClassVar[tuple[EndpointService, ...]]

    def variables(self, database: Database) -> Mapping[str, str]:
        """The variables that the binding gives, by name, each with what its value belongs to."""
        raise NotImplementedError


@dataclass(frozen=True)
class ConnectToDatabase(GivesAccess):
    """Opens connections as the application's user, which row-level security binds."""

    calls: ClassVar[tuple[EndpointService, ...]] = ("secretsmanager",)

    def variables(self, database: Database) -> Mapping[str, str]:
        user = "DATABASE_USER" if database.authentication == "iam" else "DATABASE_SECRET_ARN"
        entrance = "the proxy" if database.proxy else "the instance"
        return {**_address(entrance), **_APPLICATION_USER, user: "the application's user"}


@dataclass(frozen=True)
class RotateDatabaseUsers(GivesAccess):
    """Sets passwords of the application's two users as the master, for the rotation function alone."""

    secret: Name
    calls: ClassVar[tuple[EndpointService, ...]] = ("secretsmanager",)

    def variables(self, database: Database) -> Mapping[str, str]:
        return {**_address("the instance"), **_MASTER}


@dataclass(frozen=True)
class RotateKey(GivesAccess):
    """Makes a generated key anew, for the rotation function alone."""

    secret: Name
    calls: ClassVar[tuple[EndpointService, ...]] = ("secretsmanager",)

    def variables(self, database: Database) -> Mapping[str, str]:
        return {}


@dataclass(frozen=True)
class PrepareDatabase(GivesAccess):
    """Makes roles and tables as the master, for the function that the deploy invokes; fills the users' secret."""

    calls: ClassVar[tuple[EndpointService, ...]] = ("secretsmanager",)

    def variables(self, database: Database) -> Mapping[str, str]:
        by_iam = database.authentication == "iam"
        user = {} if by_iam else {"DATABASE_SECRET_ARN": "the application's user"}
        return {**_address("the instance"), **_APPLICATION_USER, **user, **_MASTER}


@dataclass(frozen=True)
class ReadBucket(GivesAccess):
    """Reads objects below a prefix; cannot list."""

    bucket: Name
    prefix: Prefix = ""
    calls: ClassVar[tuple[EndpointService, ...]] = ()  # S3 goes by its gateway endpoint

    def variables(self, database: Database) -> Mapping[str, str]:
        return {f"{_upper(self.bucket)}_BUCKET": self.bucket}


@dataclass(frozen=True)
class WriteBucket(GivesAccess):
    """Writes objects below a prefix, or signs requests that do."""

    bucket: Name
    prefix: Prefix = ""
    calls: ClassVar[tuple[EndpointService, ...]] = ()

    def variables(self, database: Database) -> Mapping[str, str]:
        return _writing(self.bucket)


@dataclass(frozen=True)
class UploadMedia(GivesAccess):
    """Signs uploads into the tenants' folders of the media bucket, by the kinds of media."""

    calls: ClassVar[tuple[EndpointService, ...]] = ()  # nor has it a way to S3: browsers send what it signs

    def variables(self, database: Database) -> Mapping[str, str]:
        return {**_writing(MEDIA_BUCKET), **_MEDIA_KINDS}


@dataclass(frozen=True)
class ReadSecret(GivesAccess):
    """Reads one secret's value."""

    secret: Name
    calls: ClassVar[tuple[EndpointService, ...]] = ("secretsmanager",)

    def variables(self, database: Database) -> Mapping[str, str]:
        return {secret_variable_of(self.secret): self.secret}


@dataclass(frozen=True)
class PublishTo(GivesAccess):
    """Publishes to one topic."""

    topic: Name
    calls: ClassVar[tuple[EndpointService, ...]] = ("sns",)

    def variables(self, database: Database) -> Mapping[str, str]:
        return {f"{_upper(self.topic)}_TOPIC_ARN": self.topic}


@dataclass(frozen=True)
class TakeFromQuota(GivesAccess):
    """Learns the limits of one daily quota; what is taken is counted in the database, by its user."""

    quota: Name
    calls: ClassVar[tuple[EndpointService, ...]] = ()

    def variables(self, database: Database) -> Mapping[str, str]:
        return {f"QUOTA_{_upper(self.quota)}": self.quota}


@dataclass(frozen=True)
class AdministerUsers(GivesAccess):
    """Lists and invites users of the pool; deletes none."""

    calls: ClassVar[tuple[EndpointService, ...]] = ("cognito-idp",)

    def variables(self, database: Database) -> Mapping[str, str]:
        return _POOL


@dataclass(frozen=True)
class WithdrawInvitations(GivesAccess):
    """Finds and deletes users of the pool, which nobody can bring back: for one small function, alone in its role."""

    calls: ClassVar[tuple[EndpointService, ...]] = ("cognito-idp",)

    def variables(self, database: Database) -> Mapping[str, str]:
        return _POOL


@dataclass(frozen=True)
class SignPlayback(GivesAccess):
    """Signs CloudFront URLs: reads the private key's secret and learns the public keys' ids and the kinds of media."""

    secret: Name
    calls: ClassVar[tuple[EndpointService, ...]] = ("secretsmanager",)

    def variables(self, database: Database) -> Mapping[str, str]:
        ours = {"PLAYBACK_KEY_IDS": "the public keys", "PUBLIC_ADDRESS": "the platform"}
        return {"PLAYBACK_SECRET_ARN": self.secret, **ours, **_MEDIA_KINDS}


OnDatabase = ConnectToDatabase | PrepareDatabase | RotateDatabaseUsers
OnUsers = AdministerUsers | WithdrawInvitations
OnSecrets = ReadSecret | RotateKey | SignPlayback
Binding = OnDatabase | OnSecrets | ReadBucket | WriteBucket | UploadMedia | PublishTo | TakeFromQuota | OnUsers


_APPLICATION_USER = {"DATABASE_AUTHENTICATION": "the application's user"}
_MASTER = {"MASTER_SECRET_ARN": "the master"}
_POOL = {"USER_POOL_ID": "the pool"}
_MEDIA_KINDS = {"MEDIA_KINDS": "the kinds of media"}


def secret_variable_of(secret: str) -> str:
    """The variable by which functions find a secret that a `ReadSecret` binds them to."""
    return f"{_upper(secret)}_SECRET_ARN"


def _address(entrance: str) -> Mapping[str, str]:
    return {f"DATABASE_{part}": entrance for part in ("HOST", "PORT", "NAME")}


def _writing(bucket: str) -> Mapping[str, str]:
    return {f"{_upper(bucket)}_BUCKET": bucket, f"{_upper(bucket)}_KEY_ARN": bucket}


def _upper(name: str) -> str:
    return name.upper().replace("-", "_")


def written(binding: Binding) -> str:
    """A binding as `application.py` has it, such as `ReadSecret('mail-api-key')`."""
    return f"{type(binding).__name__}({', '.join(repr(getattr(binding, each.name)) for each in fields(binding))})"
