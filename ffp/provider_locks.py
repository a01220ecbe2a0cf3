"""The locks in `providers/`: the packages of each AWS provider release that Terraform may run.

A published package never changes, so each platform has exactly one hash. `terraform providers lock` would add a second
hash if a mirror offered a different package. It therefore runs for one platform at a time, in a folder without a lock.
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

_UNREACHABLE = ("could not connect to", "could not query provider registry")
_PACKAGE = re.compile(r'"(h1:[^"]+)",(?: # (\w+))?')
_ARCHIVE = re.compile(r'"(zh:[^"]+)"')


@dataclass(frozen=True)
class Lock:
    """The pinned packages of one provider release."""

    release: str
    packages: Mapping[str, str] = field(default_factory=dict)  # by platform, the hash of the unpacked package
    archives: frozenset[str] = frozenset()  # the signed hashes of the archives, for all platforms

    @classmethod
    def read(cls, release: str) -> "Lock":
        """Reads a release's lock; it is empty if the file is missing.

        Raises BadInputError for a hash without a platform.
        """
        file = providers.lock_file(release)
        lock = cls.parse(release, file.read_text(encoding="utf-8") if file.exists() else "")
        if "" in lock.packages:
            raise BadInputError(f"{file}: a hash has no platform; recreate this file with `ffp providers lock`")
        return lock

    @classmethod
    def parse(cls, release: str, text: str) -> "Lock":
        """Parses a lock from `text`, or one that Terraform wrote for one platform, whose hash has no platform."""
        packages = {platform: package for package, platform in _PACKAGE.findall(text)}
        return cls(release, packages, frozenset(_ARCHIVE.findall(text)))

    def admits(self, platform: str) -> bool:
        """Whether Terraform may run a package on this platform."""
        return platform in self.packages or bool(self.archives)

    def with_package(self, platform: str, other: "Lock") -> "Lock":
        """This lock with the package of another one.

        Raises ToolError if a different package is pinned for the platform.
        """
        (package,) = other.packages.values()
        if (pinned := self.packages.get(platform, package)) != package:
            raise ToolError(
                f"providers: the package of {self.release} for {platform} is {package}, but {pinned} is pinned; "
                "a published package never changes: find out who changed one of the two"
            )
        return Lock(self.release, {**self.packages, platform: package}, self.archives | other.archives)

    @property
    def text(self) -> str:
        """The content of a Terraform lock file, with the platform of each package as a comment."""
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
    """The provider releases that the environments use, sorted."""
    return tuple(sorted({each.provider_release for each in environments.load().values()}))


def pin(
    program: Path,
    releases: Iterable[str],
    platforms: Sequence[str],
    mirror: str | None,
    report: Callable[[str], object],
) -> None:
    """Adds each release's packages for these platforms to its lock, from the registry or a mirror (folder or URL).

    Raises BadInputError for an invalid platform. Raises ToolError if the registry is unreachable, Terraform fails, or
    a package is not signed by HashiCorp or differs from the pinned one. That release's lock then stays as it was.
    """
    if wrong := [each for each in platforms if not re.fullmatch(r"[a-z0-9]+_[a-z0-9]+", each)]:
        raise BadInputError(
            *(f"platform: {each} is invalid; name system and processor, such as linux_arm64" for each in wrong)
        )
    for release in releases:
        lock, file = Lock.read(release), providers.lock_file(release)
        for platform in platforms:
            report(f"asking {mirror or 'the registry'} for {release} for {platform}")
            lock = lock.with_package(platform, _lock_from_terraform(program, release, platform, mirror, report))
        with put_in_place(file, lock.text):
            pass
        report(f"{file}: review and commit it; after the next synthesis, each init requires it")


def _lock_from_terraform(
    program: Path, release: str, platform: str, mirror: str | None, report: Callable[[str], object]
) -> Lock:
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
            env=providers.environment_variables(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ToolError(_explain_failure(done.stderr or done.stdout, release, mirror))
        for line in re.findall(r"^- Retrieved (.*)$", done.stdout, re.MULTILINE):
            report(line)  # includes the signer
            if mirror is None and not line.endswith("(signed by HashiCorp)"):
                raise ToolError(f"providers: the registry offers {line}; only HashiCorp's signature is accepted")
        return Lock.parse(release, Path(folder, providers.LOCK).read_text(encoding="utf-8"))


def _explain_failure(output: str, release: str, mirror: str | None) -> str:
    if mirror is None and any(mark in " ".join(output.split()) for mark in _UNREACHABLE):
        return (
            f"providers: the registry is unreachable, and only it has the signed hashes of AWS provider {release}; "
            "run this where it is reachable, or name a mirror that you trust with --mirror"
        )
    return f"terraform providers lock: {output.strip()}"
