"""Lambda deployment packages: the same sources produce the same zip, byte for byte, on every machine.

`package` is for code that is packed as it is; what `modules/functions/bundling.py` makes of TypeScript is put into its
zip here, too.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from packaging.utils import canonicalize_name

from modules.functions.files import write
from modules.functions.imports import OF_THE_RUNTIME, import_problems
from modules.functions.wheels import Platform, Wheel, pins, wheels
from settings import Folder, Problem, archive
from settings.base import InvalidSettings, collect
from settings.code import ROOT

# What the handlers' library imports, part of every package for Python. Pure Python, so any processor runs it.
SHARED_PACKAGES = ("aws-lambda-powertools",)
# Distributions that are packaged in part: of powertools' 3.7 MB, only the 0.27 MB that its Logger loads.
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


@dataclass(frozen=True)
class Package:
    """A zip file on disk and its SHA-256."""

    path: Path
    sha256: bytes

    @property
    def sha256_base64(self) -> str:
        """As Lambda states it."""
        return base64.b64encode(self.sha256).decode()


@cache
def package(code: Folder, runtime: str, architecture: str, *, with_packages: bool = True) -> Package:
    """Zips a folder of the repository and, for Python, the handlers' library and the distributions that both need.

    Raises InvalidSettings with every distribution that has no wheel for that platform, that a lock lacks, or of which
    the folder's lock pins another version than the library's.
    """
    return zipped(Path(code.path).name, _files(code, runtime, architecture, with_packages=with_packages))


@cache
def unpacked_imports(code: Folder, runtime: str, architecture: str, handlers: tuple[str, ...]) -> tuple[Problem, ...]:
    """What these handlers in Python import although neither their package nor Lambda's runtime would have it."""
    return tuple(import_problems(code, runtime, handlers, _files(code, runtime, architecture, with_packages=True)))


def zipped(name: str, files: Mapping[str, bytes]) -> Package:
    """Zips files, each by its name in the package. The zip's own name begins as given."""
    contents = dict(sorted(files.items()))
    digest = hashlib.sha256()
    for file, content in contents.items():
        digest.update(f"{file}\0{_sha256(content)}\n".encode())
    path = _BUILD / "zips" / f"{name}-{digest.hexdigest()[:16]}.zip"
    zipped_contents = archive.zipped(contents)
    if not path.exists() or path.read_bytes() != zipped_contents:
        write(path, zipped_contents)
    return Package(path, hashlib.sha256(zipped_contents).digest())


def _files(code: Folder, runtime: str, architecture: str, *, with_packages: bool) -> dict[str, bytes]:
    for_python = with_packages and runtime.startswith("python")
    packages = _packages(code, Platform(runtime, architecture)) if for_python else {}
    return {**packages, **{name: file.read_bytes() for name, file in code.files(ROOT, runtime).items()}}


@cache  # most packages have the same distributions
def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _packages(code: Folder, platform: Platform) -> dict[str, bytes]:
    """What distributions put into a package: those of the library, those that the code names, and its own lock's."""
    problems: list[Problem] = []
    common, own = dict[str, Wheel](), dict[str, Wheel]()
    try:
        common = _closure(ROOT / "application/requirements.txt", (*SHARED_PACKAGES, *code.packages), platform)
    except InvalidSettings as failure:
        problems += failure.problems
    if lock := code.lock(ROOT):
        try:
            own = wheels(lock, pins(lock, platform), platform)
        except InvalidSettings as failure:
            problems += failure.problems
        else:
            collect(_own_problems(f"{code.path}/{lock.name}", own, common, platform), problems)
    if problems:
        raise InvalidSettings(problems)
    parts = {name: wheel.files if name in own else dict(_carried(name, wheel)) for name, wheel in common.items()}
    files = parts | {name: wheel.files for name, wheel in own.items()}
    return {file: content for name in sorted(files) for file, content in files[name].items()}


def _own_problems(
    lock: str, own: Mapping[str, Wheel], common: Mapping[str, Wheel], platform: Platform
) -> Iterator[Problem]:
    for name, wheel in own.items():
        if name in common and common[name].version != wheel.version:
            yield Problem(
                f"{lock}: {name}",
                wheel.version,
                f"the handlers' library and `packages` bring {common[name].version} of application/requirements.txt",
                f"add {name}=={common[name].version} to the requirements.in beside it, and run `make lock-functions`",
            )
        for needed in wheel.requirements:
            if needed not in own and needed not in common and needed not in OF_THE_RUNTIME:
                limit = f"{name} requires it on {platform}, and the lock has none of it"
                yield Problem(f"{lock}: {needed}", None, limit, "run `make lock-functions`")


def _closure(lock: Path, names: Iterable[str], platform: Platform) -> dict[str, Wheel]:
    """The distributions and all that they require. What the lock does not pin is for another platform, and skipped."""
    found: dict[str, Wheel] = {}
    waiting: set[str] = {canonicalize_name(name) for name in names}
    while waiting:
        found |= wheels(lock, waiting, platform)
        waiting = {needed for name in waiting if name in found for needed in found[name].requirements} - found.keys()
    return found


def _carried(name: str, wheel: Wheel) -> Iterator[tuple[str, bytes]]:
    """The files of a distribution that is packaged in part."""
    for file, content in wheel.files.items():
        if ".dist-info/" in file or file.startswith(CARRIED_PARTS.get(name, "")):
            yield file, content
