"""The environment variables that handlers read when they are imported, from the settings as they ship."""

import json
import os

from settings import TakeFromQuota, environments

_SETTINGS = environments.load()["prod"]
_QUOTAS = {
    variable: each.limits(_SETTINGS.quota_factor)
    for each in _SETTINGS.application.quotas
    for variable in TakeFromQuota(each.name).variables(_SETTINGS.database)
}
_TENANCY = _SETTINGS.application.tenancy

os.environ |= {
    **_QUOTAS,
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_DEFAULT_REGION": "eu-west-2",
    "AWS_SECRET_ACCESS_KEY": "test",
    "MEDIA_KINDS": _SETTINGS.application.media_kinds,
    "ROLE_SCOPES": json.dumps(_TENANCY.scopes_of_roles()),
    "TENANCY": _TENANCY.names,
}
