"""Tenancy is one declaration: the names that say whose data something is, wherever it goes, and what each role may ask.

From it come the user pool's attributes and the tokens' claims, the database's setting, the tenants' folders in the
media bucket, the field of every log line and the queries that read it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from environments.settings.base import Problem, Settings, matching, must
from environments.settings.types import Name

_Attribute = Annotated[str, matching(r"[A-Za-z]\w{0,19}", "must be 1 to 20 letters", "Cognito's limit")]


@dataclass(frozen=True, kw_only=True)
class Role(Settings):
    """What a user may be within a tenant, and the scopes that a token of such a user may carry."""

    name: Name
    scopes: Annotated[
        tuple[str, ...],
        must(lambda scopes: len(set(scopes)) == len(scopes), "a scope stands twice", "remove one"),
    ]


@dataclass(frozen=True, kw_only=True)
class Tenancy(Settings):
    """The names, each of which stands here and nowhere else."""

    tenant: _Attribute = "tenantId"  # the user's attribute, and the claim in both tokens
    role: _Attribute = "role"  # likewise
    log_field: _Attribute = "tenantId"
    database_setting: Annotated[
        str,
        matching(r"[a-z]{1,30}\.[a-z_]{1,30}", "must be two words and a dot", "PostgreSQL wants a setting's prefix"),
    ] = "app.tenant_id"
    media_prefix: Annotated[
        str, matching(r"[a-z][a-z0-9-]{0,30}", "must be one folder", "write it like media, without a slash")
    ] = "media"
    roles: Annotated[
        tuple[Role, ...], must(lambda roles: len(roles) > 0, "somebody must be able to sign in", "add a role")
    ]

    def rules(self) -> Iterator[Problem]:
        if self.tenant == self.role:
            yield Problem("role", self.role, "must not be the tenant's attribute", "give each a name of its own")
        names = [role.name for role in self.roles]
        for name in sorted({each for each in names if names.count(each) > 1}):
            yield Problem("roles", name, "stands twice", "remove one")

    @property
    def names(self) -> str:
        """The names as JSON, as every function finds them in TENANCY."""
        return json.dumps(
            {
                "tenant": self.tenant,
                "role": self.role,
                "log_field": self.log_field,
                "setting": self.database_setting,
                "media_prefix": self.media_prefix,
            }
        )
