"""The command-line options of `main.py`. The CDKTF CLI passes none, but variables: the output folder, and `--hcl`."""

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

from ffp.project import OUTPUT, BadInputError
from ffp.stacks import require_known
from settings import ProviderRelease, environments

_HCL = "SYNTH_HCL_OUTPUT"  # `cdktf synth --hcl` sets it


@dataclass(frozen=True)
class AppOptions:
    """The stacks to synthesise (empty: all), the provider release (None: each environment's own), the output folder.

    `hcl` says that the output is plain HCL, and `renamed` that each environment is synthesised as its twin.
    """

    stacks: tuple[str, ...]
    release: ProviderRelease | None
    out: Path
    hcl: bool = False
    renamed: bool = False


def parse() -> AppOptions:
    """Parses the command line. Raises BadInputError for a stack that does not exist, or HCL among other stacks."""
    parser = argparse.ArgumentParser(description="Synthesise FFP's Terraform")
    parser.add_argument("--stack", action="append", default=[], help="a stack to synthesise; all if omitted")
    parser.add_argument(
        "--provider-release", help="the AWS provider's release for all environments, such as 5.100 or 6.51"
    )
    parser.add_argument("--out", type=Path, default=Path(os.environ.get("CDKTF_OUTDIR", OUTPUT)))
    parser.add_argument("--renamed", action="store_true", help="under another name, as `ffp review --twin` needs it")
    options = parser.parse_args()
    require_known(options.stack, environments.stacks())
    release = options.provider_release
    if release and release.count(".") == 1:
        release += ".0"
    hcl = os.environ.pop(_HCL, "") == "true"  # CDKTF must not see it: its own HCL could not be read
    if hcl and options.out.is_dir() and any(options.out.iterdir()):
        raise BadInputError(f"out: {options.out} is not empty; name a new folder: cdktf synth --hcl --output FOLDER")
    return AppOptions(tuple(options.stack), release, options.out, hcl, options.renamed)
