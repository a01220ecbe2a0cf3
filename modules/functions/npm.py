"""npm's packages for bundles: npm fetches each archive once, and whatever uses it compares its hash with the lock.

Nothing in .build is believed: who can write there, or restores it from a cache, does not decide what is deployed.
"""

import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from modules.functions.files import write
from settings import Problem
from settings.base import InvalidSettings
from settings.code import ROOT
from settings.npm import LOCK, MANIFEST, Pinned, pinned

STORE = ROOT / ".build/npm"
# Scripts of packages would run with the rights of whoever synthesises.
_INSTALL = ("ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error")
_UNUSED = (".d.ts", ".d.mts", ".d.cts", ".map", ".md")  # two thirds of the files, which no bundle imports


@contextmanager
def unpacked(folder: Path) -> Iterator[Path]:
    """A `node_modules` as npm would install it from a folder's lock, without declarations; it is removed afterwards.

    Raises InvalidSettings if npm cannot fetch a package.
    """
    packages = pinned(folder / LOCK)
    archives = fetched(folder, packages)
    STORE.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=STORE) as target:
        os.mkdir(f"{target}/node_modules")
        made: set[str] = set()
        for package in packages:
            for name, content in members(archives[package]):
                if not name.endswith(_UNUSED):
                    path = f"{target}/{package.place}/{name}"
                    above = os.path.dirname(path)
                    if above not in made:
                        os.makedirs(above, exist_ok=True)
                        made.add(above)
                    with open(path, "wb") as file:
                        file.write(content)
        yield Path(target, "node_modules")


def fetched(folder: Path, packages: Iterable[Pinned]) -> dict[Pinned, bytes]:
    """The archives of these packages, each with the SHA-512 of the folder's lock; npm fetches what is not kept yet."""
    wanted = {package: _kept(package) for package in packages}
    if missing := [package for package, archive in wanted.items() if archive is None]:
        _fetch(folder, missing)
    return {package: archive or _kept_or_refused(folder, package) for package, archive in wanted.items()}


def members(archive: bytes) -> Iterator[tuple[str, bytes]]:
    """The files of a package, by their names below its folder. Links and names that lead out of it are left out."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        for member in files:
            path = PurePosixPath(member.name)
            inner = path.parts[1:]  # the first is `package`, or whatever its maker called it
            if member.isfile() and inner and ".." not in inner and not path.is_absolute():
                content = files.extractfile(member)
                yield "/".join(inner), content.read() if content else b""


def _place(package: Pinned) -> Path:
    return STORE / f"{package.sha512[:40]}.tgz"


def _kept(package: Pinned) -> bytes | None:
    """The archive that is kept, if it is the one that the lock pins."""
    try:
        archive = _place(package).read_bytes()
    except OSError:
        return None
    return archive if hashlib.sha512(archive).hexdigest() == package.sha512 else None


def _kept_or_refused(folder: Path, package: Pinned) -> bytes:
    if archive := _kept(package):
        return archive
    limit = f"npm has fetched no archive of {package.place.rpartition('node_modules/')[2]} with the lock's SHA-512"
    raise _refusal(folder, limit)


def _fetch(folder: Path, packages: list[Pinned]) -> None:
    """Has npm install the lock into a folder that is then removed, and takes the archives from npm's own cache.

    That cache names them by their hashes, and is where npm puts whatever it installs.
    """
    print(f"fetching the packages of {_name(folder)} with npm", file=sys.stderr)
    with TemporaryDirectory() as temporary:
        for name in (MANIFEST, LOCK, ".npmrc"):
            if (folder / name).exists():
                shutil.copy(folder / name, temporary)
        done = _npm(temporary, *_INSTALL)
        if done.returncode:
            raise _refusal(folder, f"npm could not fetch its packages: {_reason(done.stderr)}")
        cache = Path(_npm(temporary, "config", "get", "cache").stdout.strip()) / "_cacache/content-v2/sha512"
    for package in packages:
        digest = package.sha512
        archive = cache / digest[:2] / digest[2:4] / digest[4:]
        if archive.exists():
            write(_place(package), archive.read_bytes())


def _npm(folder: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    # The environment's npm first: with it comes a Node that the project pins.
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    program = shutil.which("npm", path=path)
    if program is None:
        raise InvalidSettings([Problem("npm", None, "is not installed", "run `make setup`, which brings it")])
    environment = os.environ | {"PATH": path}
    return subprocess.run(  # noqa: S603 - npm, with fixed arguments
        [program, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def _reason(errors: str) -> str:
    """What npm says in one line, without its codes and the places of its logs."""
    lines = (line.removeprefix("npm error").strip() for line in errors.splitlines() if line.startswith("npm error"))
    told = (line for line in lines if line and not line.startswith(("code ", "errno ", "syscall ", "A complete log")))
    return next(told, errors.strip().partition("\n")[0] or "it gave no reason")


def _refusal(folder: Path, limit: str) -> InvalidSettings:
    remedy = "make npm's registry reachable, or its cache complete, and run the command again"
    return InvalidSettings([Problem(f"{_name(folder)}/{LOCK}", "npm ci", limit, remedy)])


def _name(folder: Path) -> str:
    return folder.relative_to(ROOT).as_posix() if folder.is_relative_to(ROOT) else folder.name
