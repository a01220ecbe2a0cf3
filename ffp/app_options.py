"""The command-line options of `main.py`. The CDKTF CLI passes none; it names the output folder in CDKTF_OUTDIR."""

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

from ffp.project import OUTPUT
from ffp.stacks import require_known
from settings import ProviderRelease, environments


@dataclass(frozen=True)
class AppOptions:
    """The stacks to synthesise (empty: all), the provider release (None: each environment's own), the output folder."""

    stacks: tuple[str, ...]
    release: ProviderRelease | None
    out: Path


def parse() -> AppOptions:
    """Parses the command line. Raises BadInputError for a stack that does not exist."""
    parser = argparse.ArgumentParser(description="Synthesise FFP's Terraform")
    parser.add_argument("--stack", action="append", default=[], help="a stack to synthesise; all if omitted")
    parser.add_argument(
        "--provider-release", help="the AWS provider's release for all environments, such as 5.100 or 6.51"
    )
    parser.add_argument("--out", type=Path, default=Path(os.environ.get("CDKTF_OUTDIR", OUTPUT)))
    options = parser.parse_args()
    require_known(options.stack, environments.stacks())
    release = options.provider_release
    if release and release.count(".") == 1:
        release += ".0"
    return AppOptions(tuple(options.stack), release, options.out)
