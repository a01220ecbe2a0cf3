"""Who may reach what: one line in `application.py` is one binding, and nothing else gives access.

`calls` names the AWS services whose API the binding uses, so that a function in the VPC gets a path to them.
"""

from dataclasses import dataclass, fields
from typing import Annotated, ClassVar

from environments.settings.base import Settings, matching
from environments.settings.network import EndpointService
from environments.settings.types import Name

Prefix = Annotated[
    str,
    matching(
        r"([A-Za-z0-9_.-]+/)*",
        "must be folders that end in /, without wildcards and variables",
        "write it like media/, or leave it out for the whole bucket",
    ),
]


@dataclass(frozen=True)
class ConnectToDatabase(Settings):
    """Opens connections as the application's user, which row-level security binds."""

    calls: ClassVar[tuple[EndpointService, ...]] = ("secretsmanager",)


@dataclass(frozen=True)
class RotateDatabaseUsers(Settings):
    """Sets passwords of the application's two users as the master, for the rotation function alone."""

    secret: Name
    calls: ClassVar[tuple[EndpointService, ...]] = ("secretsmanager",)


@dataclass(frozen=True)
class RotateKey(Settings):
    """Makes a generated key anew, for the rotation function alone."""

    secret: Name
    calls: ClassVar[tuple[EndpointService, ...]] = ("secretsmanager",)


@dataclass(frozen=True)
class PrepareDatabase(Settings):
    """Makes roles and tables as the master, for the function that the deploy invokes; fills the users' secret."""

    calls: ClassVar[tuple[EndpointService, ...]] = ("secretsmanager",)


@dataclass(frozen=True)
class ReadBucket(Settings):
    """Reads objects below a prefix; cannot list."""

    bucket: Name
    prefix: Prefix = ""
    calls: ClassVar[tuple[EndpointService, ...]] = ()  # S3 goes by its gateway endpoint


@dataclass(frozen=True)
class WriteBucket(Settings):
    """Writes objects below a prefix, or signs requests that do."""

    bucket: Name
    prefix: Prefix = ""
    calls: ClassVar[tuple[EndpointService, ...]] = ()


@dataclass(frozen=True)
class UploadMedia(Settings):
    """Signs uploads into the tenants' folders of the media bucket, by the kinds of media."""

    calls: ClassVar[tuple[EndpointService, ...]] = ()  # nor has it a way to S3: browsers send what it signs


@dataclass(frozen=True)
class ReadSecret(Settings):
    """Reads one secret's value."""

    secret: Name
    calls: ClassVar[tuple[EndpointService, ...]] = ("secretsmanager",)


@dataclass(frozen=True)
class PublishTo(Settings):
    """Publishes to one topic."""

    topic: Name
    calls: ClassVar[tuple[EndpointService, ...]] = ("sns",)


@dataclass(frozen=True)
class AdministerUsers(Settings):
    """Lists and invites users of the pool."""

    calls: ClassVar[tuple[EndpointService, ...]] = ("cognito-idp",)


@dataclass(frozen=True)
class SignPlayback(Settings):
    """Signs CloudFront URLs: reads the private key's secret and learns the public keys' ids and the kinds of media."""

    secret: Name
    calls: ClassVar[tuple[EndpointService, ...]] = ("secretsmanager",)


OnDatabase = ConnectToDatabase | PrepareDatabase | RotateDatabaseUsers
OnSecrets = ReadSecret | RotateKey | SignPlayback
Binding = OnDatabase | OnSecrets | ReadBucket | WriteBucket | UploadMedia | PublishTo | AdministerUsers


def written(binding: Binding) -> str:
    """A binding as `application.py` has it, such as `ReadSecret('mail-api-key')`."""
    return f"{type(binding).__name__}({', '.join(repr(getattr(binding, each.name)) for each in fields(binding))})"
