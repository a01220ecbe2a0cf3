"""Rules about who is bound to what: every binding names something that exists, and has a path to it."""

from collections.abc import Iterator

from settings.application import Application
from settings.base import Problem
from settings.bindings import (
    Binding,
    ConnectToDatabase,
    PrepareDatabase,
    PublishTo,
    ReadBucket,
    ReadSecret,
    RotateDatabaseUsers,
    RotateKey,
    SignPlayback,
    TakeFromQuota,
    WriteBucket,
    written,
)
from settings.database import Database
from settings.functions import FunctionGroup
from settings.identity import Identity
from settings.network import EndpointService, Network
from settings.secrets import DatabaseUsers, RenewedByPeople, Secret, Secrets
from settings.storage import Storage

_COGNITO_WAITS_SECONDS = 5


def binding_problems(application: Application, secrets: Secrets, storage: Storage) -> Iterator[Problem]:
    """Bindings to what is not there."""
    for group in application.groups:
        for binding in group.bindings:
            match binding:
                case ReadBucket(bucket=name) | WriteBucket(bucket=name):
                    known = {bucket.name for bucket in storage.buckets}
                case (
                    ReadSecret(secret=name)
                    | SignPlayback(secret=name)
                    | RotateDatabaseUsers(secret=name)
                    | RotateKey(secret=name)
                ):
                    known = {secret.name for secret in secrets.secrets}
                case PublishTo(topic=name):
                    known = set(application.topics)
                case TakeFromQuota(quota=name):
                    known = {quota.name for quota in application.quotas}
                case _:
                    continue
            if name not in known:
                yield Problem(
                    f"application.groups[{group.name}].bindings",
                    written(binding),
                    f"known are {', '.join(sorted(known)) or 'none'}",
                    "bind to one of these or add what is missing",
                )


def path_problems(application: Application, network: Network, database: Database) -> Iterator[Problem]:
    """Groups in the VPC without a way to what they call, and endpoints that nobody calls."""
    # Functions outside the VPC call AWS by its own network.
    calls = {group.name: _calls(group, database) for group in application.groups if group.uses_database}
    for name, services in calls.items():
        for service in sorted(services - {*network.endpoints}):
            if network.egress == "none":
                yield Problem(
                    "network.endpoints",
                    network.endpoints,
                    f"egress none leaves group {name} without a path to {service}",
                    f'add "{service}" or choose another egress',
                )
    for service in network.endpoints:
        if not any(service in services for services in calls.values()):
            yield Problem(
                "network.endpoints",
                service,
                "no group in the VPC calls that service",
                "remove it: an endpoint is paid by the hour",
            )


def _calls(group: FunctionGroup, database: Database) -> set[EndpointService]:
    """The services that a group's bindings call; IAM authentication signs its token without a call."""
    by_iam = database.authentication == "iam"
    return {
        service
        for binding in group.bindings
        if not (by_iam and isinstance(binding, ConnectToDatabase))
        for service in binding.calls
    }


def token_problems(application: Application, identity: Identity) -> Iterator[Problem]:
    """The user pool names the trigger's function before any binding is made, so no binding would reach it."""
    yield from _lone_function("identity.token_group", identity.token_group, application)
    for group in application.groups:
        if group.name != identity.token_group:
            continue
        for function in group.functions:
            if function.timeout_seconds > _COGNITO_WAITS_SECONDS:
                yield Problem(
                    f"application.functions[{function.name}].timeout_seconds",
                    function.timeout_seconds,
                    f"Cognito waits {_COGNITO_WAITS_SECONDS} seconds for the token trigger",
                    "lower it",
                )
        if group.bindings:
            yield Problem(
                f"application.groups[{group.name}].bindings",
                ", ".join(map(written, group.bindings)),
                "the token trigger is bound to nothing",
                "take the bindings away: it reads the event alone",
            )


def role_problems(application: Application, identity: Identity) -> Iterator[Problem]:
    """Roles have scopes that there are, and every scope is somebody's."""
    known = {scope.name for scope in identity.scopes}
    given = {scope for role in application.tenancy.roles for scope in role.scopes}
    for role in application.tenancy.roles:
        yield from identity.unknown_scopes(f"application.tenancy.roles[{role.name}].scopes", role.scopes)
    for scope in sorted(known - given):
        yield Problem("identity.scopes", scope, "no role has it", "give it to a role, or remove it")


