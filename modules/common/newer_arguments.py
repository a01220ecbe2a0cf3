"""Arguments that the bindings lack because a newer provider release introduced them.

JSON from the bindings is valid for every later release of the same major version. Arguments that only a newer release
has are added here as overrides, and nowhere else.
"""

from collections.abc import Mapping
from types import MappingProxyType

from modules.framework import TerraformResource
from settings.releases import OFFLINE, ORIGIN_MUTUAL_TLS_SINCE, at_least

# The first release with each argument. Keys are `type.argument`, without the index of a block in a list.
NEWER_ARGUMENTS: Mapping[str, str] = MappingProxyType(
    {
        "aws_cloudfront_distribution.origin.custom_origin_config.origin_mtls_config": ORIGIN_MUTUAL_TLS_SINCE,
    }
)


def write_newer_argument(resource: TerraformResource, path: str, value: object, *, release: str) -> None:
    """Sets an argument by its path, such as `origin.1.custom_origin_config.origin_mtls_config`.

    Does nothing for the older release that is used for offline plans. Raises ValueError for an argument that
    `NEWER_ARGUMENTS` does not list, and for a release that does not have the argument yet.
    """
    argument = ".".join((resource.terraform_resource_type, *(step for step in path.split(".") if not step.isdigit())))
    if argument not in NEWER_ARGUMENTS:
        raise ValueError(f"{argument} is not listed as newer than the bindings")
    if release == OFFLINE:
        return
    if not at_least(release, NEWER_ARGUMENTS[argument]):
        raise ValueError(f"{argument} needs provider release {NEWER_ARGUMENTS[argument]} or newer, not {release}")
    resource.add_override(path, value)
