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
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ffp import provider_locks, providers, stacks
from ffp.project import BUILD, BadInputError, ToolError
from ffp.publish import link_or_copy
from ffp.stack_folder import own_files
from settings.releases import OFFLINE

PROVIDER_VERSION = OFFLINE
PROVIDER = f"{providers.SOURCE}/{PROVIDER_VERSION}"
OVERRIDE = "zz_offline_override.tf.json"

# No home folder, where whatever runs as the user may write: a mirror there must be named.
_SEARCH_ROOTS = ("/opt", "/usr/local", "/usr/share", "/var/lib")
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

    def resource_schemas(self, stack_folder: Path) -> dict[str, Any]:
        """What the provider says of each of its resource types, for the release that judges without a network."""
        BUILD.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=BUILD, prefix="schema-") as folder:
            self._prepare(stack_folder, Path(folder))
            (provider,) = json.loads(self._run(Path(folder), "providers", "schema", "-json"))[
                "provider_schemas"
            ].values()
            schemas: dict[str, Any] = provider["resource_schemas"]
            return schemas

    def _prepare(self, stack_folder: Path, work: Path) -> None:
        """Copies a stack to a work folder, with an override that keeps it away from AWS, and initialises it."""
        for file in own_files(stack_folder):
            copy = work / file.relative_to(stack_folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            link_or_copy(file, copy)
        (work / OVERRIDE).write_text(json.dumps(_override(stack_folder / stacks.FILE_NAME)), encoding="utf-8")
        (work / "terraform.rc").write_text(providers.configuration(self.mirror), encoding="utf-8")
        shutil.copyfile(providers.lock_file(PROVIDER_VERSION), work / providers.LOCK)
        self._run(work, *providers.init(work))

    def _run(self, work: Path, *arguments: str) -> str:
        settings = offline_surroundings() | {"AWS_ACCESS_KEY_ID": "offline", "AWS_SECRET_ACCESS_KEY": "offline"}
        if (configuration := work / "terraform.rc").exists():
            settings["TF_CLI_CONFIG_FILE"] = str(configuration)
        return run(self.program, work, settings, *arguments)


def run(program: Path, folder: Path, surroundings: Mapping[str, str], *arguments: str) -> str:
    """Runs Terraform in a folder: what it printed, or a TerraformError with what it said."""
    done = subprocess.run(  # noqa: S603 - the program that find_program() chose
        [program, *arguments], cwd=folder, env=surroundings, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise TerraformError(f"terraform {arguments[0]}: {providers.explain(done.stderr or done.stdout)}")
    return done.stdout


def digest(stack_folder: Path) -> str:
    """SHA-256 of a stack as it was synthesised, without what Terraform and people left beside it."""
    digest = hashlib.sha256()
    for file in own_files(stack_folder):
        name, content = file.relative_to(stack_folder), file.read_bytes()
        digest.update(f"\n{name} {hashlib.sha256(content).hexdigest()}".encode())
    return digest.hexdigest()


def offline_surroundings() -> dict[str, str]:
    """The caller's environment variables, but for what leads to a real account or changes what Terraform does."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_"))}
    return kept | {"AWS_EC2_METADATA_DISABLED": "true", "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}


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
    """The Terraform and the provider mirror of this machine; None if either is missing, or no package is pinned."""
    program, mirror = find_program(), find_mirror()
    pinned = provider_locks.Lock.read(PROVIDER_VERSION).admits(platform_name())
    return Terraform(program, mirror) if program and mirror and pinned else None


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
    """The folder that mirrors the provider: FFP_PROVIDER_MIRROR, else the first that a search finds."""
    if named := os.environ.get("FFP_PROVIDER_MIRROR"):
        return Path(named) if _mirrors(Path(named)) else None
    return next((found for root in _SEARCH_ROOTS for found in _search(Path(root), _SEARCH_DEPTH)), None)


def _mirrors(folder: Path) -> bool:
    versioned = folder / PROVIDER
    packed = versioned.parent / f"terraform-provider-aws_{PROVIDER_VERSION}_{platform_name()}.zip"
    return (versioned / platform_name()).is_dir() or packed.is_file()


def platform_name() -> str:
    """This machine's system and processor, as Terraform names them."""
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    return f"{re.sub('[0-9].*', '', sys.platform)}_{machine}"


def _search(folder: Path, depth: int) -> Iterator[Path]:
    """Mirrors below a folder; the caller's home, unreadable folders and links are passed over."""
    if folder == Path.home():
        return
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
