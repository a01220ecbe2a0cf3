"""A copy of what the settings are made of, small enough to be broken in each test."""

import shutil
import subprocess
import sys
from pathlib import Path

from ffp.project import ROOT

_LOAD = """
from settings import environments
from settings.base import InvalidSettings
try:
    environments.load()
except InvalidSettings as problem:
    print(problem)
"""


def copy_to(folder: Path) -> Path:
    """The copy, in this folder."""
    for name in ("application", "catalogue", "checks", "environments", "ffp", "library", "modules", "settings"):
        ignored = shutil.ignore_patterns("__pycache__", "node_modules", ".venv")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    shutil.copy(ROOT / "main.py", folder)
    return folder


def run_in(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs Python in the copy, whose packages it finds first."""
    command = [sys.executable, "-B", *arguments]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


def load_in(project: Path) -> list[str]:
    """What loading the settings says; much faster than `main.py`, which loads the provider's bindings."""
    done = run_in(project, "-c", _LOAD)
    assert done.stderr == ""
    return done.stdout.splitlines()
