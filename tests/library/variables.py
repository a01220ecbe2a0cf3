"""The environment variables that handlers read when they are imported, as a deploy would give them."""

import json
from collections.abc import Iterable

from settings import DatabaseSettings, MediaKind, Quota, TakeFromQuota, Tenancy
from settings.media import as_json


def variables(tenancy: Tenancy, quotas: Iterable[Quota], media: Iterable[MediaKind]) -> dict[str, str]:
    """The variables of an application that declares these."""
    return {
        **{name: value for each in quotas for name, value in limits(each).items()},
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_DEFAULT_REGION": "eu-west-2",
        "AWS_SECRET_ACCESS_KEY": "test",
        "MEDIA_KINDS": as_json(media),
        "ROLE_SCOPES": json.dumps(tenancy.scopes_of_roles()),
        "TENANCY": tenancy.names,
    }


def limits(quota: Quota) -> dict[str, str]:
    """The variable of one quota."""
    return dict.fromkeys(TakeFromQuota(quota.name).variables(DatabaseSettings()), quota.limits(1))