def preparation_problems(application: Application, database: Database) -> Iterator[Problem]:
    """One group prepares the database, and no other does."""
    yield from _lone_function("database.preparation_group", database.preparation_group, application)
    for group in application.groups:
        prepares = any(isinstance(each, PrepareDatabase) for each in group.bindings)
        if prepares != (group.name == database.preparation_group):
            yield Problem(
                f"application.groups[{group.name}].bindings",
                ", ".join(map(written, group.bindings)) or None,
                f"group {database.preparation_group} alone prepares the database",
                "take PrepareDatabase away" if prepares else "bind it with PrepareDatabase, or name another group",
            )


def rotation_problems(application: Application, secrets: Secrets) -> Iterator[Problem]:
    """One group rotates, each secret by the binding of its kind."""
    rotating = [secret for secret in secrets.secrets if secret.rotates]
    if rotating:
        yield from _lone_function("secrets.rotation_group", secrets.rotation_group, application)
    elif secrets.rotation_group is not None:
        yield Problem(
            "secrets.rotation_group",
            secrets.rotation_group,
            "no secret rotates",
            "set it to None",
        )
    for group in application.groups:
        rotates = group.name == secrets.rotation_group
        for secret in rotating if rotates else ():
            if (wanted := _rotation_of(secret)) not in group.bindings:
                yield Problem(
                    f"secrets.secrets[{secret.name}].renewal",
                    secret.renewal,
                    f"group {group.name} is not bound to rotate it",
                    f"bind the group with {type(wanted).__name__}, or say why people renew the secret",
                )
        for binding in group.bindings:
            if isinstance(binding, RotateDatabaseUsers | RotateKey) and not rotates:
                yield Problem(
                    f"application.groups[{group.name}].bindings",
                    written(binding),
                    f"group {secrets.rotation_group} alone rotates" if secrets.rotation_group else "no group rotates",
                    "take the binding away",
                )
            yield from _renewal_problems(group, binding, secrets)


def _rotation_of(secret: Secret) -> RotateDatabaseUsers | RotateKey:
    of_users = isinstance(secret.renewal, DatabaseUsers)
    return RotateDatabaseUsers(secret.name) if of_users else RotateKey(secret.name)


def _renewal_problems(group: FunctionGroup, binding: Binding, secrets: Secrets) -> Iterator[Problem]:
    """A binding that does not fit the way in which its secret is made new."""
    if not isinstance(binding, RotateDatabaseUsers | RotateKey | SignPlayback):
        return
    for secret in secrets.secrets:
        if secret.name != binding.secret:
            continue
        kind = type(secret.renewal).__name__
        if isinstance(binding, SignPlayback):
            fits, needs = isinstance(secret.renewal, RenewedByPeople), RenewedByPeople.__name__
        else:
            fits, needs = secret.rotates and binding == _rotation_of(secret), "another"
        if not fits:
            yield Problem(
                f"application.groups[{group.name}].bindings",
                written(binding),
                f"secret {secret.name} is renewed by {kind}, and this needs {needs}",
                "change the secret's renewal, or the binding",
            )


def _lone_function(field: str, name: str | None, application: Application) -> Iterator[Problem]:
    sizes = {group.name: len(group.functions) for group in application.groups}
    if name not in sizes:
        yield Problem(field, name, f"the groups are {', '.join(sorted(sizes))}", "name one of these")
    elif sizes[name] > 1:
        yield Problem(field, name, f"the group has {sizes[name]} functions, and one is called", "leave one in it")


def database_user_problems(application: Application, secrets: Secrets, database: Database) -> Iterator[Problem]:
    """The database's users have a secret, or IAM vouches for them and no password exists."""
    known = {secret.name for secret in secrets.secrets}
    mode, name = database.authentication, secrets.database_user
    if mode == "secret" and name not in known:
        yield Problem(
            "secrets.database_user",
            name,
            f"authentication by secret needs one of {', '.join(sorted(known)) or 'none'}",
            "name the secret that holds the application's database user",
        )
    if mode != "iam":
        return
    if name is not None:
        yield Problem(
            "secrets.database_user",
            name,
            "with IAM authentication no password exists",
            "set it to None, and take the secret away, with the rotation group where no other secret rotates",
        )
    for group in application.groups:
        for binding in group.bindings:
            if isinstance(binding, RotateDatabaseUsers):
                yield Problem(
                    f"application.groups[{group.name}].bindings",
                    written(binding),
                    "with IAM authentication no password exists",
                    "take the binding away",
                )
