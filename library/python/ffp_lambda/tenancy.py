"""The names of tenancy and the roles, as the application's `Tenancy` declares them.

They are read from the environment variable TENANCY, which every function has.
"""

import json
import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Tenancy:
    """Where the tenant and the role of a user are stored, and the roles that exist."""

    tenant: str  # the user attribute and token claim that hold the tenant's id
    role: str  # the user attribute and token claim that hold the role
    log_field: str  # the field of a log line that holds the tenant's id
    setting: str  # the PostgreSQL setting that holds the tenant's id
    media_prefix: str  # the folder of the media bucket that contains the tenants' folders
    roles: tuple[str, ...]  # their names; a token with any other role is refused

    @classmethod
    def from_json(cls, text: str) -> "Tenancy":
        """Reads what the settings' `Tenancy.names` wrote."""
        names = json.loads(text)
        return cls(**{**names, "roles": tuple(names["roles"])})


TENANCY = Tenancy.from_json(os.environ["TENANCY"])
