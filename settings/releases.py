"""Releases of the AWS provider: the one for offline plans, that of the bindings, and newer ones of its major version.

The bindings are archived, but the provider is not. JSON that was generated from them is valid for every later release
of the same major version, so that an environment can use the provider's fixes. `modules/common/newer_arguments.py` has
the arguments that only a newer release has.
"""

import re
from typing import Annotated

from settings.base import must

OFFLINE = "5.100.0"  # available as a mirror, without the registry
BINDINGS = "6.25.0"  # from which the last release of cdktf-cdktf-provider-aws was generated
ORIGIN_MUTUAL_TLS_SINCE = "6.51.0"  # hashicorp/terraform-provider-aws#46421


def numbers(release: str) -> tuple[int, ...]:
    """The numbers of a release, which can be compared; empty for any other text."""
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
