"""The names that carry tenancy, as the application's `Tenancy` declares them; every function has them in TENANCY."""

import json
import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Tenancy:
    """The user attributes, which are also the tokens' claims, and where the tenant's id goes from there."""

    tenant: str  # attribute and claim
    role: str  # attribute and claim
    log_field: str
    setting: str  # PostgreSQL's
    media_prefix: str  # of the tenants' folders in the media bucket


TENANCY = Tenancy(**json.loads(os.environ["TENANCY"]))
