"""Limits Terraform to the AWS provider, in packages whose hashes are pinned in `providers/`.

`terraform init` installs every provider that a *state* names, and the next command runs it. The CLI configuration
permits only the AWS provider, wherever a command runs; a release's lock permits only its pinned packages.
"""

import json
import os
import re
import shutil
from pathlib import Path

from ffp import stacks
from ffp.project import ROOT
from ffp.stack_folder import LOCK as LOCK

FOLDER = ROOT / "providers"
CONFIGURATION = FOLDER / "terraform.rc"
SOURCE = "registry.terraform.io/hashicorp/aws"

# Prefixes of Terraform's variables that cannot change which code it runs, so that a person may set them.
_ALLOWED = ("TF_LOG", "TF_REGISTRY_", "TF_TOKEN_")
_REMEDIES = (
    (
        "dependency lock file",
        "the packages that may run are pinned in providers/: `ffp providers lock` adds a release or a platform "
        "for review; if this package is already pinned, somebody has changed it: find out who before you go on",
    ),
    (
        "not found in any of the search locations",
        "providers/terraform.rc permits only hashicorp/aws: if the stack requires no other provider, the state does; "
        "find out who wrote that state before you go on",
    ),
)


def configuration(mirror: Path | None) -> str:
    """Terraform's CLI configuration, which permits only the AWS provider: from this mirror, or as in `terraform.rc`."""
    if mirror is None:
        return CONFIGURATION.read_text(encoding="utf-8")
    return (
        "disable_checkpoint = true\n\nprovider_installation {\n  filesystem_mirror {\n"
        f"    path    = {json.dumps(str(mirror))}\n    include = [{json.dumps(SOURCE)}]\n  }}\n}}\n"
    )


def environment_variables() -> dict[str, str]:
    """The caller's environment variables, with credentials, but without those that choose which code Terraform runs."""
    variables = {
        name: value for name, value in os.environ.items() if not name.startswith("TF_") or name.startswith(_ALLOWED)
    }
    return variables | {"TF_CLI_CONFIG_FILE": str(CONFIGURATION)}


def init(stack_folder: Path, *options: str) -> tuple[str, ...]:
    """Terraform's arguments to initialise a stack without prompts and, if it has a lock, only from locked packages."""
    locked = ("-lockfile=readonly",) if (stack_folder / LOCK).exists() else ()
    return ("init", *options, "-input=false", "-no-color", *locked)


def explain(output: str) -> str:
    """Terraform's error output, with the remedy if a provider was refused."""
    text = " ".join(re.sub(r"[│╷╵]", " ", output).split())
    return "\n".join((output.strip(), *(remedy for phrase, remedy in _REMEDIES if phrase in text)))


def lock_file(release: str) -> Path:
    """The path of a provider release's lock; the file may be missing."""
    return FOLDER / f"aws-{release}.lock.hcl"


def place_locks(output: Path) -> None:
    """Copies each synthesised stack's lock next to it, if its provider release has one."""
    for file in output.glob(f"{stacks.STACKS}/*/{stacks.FILE_NAME}"):
        required = json.loads(file.read_text(encoding="utf-8"))["terraform"]["required_providers"]["aws"]
        if (lock := lock_file(required["version"])).exists():
            shutil.copyfile(lock, file.parent / LOCK)
