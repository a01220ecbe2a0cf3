"""A copy of the project, small enough to be broken in each test, with what ships or with the sample."""

import shutil
import subprocess
import sys
from pathlib import Path

from ffp.project import ROOT

SAMPLE = ROOT / "tests/sample"
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


def copy_with_sample_to(folder: Path) -> Path:
    """The copy, where the sample takes the place of what ships; packages stay what `application/` pins."""
    copy_to(folder)
    for path in [*(folder / "application").iterdir(), *(folder / "environments").iterdir()]:
        if path.is_dir():
            shutil.rmtree(path)
        elif not path.name.startswith("requirements"):
            path.unlink()
    for path in sorted(SAMPLE.rglob("*.*")):
        place = path.relative_to(SAMPLE)
        if path.is_file() and "node_modules" not in path.parts and path.name != "__init__.py" and path.suffix != ".pyc":
            target = folder / place if place.parts[0] == "environments" else folder / "application" / place
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(_as_shipped(path.read_text(encoding="utf-8")), encoding="utf-8")
    return folder


def _as_shipped(text: str) -> str:
    text = text.replace("tests.sample.environments", "environments")
    return text.replace("tests.sample", "application").replace("tests/sample", "application")


def run_in(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs Python in the copy, whose packages it finds first."""
    command = [sys.executable, "-B", *arguments]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


def load_in(project: Path) -> list[str]:
    """What loading the settings says; much faster than `main.py`, which loads the provider's bindings."""
    done = run_in(project, "-c", _LOAD)
    assert done.stderr == ""
    return done.stdout.splitlines()
