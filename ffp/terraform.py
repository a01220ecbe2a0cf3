"""Terraform without a network or an account: finds it and its AWS provider, validates and plans a stack."""

import functools
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ffp import stack as stacks
from ffp.project import BUILD, BadInputError, ToolError
from ffp.publish import link_or_copy
from ffp.stack_folder import own_files

PROVIDER_VERSION = "5.100.0"
PROVIDER = f"registry.terraform.io/hashicorp/aws/{PROVIDER_VERSION}"
OVERRIDE = "zz_offline_override.tf.json"

_SEARCH_ROOTS = ("/opt", "/usr/local", "/usr/share", "/var/lib", "~")
_SEARCH_DEPTH = 5  # folders below a root; a mirror begins at the folder above the registry's name
_NEVER_SEARCHED = frozenset({"node_modules", ".venv", "site-packages", ".git", ".cache", "proc", "sys"})


class TerraformError(ToolError):
    """Terraform refused a stack; the message is Terraform's own."""


@dataclass(frozen=True)
class Terraform:
    """A Terraform program and the folder of a provider mirror that it takes its providers from."""

    program: Path
    mirror: Path

    def validate(self, stack_folder: Path) -> None:
        """Has the provider judge every block of a synthesised stack; TerraformError if it refuses one."""
        BUILD.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=BUILD, prefix="validate-") as folder:
            self._prepare(stack_folder, Path(folder))
            self._run(Path(folder), "validate", "-no-color")

    def plan_json(self, stack_folder: Path) -> Path:
        """The file with the stack's plan as JSON, from an empty state; made anew, so that no older file is believed."""
        target = BUILD / "plan" / f"{stack_folder.name}.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            work = Path(folder)
            self._prepare(stack_folder, work)
            self._run(work, "plan", "-no-color", "-input=false", "-lock=false", "-out=plan.out")
            written = work / "plan.json"
            written.write_text(self._run(work, "show", "-json", "plan.out"), encoding="utf-8")
            written.replace(target)
        return target

    def _prepare(self, stack_folder: Path, work: Path) -> None:
        """Copies a stack to a work folder, with an override that keeps it away from AWS, and initialises it."""
        for file in own_files(stack_folder):
            copy = work / file.relative_to(stack_folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            link_or_copy(file, copy)
        (work / OVERRIDE).write_text(json.dumps(_override(stack_folder / stacks.FILE_NAME)), encoding="utf-8")
        (work / "terraform.rc").write_text(configuration(self.mirror), encoding="utf-8")
        self._run(work, "init", "-no-color", "-input=false")

    def _run(self, work: Path, *arguments: str) -> str:
        settings = surroundings() | {"AWS_ACCESS_KEY_ID": "offline", "AWS_SECRET_ACCESS_KEY": "offline"}
        if (configuration := work / "terraform.rc").exists():
            settings["TF_CLI_CONFIG_FILE"] = str(configuration)
        done = subprocess.run(  # noqa: S603 - the program that find() chose
            [self.program, *arguments], cwd=work, env=settings, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise TerraformError(f"terraform {arguments[0]}: {(done.stderr or done.stdout).strip()}")
        return done.stdout


def digest(stack_folder: Path) -> str:
    """SHA-256 of a stack as it was synthesised, without what Terraform and people left beside it."""
    digest = hashlib.sha256()
    for file in own_files(stack_folder):
        name, content = file.relative_to(stack_folder), file.read_bytes()
        digest.update(f"\n{name} {hashlib.sha256(content).hexdigest()}".encode())
    return digest.hexdigest()


def surroundings() -> dict[str, str]:
    """The caller's environment variables, but for what leads to a real account or changes what Terraform does."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_"))}
    return kept | {"AWS_EC2_METADATA_DISABLED": "true", "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}


def configuration(mirror: Path | None) -> str:
    """Terraform's CLI configuration: providers from this mirror, or from the public registry where there is none."""
    installation = f"provider_installation {{\n  filesystem_mirror {{\n    path = {json.dumps(str(mirror))}\n  }}\n}}\n"
    return f"disable_checkpoint = true\n{installation if mirror else ''}"


def _override(stack_file: Path) -> dict[str, object]:
    offline = {
        "allowed_account_ids": [],
        "skip_credentials_validation": True,
        "skip_metadata_api_check": True,
        "skip_region_validation": True,
        "skip_requesting_account_id": True,
    }
    providers = [block for block in stacks.read(stack_file).blocks if block.kind == "provider" and block.type == "aws"]
    aliases = [{key: value for key, value in block.attributes.items() if key == "alias"} for block in providers]
    return {"terraform": {"backend": {"local": {}}}, "provider": {"aws": [alias | offline for alias in aliases]}}


def find() -> Terraform | None:
    """The Terraform and the provider mirror of this machine; None if either is missing."""
    program, mirror = find_program(), find_mirror()
    return Terraform(program, mirror) if program and mirror else None


def find_program() -> Path | None:
    """FFP_TERRAFORM if it is set, else the `terraform` on the path."""
    found = shutil.which(os.environ.get("FFP_TERRAFORM") or "terraform")
    return Path(found) if found else None


def require_program() -> Path:
    """Terraform's program; BadInputError where there is none."""
    if (program := find_program()) is None:
        raise BadInputError("terraform: not found; put it on the path or name it in FFP_TERRAFORM")
    return program


@functools.cache
def find_mirror() -> Path | None:
    """The first folder that mirrors the provider: FFP_PROVIDER_MIRROR, Terraform's implied folders, then a search."""
    if named := os.environ.get("FFP_PROVIDER_MIRROR"):
        return Path(named) if _mirrors(Path(named)) else None
    implied = (folder for folder in _implied_mirrors() if _mirrors(folder))
    searched = (found for root in _SEARCH_ROOTS for found in _search(Path(root).expanduser(), _SEARCH_DEPTH))
    return next(implied, None) or next(searched, None)


def _mirrors(folder: Path) -> bool:
    versioned = folder / PROVIDER
    packed = versioned.parent / f"terraform-provider-aws_{PROVIDER_VERSION}_{_platform()}.zip"
    return (versioned / _platform()).is_dir() or packed.is_file()


def _platform() -> str:
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    return f"{re.sub('[0-9].*', '', sys.platform)}_{machine}"


def _implied_mirrors() -> Iterator[Path]:
    home = Path.home()
    data = [os.environ.get("XDG_DATA_HOME") or str(home / ".local/share")]
    data += (os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":")
    yield home / ".terraform.d/plugins"
    yield home / "Library/Application Support/io.terraform/plugins"
    yield from (Path(folder) / "terraform/plugins" for folder in data)


def _search(folder: Path, depth: int) -> Iterator[Path]:
    """Mirrors below a folder; unreadable folders and links are passed over."""
    if _mirrors(folder):
        yield folder
    if depth == 0:
        return
    try:
        inner = sorted(Path(entry) for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False))
    except OSError:
        return
    for child in inner:
        if child.name not in _NEVER_SEARCHED:
            yield from _search(child, depth - 1)
