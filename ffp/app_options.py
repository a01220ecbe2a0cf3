"""What `main.py` can be asked for. The cdktf CLI asks for nothing, and names the folder in its environment."""

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

from ffp.project import OUTPUT
from ffp.stacks import require_known
from settings import ProviderRelease, environments


@dataclass(frozen=True)
class AppOptions:
    """Which stacks (none: all), for which release of the provider (none: each environment's own), into which folder."""

    stacks: tuple[str, ...]
    release: ProviderRelease | None
    out: Path


def parse() -> AppOptions:
    """Reads the command line; raises BadInputError for a stack that does not exist."""
    parser = argparse.ArgumentParser(description="Synthesises FFP's Terraform")
    parser.add_argument("--stack", action="append", default=[], help="a stack to synthesise; all when not given")
    parser.add_argument("--provider-release", help="of the AWS provider for every environment, such as 5.100 or 6.51")
    parser.add_argument("--out", type=Path, default=Path(os.environ.get("CDKTF_OUTDIR", OUTPUT)))
    options = parser.parse_args()
    require_known(options.stack, environments.stacks())
    release = options.provider_release
    if release and release.count(".") == 1:
        release += ".0"
    return AppOptions(tuple(options.stack), release, options.out)
