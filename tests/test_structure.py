"""Imports go one way, and a room's parts are its own: import-linter holds the contracts of pyproject.toml."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from ffp.project import ROOT

CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
# The installation in use would add this repository's files to folders of the copy that have no `__init__.py`.
LINT = """
import os, sys
from importlinter.cli import lint_imports_command
sys.path = [each for each in sys.path if not each or not each.startswith("__editable__")]
sys.path = [each for each in sys.path if not each or not os.path.exists(f"{each}/pyproject.toml")]
lint_imports_command()
"""


# An application and an environment in place of those that ship, whatever their files are called.
STAND_IN = {
    "application/application.py": "from application.tenancy import TENANCY",
    "application/tenancy.py": "from settings import Tenancy as TENANCY",
    "application/smoke/__init__.py": "from application.smoke.part import PART",
    "application/smoke/part.py": "from ffp.emulator.smoke.kit import Part as PART",
    "environments/some.py": "from application.application import TENANCY",
}
# A line for a file, and the contract that it breaks.
FORBIDDEN = {
    "a room that imports one above it": ("modules/groups.py", "from modules.cdn import Distribution"),
    "a part of another room": ("modules/identity.py", "from modules.functions.packaging import package"),
    "the command that imports constructs": ("ffp/synth.py", "from modules.common import Context"),
    "a model that knows its picture": ("ffp/model/parts.py", "from ffp.picture import draw"),
    "a price rule that knows how bills are shown": ("ffp/cost/rules/api.py", "from ffp.cost.output import show_bill"),
    "an output that judges": ("ffp/review/markdown.py", "from ffp.review.verdict import concerns"),
    "a judge that knows the verdict": ("ffp/review/facts/storage.py", "from ffp.review.verdict import concerns"),
    "a part of the model": ("ffp/cli.py", "from ffp.model.build import model_of"),
    "settings that know an environment": ("settings/base.py", "from environments.some import SETTINGS"),
    "a generator that knows the application": ("settings/names.py", "from application.tenancy import TENANCY"),
    "the command that knows the application": ("ffp/keys.py", "from application.tenancy import TENANCY"),
    "the command that knows an environment": ("ffp/keys.py", "from environments.some import SETTINGS"),
    "the command that knows its benchmark": ("ffp/keys.py", "from bench.measuring import measure"),
    "the application that knows the command": ("application/tenancy.py", "from ffp.emulator.smoke.kit import TENANTS"),
    "the application that knows what is tried on it": ("application/tenancy.py", "from application.smoke import PART"),
    "what is tried that knows more than the walk": ("application/smoke/part.py", "from ffp.emulator.data import User"),
}


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the packages that the contracts are about."""
    folder = tmp_path_factory.mktemp("shipped")
    for package in CONTRACTS["root_packages"]:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.fixture(scope="module")
def project(shipped: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, with the stand-in for application and environment."""
    folder = tmp_path_factory.mktemp("project") / "project"
    shutil.copytree(shipped, folder, ignore=shutil.ignore_patterns("application", "environments"))
    for file, line in STAND_IN.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{line}\n", encoding="utf-8")
    return folder


def _lint(project: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-B", "-c", LINT, "--no-logo", "--no-cache"]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


def test_the_contracts_are_kept(shipped: Path) -> None:
    done = _lint(shipped)
    assert done.returncode == 0, done.stdout


def test_the_contracts_are_kept_by_another_application(project: Path) -> None:
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


def test_an_application_without_a_part_of_the_walk_keeps_them_too(project: Path) -> None:
    aside = project / "aside"
    (project / "application/smoke").rename(aside)
    done = _lint(project)
    aside.rename(project / "application/smoke")
    assert done.returncode == 0, done.stdout


def test_every_room_with_parts_keeps_them_to_itself() -> None:
    rooms = {f"modules.{file.parent.name}.*" for file in ROOT.glob("modules/*/__init__.py")}
    kept = {name for each in CONTRACTS["contracts"] for name in each.get("protected_modules", ())}
    assert {name for name in kept if name.startswith("modules.")} == rooms
