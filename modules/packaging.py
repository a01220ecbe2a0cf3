"""Lambda packages: the same sources give the same zip, byte for byte, on every machine."""

import base64
import hashlib
import os
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution, distributions
from pathlib import Path, PurePath

from environments import InvalidSettings
from environments.settings import Folder, Problem
from environments.settings.code import PACKAGES_RUN_ON, ROOT

# What functions/shared imports: in every package that carries any. Pure Python, so it runs on every processor.
SHARED_PACKAGES = ("aws-lambda-powertools",)
# Distributions of which a part is carried: of powertools' 3.7 MB, the 0.27 MB that its Logger loads.
CARRIED_PARTS = {
    "aws-lambda-powertools": tuple(
        f"aws_lambda_powertools/{part}"
        for part in (
            "__init__.py",
            "exceptions/",
            "logging/",
            "metrics/",
            "package_logger.py",
            "shared/",
            "tracing/",
            "utilities/__init__.py",
            "utilities/jmespath_utils/",
            "warnings/",
        )
    )
}

_SHARED = ROOT / "functions" / "shared"
_BUILD = ROOT / ".build"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold


@dataclass(frozen=True)
class Package:
    """A zip on disk and its SHA-256 as Lambda writes it."""

    path: Path
    sha256_base64: str


@cache
def package(code: Folder, *, with_packages: bool = True) -> Package:
    """Zips a folder of ours, what all functions share, and the locked distributions that both need."""
    packages = _distributions((*SHARED_PACKAGES, *code.packages)) if with_packages else {}
    contents = dict(sorted({**_tree(_SHARED), **packages, **_tree(ROOT / code.path)}.items()))
    digest = hashlib.sha256()
    for name, file in contents.items():
        digest.update(f"{name}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    path = _BUILD / "zips" / f"{Path(code.path).name}-{digest.hexdigest()[:16]}.zip"
    if not path.exists():
        _write(path, contents)
    return Package(path, base64.b64encode(hashlib.sha256(path.read_bytes()).digest()).decode())


def _tree(folder: Path) -> dict[str, Path]:
    return {
        file.relative_to(folder).as_posix(): file
        for file in folder.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts and file.suffix != ".pyc"
    }


def _distributions(names: tuple[str, ...]) -> dict[str, Path]:
    folder = _BUILD / "packages" / PACKAGES_RUN_ON[1]
    installed = {_normal(each.metadata["Name"]): each for each in distributions(path=[str(folder)])}
    files: dict[str, Path] = {}
    for name in sorted(_closure(names, installed)):
        for file in installed[name].files or ():
            if _is_carried(name, file):
                files[file.as_posix()] = folder / file
    return files


def _is_carried(name: str, file: PurePath) -> bool:
    if file.parts[0].endswith(".dist-info"):
        return file.name == "METADATA"  # where pg8000 and scramp read their own versions, and fail without it
    in_part = file.as_posix().startswith(CARRIED_PARTS.get(name, ""))
    return in_part and file.parts[0] not in ("..", "bin") and file.suffix != ".pyc"


def _closure(names: tuple[str, ...], installed: dict[str, Distribution]) -> set[str]:
    """The distributions and what they need; a need that the lock does not hold is for another platform."""
    seen: set[str] = set()
    waiting = [_normal(name) for name in names]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        if name not in installed:
            problem = Problem("functions.code.packages", name, "has not been installed for Lambda", "run `make setup`")
            raise InvalidSettings([problem])
        seen.add(name)
        waiting += [need for need in _needs(installed[name]) if need in installed]
    return seen


def _needs(distribution: Distribution) -> Iterator[str]:
    for line in distribution.requires or ():
        if "extra ==" not in line:
            yield _normal(re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0])


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _write(path: Path, contents: dict[str, Path]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}")
    # Stored, not deflated: two builds of zlib compress differently, and the hash is in the plan.
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_STORED) as archive:
        for name, file in contents.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 3  # Unix, whatever this machine is
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, file.read_bytes())
    os.replace(unfinished, path)
