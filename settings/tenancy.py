"""Tenancy in one place: the names that identify a tenant's data everywhere, and the scopes of each role.

They decide the user pool's attributes and the tokens' claims, the database's setting, the tenants' folders in the media
bucket, the field of every log line, and the queries that read it.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated

from settings.base import Problem, Settings, matching, must, repeated
from settings.types import Description, Name

_Word = Annotated[
    str,
    matching(
        r"[A-Za-z][A-Za-z0-9_]{0,19}",
        "must be a letter and at most 19 letters, digits and underscores, as Cognito requires",
        "write it like tenantId",
    ),
]
# Cognito's own attributes, which users can write, and its own claims, which no trigger can set.
# Sources: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html and
# https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html
_OF_COGNITO = re.compile(
    r"address|birthdate|email|email_verified|family_name|gender|given_name|locale|middle_name|name|nickname"
    r"|phone_number|picture|preferred_username|profile|updated_at|website|zoneinfo|acr|amr|at_hash|aud|auth_time"
    r"|azp|client_id|device_key|event_id|exp|iat|identities|iss|jti|nbf|nonce|origin_jti|scope|sub|token_use"
    r"|username|version"
)
# Other fields of our log lines and of the API's access log, then the logger's own, some of which it refuses.
_OF_LOGS = re.compile(
    r"action|authoriserError|client|durationMs|edgeRequestId|environment|error|failed|functionRequestId|groups"
    r"|integrationError|integrationLatencyMs|integrationStatus|latencyMs|level|memberships|messageId|migrations|outcome"
    r"|peerIp|protocol|requestId|responseBytes|role|secret|sent|status|timestamp|tries|userId|users"
    r"|args|asctime|created|exc_info|exc_text|exception|exception_name|filename|funcName|levelname|levelno|lineno"
    r"|location|message|module|msecs|msg|name|pathname|process|processName|relativeCreated|service"
    r"|stack_info|stack_trace|taskName|thread|threadName|xray_trace_id"
)


RESOURCE_SERVER = "ffp"  # the identifier that scopes begin with
_MACHINE = "machine"  # the claim that only tokens of machines have


@dataclass(frozen=True, kw_only=True)
class Scope(Settings):
    """A scope of the resource server, which routes can demand."""

    name: Annotated[
        str, matching(r"[a-z]+[.:][a-z]+", "must be area.verb in lower-case letters", "write it like things.write")
    ]
    """The scope as area.verb, without the resource server: tokens carry it as `ffp/things.write`."""

    description: Description
    """What it allows, shown in the console."""

    machines: bool = False
    """Whether only a `MachineClient` may hold it. No role has it and no web client asks for it, so no user's token
    carries it."""


@dataclass(frozen=True, kw_only=True)
class Role(Settings):
    """A role within a tenant, and the scopes that the tokens of its users carry."""

    name: Name
    """The role as users and tokens carry it."""

    scopes: Annotated[
        tuple[str, ...],
        must(lambda scopes: len(set(scopes)) == len(scopes), "must list each scope once", "remove one"),
    ]
    """The scopes that a token of this role carries. Every scope that a role lacks is refused by the API."""


@dataclass(frozen=True, kw_only=True)
class Tenancy(Settings):
    """The names, each of which is declared only here."""

    tenant: _Word = "tenantId"
    """The user's attribute, and the claim in both tokens, that names the tenant. Another name is another attribute,
    without values, since a pool's attributes cannot be renamed."""

    role: _Word = "role"
    """The user's attribute, and the claim in both tokens, that names the role. It cannot be renamed either."""

    log_field: _Word = "tenantId"
    """The field of every log line that names the tenant, which the saved queries read."""

    database_setting: Annotated[
        str,
        matching(
            r"[a-z]{1,30}\.[a-z_]{1,30}",
            "must be two words and a dot",
            "write it like app.tenant_id: without a prefix, PostgreSQL accepts only its own settings",
        ),
    ] = "app.tenant_id"
    """The PostgreSQL setting that holds the caller's tenant, which row-level security compares with each row's. The
    deploy writes it into the database's helpers."""

    user_column: Annotated[
        str,
        matching(r"[a-z_][a-z0-9_]{0,62}", "must be a column's name in lower case", "write it like user_id"),
    ] = "user_id"
    """The column of the application's tables that holds a user's id (Cognito's `sub`). When users are recovered into a
    new pool, which gives them new ids, `ffp recover users` writes the SQL that updates it in every table."""

    media_prefix: Annotated[
        str, matching(r"[a-z][a-z0-9-]{0,30}", "must be one folder", "write it like media, without a slash")
    ] = "media"
    """The folder of the media bucket that holds the tenants' folders, which is also the public path. Uploads under
    another prefix are no longer served."""

    roles: Annotated[
        tuple[Role, ...],
        must(lambda roles: len(roles) > 0, "must not be empty", "add a role: without one nobody can sign in"),
    ]
    """The roles that users can have, at least one."""

    scopes: tuple[Scope, ...]
    """All scopes that routes can demand. Each belongs to at least one role, unless it is a scope of machines."""

    @property
    def scopes_of_people(self) -> tuple[str, ...]:
        """The scopes that users' tokens may carry, as their role allows."""
        return tuple(scope.name for scope in self.scopes if not scope.machines)

    @property
    def scopes_of_machines(self) -> tuple[str, ...]:
        """The scopes that only machines' tokens may carry."""
        return tuple(scope.name for scope in self.scopes if scope.machines)

    def scopes_of_roles(self) -> dict[str, list[str]]:
        """The scopes of each role, as tokens carry them."""
        return {role.name: [full_name(scope) for scope in role.scopes] for role in self.roles}

    def unknown_scopes(self, field: str, named: Iterable[str]) -> Iterator[Problem]:
        """A problem for each scope that a field names and that does not exist."""
        known = sorted(scope.name for scope in self.scopes)
        for scope in named:
            if scope not in known:
                limit = f"the scopes are {', '.join(known)}"
                yield Problem(field, scope, limit, "name one of these or add it to application.tenancy.scopes")

    def refused_scopes(self, field: str, named: Iterable[str], *, machines: bool) -> Iterator[Problem]:
        """A problem for each scope that does not exist, or that only the other kind of caller may hold."""
        yield from self.unknown_scopes(field, named)
        others = self.scopes_of_people if machines else self.scopes_of_machines
        limit = "is a scope of people" if machines else "is a scope that only machines may hold"
        remedy = (
            "name one that application.tenancy.scopes has with machines=True"
            if machines
            else "remove it here, and give it to a MachineClient of identity.machines"
        )
        for scope in named:
            if scope in others:
                yield Problem(field, scope, limit, remedy)

    def rules(self) -> Iterator[Problem]:
        if _MACHINE in (self.tenant, self.role):
            field = "tenant" if self.tenant == _MACHINE else "role"
            yield Problem(field, _MACHINE, "is the claim that names a machine", "choose another")
        if self.tenant == self.role:
            yield Problem("role", self.role, "must not be the tenant's attribute", "give each a name of its own")
        for field, name in (("tenant", self.tenant), ("role", self.role)):
            if _OF_COGNITO.fullmatch(name):
                yield Problem(field, name, "is an attribute or a claim of Cognito's own", "choose another")
        if _OF_LOGS.fullmatch(self.log_field):
            yield Problem(
                "log_field", self.log_field, "log lines have another field of that name", "choose another name"
            )
        if self.media_prefix == "api":
            yield Problem("media_prefix", "api", "the distribution sends /api/* to the API", "choose another folder")
        yield from repeated("roles", (role.name for role in self.roles))
        yield from repeated("scopes", (scope.name for scope in self.scopes))
        for role in self.roles:
            yield from self.refused_scopes(f"roles[{role.name}].scopes", role.scopes, machines=False)
        for scope in sorted(set(self.scopes_of_people) - {name for role in self.roles for name in role.scopes}):
            yield Problem("scopes", scope, "no role has it", "give it to a role, or remove it")

    @property
    def names(self) -> str:
        """The names, those of the roles included, as the JSON that every function has in the variable TENANCY."""
        return json.dumps(
            {
                "tenant": self.tenant,
                "role": self.role,
                "log_field": self.log_field,
                "setting": self.database_setting,
                "media_prefix": self.media_prefix,
                "roles": [role.name for role in self.roles],
            }
        )


def full_name(scope: str) -> str:
    """A scope as tokens carry it and routes demand it: with the resource server's identifier."""
    return f"{RESOURCE_SERVER}/{scope}"
