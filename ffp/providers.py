"""What Terraform may install and run: the AWS provider alone, in packages whose hashes are pinned in `providers/`.

`terraform init` installs every provider that a *state* names, and the next command runs it. The CLI configuration
admits no other provider, wherever a command is run; the lock of a release admits no other package of this one.
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

# Terraform's own variables that a person's surroundings may hold and that cannot change which code it runs.
_HARMLESS = ("TF_LOG", "TF_REGISTRY_", "TF_TOKEN_")
_REMEDIES = (
    (
        "dependency lock file",
        "the packages that may run are pinned in providers/: `ffp providers lock` adds a release or a platform, "
        "which people review; a package that should be pinned and differs was changed by somebody",
    ),
    (
        "not found in any of the search locations",
        "providers/terraform.rc admits hashicorp/aws alone: if the stack asks for no other provider, the state does; "
        "find out who wrote it before you go on",
    ),
)


def configuration(mirror: Path | None) -> str:
    """Terraform's CLI configuration: the AWS provider alone, from this mirror, or as `terraform.rc` says."""
    if mirror is None:
        return CONFIGURATION.read_text(encoding="utf-8")
    return (
        "disable_checkpoint = true\n\nprovider_installation {\n  filesystem_mirror {\n"
        f"    path    = {json.dumps(str(mirror))}\n    include = [{json.dumps(SOURCE)}]\n  }}\n}}\n"
    )


def surroundings() -> dict[str, str]:
    """The caller's variables, credentials among them, but for those that choose which code Terraform runs."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith("TF_") or name.startswith(_HARMLESS)
    }
    return kept | {"TF_CLI_CONFIG_FILE": str(CONFIGURATION)}


def init(stack_folder: Path, *options: str) -> tuple[str, ...]:
    """Terraform's arguments to initialise a stack: without questions, and by nothing but its lock if it has one."""
    locked = ("-lockfile=readonly",) if (stack_folder / LOCK).exists() else ()
    return ("init", *options, "-input=false", "-no-color", *locked)


def explain(said: str) -> str:
    """What Terraform said, and what to do where a provider was refused."""
    words = " ".join(re.sub(r"[│╷╵]", " ", said).split())
    return "\n".join((said.strip(), *(remedy for mark, remedy in _REMEDIES if mark in words)))


def lock_file(release: str) -> Path:
    """Where the packages of a release of the provider are pinned; the file may be missing."""
    return FOLDER / f"aws-{release}.lock.hcl"


def place_locks(output: Path) -> None:
    """Puts beside every synthesised stack the lock of the release that it requires, if there is one."""
    for file in output.glob(f"{stacks.STACKS}/*/{stacks.FILE_NAME}"):
        required = json.loads(file.read_text(encoding="utf-8"))["terraform"]["required_providers"]["aws"]
        if (lock := lock_file(required["version"])).exists():
            shutil.copyfile(lock, file.parent / LOCK)
