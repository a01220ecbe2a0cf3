"""Releases of the AWS provider: the one that judges without a network, the bindings' own, and newer ones of its major.

The bindings are archived and the provider is not: JSON that was made from them is valid for every later release of the
same major, so that an environment can take the provider's fixes. What only a newer release has is written beside the
bindings, in `modules/common/newer_arguments.py`.
"""

import re
from typing import Annotated

from settings.base import must

OFFLINE = "5.100.0"  # of which a mirror can be had without the registry
BINDINGS = "6.25.0"  # that cdktf-cdktf-provider-aws, in its last release, was made from
ORIGIN_MUTUAL_TLS_SINCE = "6.51.0"  # hashicorp/terraform-provider-aws#46421


def numbers(release: str) -> tuple[int, ...]:
    """The release's numbers, which can be compared; empty for what is no release."""
    return tuple(map(int, release.split("."))) if re.fullmatch(r"\d+\.\d+\.\d+", release) else ()


def at_least(release: str, since: str) -> bool:
    """Whether this release is the other one, or newer."""
    return numbers(release) >= numbers(since)


def is_usable(release: str) -> bool:
    """Whether stacks can be synthesised for this release."""
    return release == OFFLINE or (numbers(release)[:1] == numbers(BINDINGS)[:1] and at_least(release, BINDINGS))


LIMIT = f"must be {OFFLINE}, or {BINDINGS} or newer of the same major"
REMEDY = "write the numbers of a release that the registry has"
ProviderRelease = Annotated[str, must(is_usable, LIMIT, REMEDY)]
