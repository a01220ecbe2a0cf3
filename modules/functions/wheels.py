"""Python's packages for Lambda: pip fetches each wheel once, for the platform of a function and not of this machine.

Nothing in .build is believed: who can write there, or restores it from a cache, does not decide what is deployed. Each
use compares a wheel with the hashes of its lock.
"""

import hashlib
import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.parser import HeaderParser
from functools import cache, cached_property
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import Version

from modules.functions.files import write
from settings import Problem
from settings.base import InvalidSettings
from settings.code import ROOT
from settings.requirements import Locked, locked

STORE = ROOT / ".build/wheels"
_MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}
# Lambda's Python runtimes, from 3.12 on, run on Amazon Linux 2023, which has glibc 2.34.
_NEWEST_GLIBC, _OLDEST_GLIBC = 34, {"arm64": 17, "x86_64": 5}
_OLD_NAMES = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}
_PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps")


@dataclass(frozen=True)
class Platform:
    """What a function's packages run on: one of Lambda's Python runtimes, and a processor."""

    runtime: str
    architecture: str

    def __str__(self) -> str:
        return f"{self.runtime} on {self.architecture}"

    @property
    def version(self) -> str:
        """Of Python, such as 3.13."""
        return self.runtime.removeprefix("python")

    @property
    def abi(self) -> str:
        return f"cp{self.version.replace('.', '')}"

    @property
    def names(self) -> list[str]:
        """The systems whose wheels run there, as wheels name them, the newest first."""
        machine, found = _MACHINES[self.architecture], []
        for minor in range(_NEWEST_GLIBC, _OLDEST_GLIBC[self.architecture] - 1, -1):
            found.append(f"manylinux_2_{minor}_{machine}")
            if minor in _OLD_NAMES:
                found.append(f"{_OLD_NAMES[minor]}_{machine}")
        return found

    @property
    def markers(self) -> dict[str, str]:
        """The values there of what requirements may depend on."""
        return {
            "extra": "",
            "implementation_name": "cpython",
            "implementation_version": f"{self.version}.0",
            "os_name": "posix",
            "platform_machine": _MACHINES[self.architecture],
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": "Linux",
            "platform_version": "",
            "python_full_version": f"{self.version}.0",
            "python_version": self.version,
            "sys_platform": "linux",
        }

    @cached_property
    def order(self) -> dict[Tag, int]:
        """The tags of the wheels that run there, by how much pip prefers them: less is better."""
        version = tuple(map(int, self.version.split(".")))
        tags = (*cpython_tags(version, [self.abi], self.names), *compatible_tags(version, self.abi, self.names))
        return {tag: place for place, tag in enumerate(tags)}


@dataclass(frozen=True)
class Wheel:
    """A distribution for one platform: its version, the files that a package carries, and what it requires there."""

    version: str
    files: Mapping[str, bytes]
    requirements: tuple[str, ...]


def wheels(lock: Path, names: Iterable[str], platform: Platform) -> dict[str, Wheel]:
    """The wheels of these distributions, as the lock pins them; pip fetches what is not kept yet.

    Names for which the lock pins nothing on that platform are left out. Raises InvalidSettings with every distribution
    of which there is no fitting wheel.
    """
    pinned = pins(lock, platform)
    wanted = {name: pinned[name] for name in sorted({*names} & pinned.keys())}
    if missing := [each for each in wanted.values() if _kept(each, platform) is None]:
        _fetch(lock, missing, platform)
    found = {name: _kept(each, platform) for name, each in wanted.items()}
    return {name: _read(wheel, platform) for name, wheel in found.items() if wheel}


@cache
def pins(lock: Path, platform: Platform) -> dict[str, Locked]:
    """What a lock pins on a platform, by name. Raises InvalidSettings if that is two versions of a distribution."""
    found: dict[str, Locked] = {}
    problems: list[Problem] = []
    for each in locked(lock):
        if not each.applies(platform.markers):
            continue
        if found.setdefault(each.name, each).version != each.version:
            limit = f"{found[each.name].version} is pinned too, and both are for {platform}"
            remedy = "run `make lock-functions`, or remove one"
            problems.append(Problem(f"{_name(lock)}:{each.line}", f"{each.name}=={each.version}", limit, remedy))
    if problems:
        raise InvalidSettings(problems)
    return found


