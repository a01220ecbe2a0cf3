"""Lambda packages: the same sources give the same zip, byte for byte, on every machine."""

import base64
import hashlib
import io
import os
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from email.parser import HeaderParser
from functools import cache
from pathlib import Path, PurePosixPath

from settings import Folder, Problem
from settings.base import InvalidSettings
from settings.code import PACKAGES_RUN_ON, ROOT

# What the handlers' library imports: in every package that carries any. Pure Python, so it runs on every processor.
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

_BUILD = ROOT / ".build"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold


@dataclass(frozen=True)
class Package:
    """A zip on disk and its SHA-256 as Lambda writes it."""

    path: Path
    sha256_base64: str


@cache
def package(code: Folder, *, with_packages: bool = True) -> Package:
    """Zips a folder of ours, the handlers' library, and the locked distributions that both need."""
    packages = _distributions((*SHARED_PACKAGES, *code.packages)) if with_packages else {}
    ours = {name: file.read_bytes() for name, file in code.files(ROOT).items()}
    contents = dict(sorted({**packages, **ours}.items()))
    digest = hashlib.sha256()
    for name, content in contents.items():
        digest.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    path = _BUILD / "zips" / f"{Path(code.path).name}-{digest.hexdigest()[:16]}.zip"
    built = _zip(contents)
    _write(path, built)  # also over one that is there, which nobody has built just now
    return Package(path, base64.b64encode(hashlib.sha256(built).digest()).decode())


def _distributions(names: tuple[str, ...]) -> dict[str, bytes]:
    locked = _locked(_BUILD / "wheels" / PACKAGES_RUN_ON[1], ROOT / "application" / "requirements.txt")
    return {
        file: content
        for name in sorted(_closure(names, locked))
        for file, content in locked[name].files.items()
        if _is_carried(name, PurePosixPath(file))
    }


@dataclass(frozen=True)
class _Wheel:
    """What one wheel holds, and the distributions that it needs."""

    files: Mapping[str, bytes]
    needs: tuple[str, ...]


@cache
def _locked(folder: Path, lock: Path) -> dict[str, _Wheel]:
    """The wheels by their distribution's name: those whose hashes the lock holds, and no others."""
    hashes = set(re.findall(r"--hash=sha256:([0-9a-f]{64})", lock.read_text(encoding="utf-8")))
    contents = {wheel.name: wheel.read_bytes() for wheel in sorted(folder.glob("*.whl"))}
    if strange := [name for name, content in contents.items() if hashlib.sha256(content).hexdigest() not in hashes]:
        raise InvalidSettings([_unfetched(name, "is not what application/requirements.txt pins") for name in strange])
    return dict(map(_read, contents.values()))


def _read(wheel: bytes) -> tuple[str, _Wheel]:
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        files = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    (metadata,) = (name for name in files if re.fullmatch(r"[^/]+\.dist-info/METADATA", name))
    head = HeaderParser().parsestr(files[metadata].decode())
    needs = (line for line in head.get_all("Requires-Dist", []) if "extra ==" not in line)
    first = (re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0] for line in needs)
    return _normal(str(head["Name"])), _Wheel(files, tuple(map(_normal, first)))


def _unfetched(what: str, limit: str) -> Problem:
    return Problem("functions.code.packages", what, limit, "remove .build/wheels, and run `make setup`")


def _is_carried(name: str, file: PurePosixPath) -> bool:
    if file.parts[0].endswith(".dist-info"):
        return file.name == "METADATA"  # where pg8000 and scramp read their own versions, and fail without it
    in_part = file.as_posix().startswith(CARRIED_PARTS.get(name, ""))
    return in_part and not file.parts[0].endswith(".data") and file.suffix != ".pyc"  # .data: scripts for a shell


def _closure(names: tuple[str, ...], locked: Mapping[str, _Wheel]) -> set[str]:
    """The distributions and what they need; a need that the lock does not hold is for another platform."""
    seen: set[str] = set()
    waiting = [_normal(name) for name in names]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        if name not in locked:
            raise InvalidSettings([_unfetched(name, "has not been fetched for Lambda")])
        seen.add(name)
        waiting += [need for need in locked[name].needs if need in locked]
    return seen


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _zip(contents: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    # Stored, not deflated: two builds of zlib compress differently, and the hash is in the plan.
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 3  # Unix, whatever this machine is
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, content)
    return written.getvalue()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}")
    unfinished.write_bytes(content)
    os.replace(unfinished, path)
