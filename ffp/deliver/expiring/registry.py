"""The AWS provider's major version. HashiCorp gives the one before the newest security fixes at most.

Sources: https://github.com/hashicorp/terraform-provider-aws/issues/41101 for version 5, and the registry's protocol,
https://developer.hashicorp.com/terraform/internals/provider-registry-protocol#list-available-versions. Dependabot
raises the releases of packages and actions; it does not read this one, which is a setting.
"""

from collections.abc import Iterator

import requests

from ffp.deliver.nightly import Finding
from ffp.project import ToolError
from settings.releases import numbers

VERSIONS = "https://registry.terraform.io/v1/providers/hashicorp/aws/versions"
_SECONDS = 30


def find(release: str, address: str = VERSIONS) -> Iterator[Finding]:
    """A finding if the registry has a newer major version than this release. Raises ToolError if it cannot be read."""
    try:
        answer = requests.get(address, timeout=_SECONDS)
        answer.raise_for_status()
        newest = max(numbers(each["version"]) for each in answer.json()["versions"])
        major = newest[0]
    except requests.RequestException as error:
        raise ToolError(f"{address}: {type(error).__name__}; look again tomorrow, or open it by hand") from None
    except (IndexError, KeyError, TypeError, ValueError):
        raise ToolError(f"{address}: its answer lists no versions; see whether the registry has moved") from None
    if major > numbers(release)[0]:
        yield Finding(
            f"AWS provider {numbers(release)[0]}",
            f"version {major} is out, so that {release} gets security fixes at most",
            "plan the move: docs/architecture.md, Decisions, says what CDKTF's bindings mean for it",
        )