def _kept(wanted: Locked, platform: Platform) -> bytes | None:
    """The kept wheel that the lock pins and that fits best."""
    fitting: list[tuple[int, Path]] = []
    for path in sorted((STORE / platform_folder(platform)).glob("*.whl")):
        try:
            name, version, _, tags = parse_wheel_filename(path.name)
        except InvalidWheelFilename:
            continue
        if name == wanted.name and version == Version(wanted.version):
            fitting += [(platform.order[tag], path) for tag in tags if tag in platform.order]
    for _, path in sorted(fitting):
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() in wanted.hashes:
            return content
    return None


def platform_folder(platform: Platform) -> str:
    """The name of the folder with a platform's wheels."""
    return f"{platform.runtime}-{platform.architecture}"


def _fetch(lock: Path, wanted: list[Locked], platform: Platform) -> None:
    """Has pip fetch what the lock pins, in one run; if that fails, each alone, so that all problems are told."""
    print(f"fetching {len(wanted)} packages of {_name(lock)} for {platform} with pip", file=sys.stderr)
    failure = _run_pip(wanted, platform)
    alone = {each: _run_pip([each], platform) for each in wanted} if failure and len(wanted) > 1 else {}
    problems = [
        Problem(
            f"{_name(lock)}:{each.line}",
            f"{each.name}=={each.version}",
            f"there is no wheel for {platform} with a hash of the lock: {reason}",
            "pin a release that has one, give the function another runtime or architecture, or make pip's registry "
            "reachable; what has no wheel is built elsewhere, as an S3Object or an Image",
        )
        for each in wanted
        if _kept(each, platform) is None and (reason := alone.get(each, failure) or "pip fetched another one")
    ]
    if problems:
        raise InvalidSettings(problems)


def _run_pip(wanted: list[Locked], platform: Platform) -> str:
    """Fetches wheels into the store, and returns why pip could not; empty where it could."""
    with TemporaryDirectory() as temporary:
        listed = Path(temporary, "requirements.txt")
        # Without their markers, which pip judges by the Python that runs it.
        lines = (f"{each.name}=={each.version}{_hashes(each)}\n" for each in wanted)
        listed.write_text("".join(lines), encoding="utf-8")
        command = [*_PIP, "--require-hashes", "--only-binary=:all:", "--dest", temporary, "--requirement", str(listed)]
        command += ["--implementation", "cp", "--python-version", platform.version, "--abi", platform.abi]
        command += [f"--platform={name}" for name in platform.names]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - pip, and what a checked lock pins
        for wheel in Path(temporary).glob("*.whl"):
            write(STORE / platform_folder(platform) / wheel.name, wheel.read_bytes())
    errors = [line.removeprefix("ERROR: ") for line in done.stderr.splitlines() if line.startswith("ERROR: ")]
    return (errors or [done.stderr.strip() or "pip failed"])[0] if done.returncode else ""


def _hashes(wanted: Locked) -> str:
    return "".join(f" --hash=sha256:{each}" for each in sorted(wanted.hashes))


@cache
def _read(wheel: bytes, platform: Platform) -> Wheel:
    with zipfile.ZipFile(io.BytesIO(wheel)) as opened:
        (metadata,) = (name for name in opened.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name))
        head = HeaderParser().parsestr(opened.read(metadata).decode())
        files = {place: opened.read(name) for name, place in _places(opened.namelist())}
    required = map(Requirement, head.get_all("Requires-Dist", []))
    needed = (each for each in required if each.marker is None or each.marker.evaluate(platform.markers))
    return Wheel(str(head["Version"]), files, tuple(canonicalize_name(each.name) for each in needed))


def _places(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The files of a wheel that a package carries, each with its place there."""
    for name in names:
        path = PurePosixPath(name)
        top = path.parts[0]
        if name.endswith("/") or path.suffix == ".pyc" or ".." in path.parts or path.is_absolute():
            continue
        if top.endswith(".dist-info"):
            if path.name in ("METADATA", "entry_points.txt"):  # what packages read of themselves and of each other
                yield name, name
        elif not top.endswith(".data"):
            yield name, name
        elif path.parts[1] in ("purelib", "platlib"):  # the others are for a shell and a compiler
            yield name, PurePosixPath(*path.parts[2:]).as_posix()


def _name(lock: Path) -> str:
    return lock.relative_to(ROOT).as_posix() if lock.is_relative_to(ROOT) else lock.name


def fetch_shared() -> None:
    """Fetches what the application's lock pins, for `make setup`: what ships is synthesised without a network."""
    lock, platform = ROOT / "application/requirements.txt", Platform("python3.13", "arm64")
    wheels(lock, pins(lock, platform), platform)
