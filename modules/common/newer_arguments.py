"""Arguments that the bindings lack, because a newer release of the provider brought them.

The bindings' JSON stays valid for every later release of the same major; what only a newer one has is written over it
here and nowhere else.
"""

from collections.abc import Mapping
from types import MappingProxyType

from cdktf import TerraformResource

from settings.releases import OFFLINE, ORIGIN_MUTUAL_TLS_SINCE, at_least

# By `type.argument`, where an argument of a block in a list stands without the list's number.
SINCE: Mapping[str, str] = MappingProxyType(
    {
        "aws_cloudfront_distribution.origin.custom_origin_config.origin_mtls_config": ORIGIN_MUTUAL_TLS_SINCE,
    }
)


def write_newer_argument(resource: TerraformResource, path: str, value: object, *, release: str) -> None:
    """Gives a resource an argument by its path, such as `origin.1.custom_origin_config.origin_mtls_config`.

    Does nothing for the release that judges offline, which is older; raises ValueError for an argument that the table
    does not list, and for a release that does not have it yet.
    """
    argument = ".".join((resource.terraform_resource_type, *(step for step in path.split(".") if not step.isdigit())))
    if argument not in SINCE:
        raise ValueError(f"{argument} is not among those that are newer than the bindings")
    if release == OFFLINE:
        return
    if not at_least(release, SINCE[argument]):
        raise ValueError(f"{argument} needs release {SINCE[argument]}, and this is {release}")
    resource.add_override(path, value)
