"""Imports go one way, and a room's parts are its own: import-linter holds the contracts of pyproject.toml."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from ffp.project import ROOT
from settings import environments

CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the packages that the contracts are about."""
    folder = tmp_path_factory.mktemp("project")
    for package in CONTRACTS["root_packages"]:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def _lint(project: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-B", "-c", LINT, "--no-logo", "--no-cache"]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


ENVIRONMENT = environments.NAMES[0]
MODULE = next(file.stem for file in sorted(ROOT.glob("application/*.py")))
# A line for a file, and the contract that it breaks.
FORBIDDEN = {
    "a room that imports one above it": ("modules/groups.py", "from modules.cdn import Distribution"),
    "a part of another room": ("modules/identity.py", "from modules.functions.packaging import package"),
    "the command that imports constructs": ("ffp/synth.py", "from modules.common import Context"),
    "settings that know an environment": (
        "settings/base.py",
        f"from environments.{ENVIRONMENT} import SETTINGS",
    ),
    "a generator that knows the application": ("settings/names.py", f"from application.{MODULE} import APPLICATION"),
}


def test_the_contracts_are_kept(project: Path) -> None:
    done = _lint(project)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_an_import_against_the_arrows_is_refused(project: Path, kind: str) -> None:
    file, line = FORBIDDEN[kind]
    path = project / file
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}\n{line}\n", encoding="utf-8")
    done = _lint(project)
    path.write_text(text, encoding="utf-8")
    imported = line.split()[1]
    assert done.returncode == 1
    assert f"-> {imported}" in done.stdout


def test_every_room_with_parts_keeps_them_to_itself() -> None:
    rooms = {f"modules.{file.parent.name}.*" for file in ROOT.glob("modules/*/__init__.py")}
    kept = {name for each in CONTRACTS["contracts"] for name in each.get("protected_modules", ())}
    assert kept == rooms
