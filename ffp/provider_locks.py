"""The locks in `providers/`: which packages of a release of the AWS provider Terraform may run.

A published package never changes, so a platform has one hash. Terraform's own command would add a second one where a
mirror offers another package: it is asked for one platform at a time, without a lock that it could add to.
"""

import json
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ffp import providers
from ffp.files import put_in_place
from ffp.project import BadInputError, ToolError
from settings import environments

PLATFORMS = ("linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64")

_OUT_OF_REACH = ("could not connect to", "could not query provider registry")
_PACKAGE = re.compile(r'"(h1:[^"]+)",(?: # (\w+))?')
_ARCHIVE = re.compile(r'"(zh:[^"]+)"')


@dataclass(frozen=True)
class Lock:
    """The packages of one release."""

    release: str
    packages: Mapping[str, str] = field(default_factory=dict)  # the hash of the unpacked package by platform
    archives: frozenset[str] = frozenset()  # the hashes that the registry signs, of the archives for all platforms

    @classmethod
    def read(cls, release: str) -> "Lock":
        """What is pinned; nothing where the file is missing. BadInputError for a hash that names no platform."""
        file = providers.lock_file(release)
        lock = cls.parse(release, file.read_text(encoding="utf-8") if file.exists() else "")
        if "" in lock.packages:
            raise BadInputError(f"{file}: a package without its platform; let `ffp providers lock` write this file")
        return lock

    @classmethod
    def parse(cls, release: str, text: str) -> "Lock":
        """From what `text` writes, or from what Terraform writes for one platform, which names none."""
        packages = {platform: package for package, platform in _PACKAGE.findall(text)}
        return cls(release, packages, frozenset(_ARCHIVE.findall(text)))

    def admits(self, platform: str) -> bool:
        """Whether anything is pinned that can run there."""
        return platform in self.packages or bool(self.archives)

    def with_package(self, platform: str, made: "Lock") -> "Lock":
        """This lock and what was made for a platform; ToolError where that is another package than the pinned one."""
        (package,) = made.packages.values()
        if (pinned := self.packages.get(platform, package)) != package:
            raise ToolError(
                f"providers: the package of {self.release} for {platform} is {package}, and {pinned} is pinned; "
                "a published package never changes: find out who changed one of them"
            )
        return Lock(self.release, {**self.packages, platform: package}, self.archives | made.archives)

    @property
    def text(self) -> str:
        """A lock file of Terraform's."""
        packages = [f'    "{package}", # {platform}' for platform, package in sorted(self.packages.items())]
        return "\n".join(
            (
                f"# What Terraform may run of AWS provider {self.release}. By `ffp providers lock`; review changes.",
                "",
                f'provider "{providers.SOURCE}" {{',
                f'  version     = "{self.release}"',
                f'  constraints = "{self.release}"',
                "  hashes = [",
                *packages,
                *(f'    "{archive}",' for archive in sorted(self.archives)),
                "  ]",
                "}",
                "",
            )
        )


def releases_in_use() -> tuple[str, ...]:
    """The releases of the provider that the environments name."""
    return tuple(sorted({each.provider_release for each in environments.load().values()}))


def pin(
    program: Path,
    releases: Iterable[str],
    platforms: Sequence[str],
    mirror: str | None,
    report: Callable[[str], object],
) -> None:
    """Adds each release's packages for these platforms to its lock, from the registry or a mirror (folder, address).

    Raises BadInputError for what is no platform; ToolError where the registry is out of reach, Terraform refuses, or
    a package is not HashiCorp's or differs from the pinned one. The lock of that release then stays as it was.
    """
    if wrong := [each for each in platforms if not re.fullmatch(r"[a-z0-9]+_[a-z0-9]+", each)]:
        raise BadInputError(*(f"platform: {each} is none; name system and processor, as linux_arm64" for each in wrong))
    for release in releases:
        lock, file = Lock.read(release), providers.lock_file(release)
        for platform in platforms:
            report(f"asking {mirror or 'the registry'} for {release} for {platform}")
            lock = lock.with_package(platform, _ask(program, release, platform, mirror, report))
        with put_in_place(file, lock.text):
            pass
        report(f"{file}: review and commit it; from the next synthesis on, each init demands it")


def _ask(program: Path, release: str, platform: str, mirror: str | None, report: Callable[[str], object]) -> Lock:
    options = [f"-platform={platform}"]
    if mirror:
        remote = mirror.startswith("https://")
        options.append(f"-net-mirror={mirror}" if remote else f"-fs-mirror={Path(mirror).resolve()}")
    required = {"aws": {"source": providers.SOURCE, "version": release}}
    with tempfile.TemporaryDirectory(prefix="ffp-providers-") as folder:
        stack = json.dumps({"terraform": {"required_providers": required}})
        Path(folder, "main.tf.json").write_text(stack, encoding="utf-8")
        done = subprocess.run(  # noqa: S603 - the program that require_program() chose
            [program, "providers", "lock", "-no-color", *options],
            cwd=folder,
            env=providers.surroundings(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ToolError(_refusal(done.stderr or done.stdout, release, mirror))
        for line in re.findall(r"^- Retrieved (.*)$", done.stdout, re.MULTILINE):
            report(line)  # with who signed it
            if mirror is None and not line.endswith("(signed by HashiCorp)"):
                raise ToolError(f"providers: the registry offers {line}; only HashiCorp's signature is accepted")
        return Lock.parse(release, Path(folder, providers.LOCK).read_text(encoding="utf-8"))


def _refusal(said: str, release: str, mirror: str | None) -> str:
    if mirror is None and any(mark in " ".join(said.split()) for mark in _OUT_OF_REACH):
        return (
            f"providers: the registry is out of reach, and it alone has the signed hashes of AWS provider {release}; "
            "run this where it answers, or name a mirror that you trust with --mirror"
        )
    return f"terraform providers lock: {said.strip()}"
