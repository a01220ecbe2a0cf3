"""What functions in Python bring of their own, for the emulator's Python: a folder for each lock, named by its hash.

Functions find theirs by the lock in their package (`ffp/emulator/ministack/own_packages.py`).
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from ffp.emulator import processes
from ffp.emulator.home import ENVIRONMENT
from ffp.project import ROOT, ToolError
from settings import Folder, FunctionSettings, Image

PLACE = ENVIRONMENT / ".venv/of-functions"  # leaves with the Python for which they were chosen
_PIP = ("-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps", "--require-hashes")


def locks(functions: Iterable[FunctionSettings]) -> list[Path]:
    """The locks of these functions, each once."""
    codes = (each.code for each in functions if isinstance(each.code, Folder) and each.runtime.startswith("python"))
    return sorted({lock for code in codes if (lock := code.lock(ROOT))})


def images(functions: Iterable[FunctionSettings]) -> list[str]:
    """The names of functions that run an image: the emulator makes them, and has nothing that could run one."""
    return [each.name for each in functions if isinstance(each.code, Image)]


def install(lock: Path, report: Callable[[str], object]) -> None:
    """Installs what a lock pins, if that is not installed yet. Raises ToolError with what pip said."""
    place = PLACE / hashlib.sha256(lock.read_bytes()).hexdigest()
    if place.exists():
        return
    name = lock.relative_to(ROOT).as_posix()
    report(f"installing {name} for the emulator")
    PLACE.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(dir=PLACE, prefix="unfinished-"))
    try:
        command: list[str | Path] = [
            processes.PYTHON,
            *_PIP,
            "--only-binary=:all:",
            "--target",
            unfinished,
            "--requirement",
            lock,
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - pip, and a checked lock
        if done.returncode:
            said = next((each for each in done.stderr.splitlines() if each.startswith("ERROR: ")), done.stderr.strip())
            raise ToolError(f"{name}: not installed for the emulator's own Python: {said.removeprefix('ERROR: ')}")
        if not place.exists():  # another run may have been faster
            os.replace(unfinished, place)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
