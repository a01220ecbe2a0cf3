"""Where a function's code comes from, and whether the handler that Lambda will call is in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated

from settings import npm, sources
from settings.base import Problem, Settings, matching, must, one_of
from settings.handlers import refusal, typescript_entry

ROOT = Path(__file__).resolve().parents[1]
# What packages of Python carry besides those of a folder's own lock.
LOCK = ROOT / "application" / "requirements.txt"
PACKAGES = tuple(re.findall(r"^([\w.-]+)==", LOCK.read_text(encoding="utf-8"), re.MULTILINE))
_OTHER_PACKAGES = "choose one of these, or name it in a requirements.in in the folder and run `make lock-functions`"
LIBRARY = "library/python/ffp_lambda"  # in every package for Python, beside the modules of the function itself
TYPESCRIPT_LIBRARY = "library/typescript/ffp-lambda"  # in every bundle of a folder that imports from it by its name


def is_module(name: str) -> bool:
    """Whether this repository has a Python module of that dotted name."""
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


FolderPath = Annotated[
    str,
    must(
        lambda path: (ROOT / path).is_dir() and (ROOT / path).resolve().is_relative_to(ROOT),
        "must be a folder of this repository",
        "create it, or correct the path",
    ),
]


@dataclass(frozen=True, kw_only=True)
class Folder(Settings):
    """Code of this repository, zipped reproducibly for the function's runtime.

    For Python: the modules, the handlers' library, what `packages` names, and all that a requirements.txt in the folder
    pins, for the function's runtime and architecture. A handler that imports what is neither there nor in Lambda's
    runtime is refused. For Node: a handler in TypeScript, bundled with
    what it imports: the handlers' library as `ffp-lambda/…`, and packages of the folder's package-lock.json; code in
    JavaScript is packed as it is.
    """

    path: FolderPath
    """The folder with the function's modules, from the root of this repository. Only files that git tracks are
    packed."""

    includes: tuple[FolderPath, ...] = ()
    """More folders, each packed under its own name: `application/migrations` becomes `migrations/`. TypeScript imports
    from them by the path between the two folders. By default there are none."""

    packages: tuple[Annotated[str, one_of(*PACKAGES, remedy=_OTHER_PACKAGES)], ...] = ()
    """Distributions of `application/requirements.txt` to pack, together with what they need; other ones, or other
    versions, come from a requirements.txt in the folder. Node's packages are those of the folder's package.json."""

    @property
    def folders(self) -> tuple[str, ...]:
        """Every folder of the repository whose files are packed, beside the library."""
        return (self.path, *self.includes)

    def lock(self, root: Path) -> Path | None:
        """The requirements.txt that pins this folder's own packages of Python, if it has one."""
        lock = root / self.path / sources.REQUIREMENTS
        return lock if lock.is_file() and not lock.is_symlink() else None

    def files(self, root: Path, runtime: str) -> dict[str, Path]:
        """Our files for that runtime, without locked packages: each by its name in a package that has all of them.

        For Python the folder's lock is one of them: from it auditors on AWS see, and the emulator gives, what it pins.
        """
        own = {file.relative_to(root / self.path).as_posix(): file for file in sources.packed(root, self.path)}
        if runtime.startswith("python") and (lock := self.lock(root)):
            own[lock.name] = lock
        beside = {
            file.relative_to((root / folder).parent).as_posix(): file
            for folder in (*((LIBRARY,) if runtime.startswith("python") else ()), *self.includes)
            for file in sources.packed(root, folder)
        }
        return {**beside, **own}

    def carries_library(self, runtime: str) -> bool:
        """Whether the handlers' library can be in a package of this folder: always for Python; if named, for Node."""
        if runtime.startswith("python"):
            return True
        name = f"{PurePosixPath(TYPESCRIPT_LIBRARY).name}/".encode()
        return any(name in file.read_bytes() for file in self.files(ROOT, runtime).values())

    def entry(self, handler: str, runtime: str) -> str | None:
        """The TypeScript file of a handler, by its name in `files`; None for code that is packed as it is."""
        return typescript_entry(handler, self.files(ROOT, runtime)) if runtime.startswith("nodejs") else None

    def handler_problems(self, handler: str, runtime: str) -> Iterator[Problem]:
        """Why Lambda's runtime would not find the handler in this folder's package, or would find no packages."""
        if not (ROOT / self.path).is_dir():
            return  # the path reports that itself
        files = self.files(ROOT, runtime)
        if found := refusal(handler, runtime, files):
            limit, remedy = found
            yield Problem("handler", handler, f"{runtime} does not find it in {self.path}: {limit}", remedy)
        elif runtime.startswith("nodejs") and not typescript_entry(handler, files):
            # The runtime brings AWS's own packages.
            required = npm.required(ROOT / self.path / npm.MANIFEST)
            if names := sorted(name for name in required if not name.startswith("@aws-sdk/")):
                limit = f"{', '.join(names)} of {self.path}/{npm.MANIFEST}: only for TypeScript are packages bundled"
                yield Problem("handler", handler, limit, "give the handler's file the ending .ts")


@dataclass(frozen=True, kw_only=True)
class S3Object(Settings):
    """Code that was built elsewhere: where it is stored, and the hash that it must have."""

    bucket: Annotated[
        str,
        matching(
            r"(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
            "must be the name of a bucket",
            "write only the name, without s3://",
        ),
    ]
    """The bucket that holds the package. Lambda reads it at each deploy that changes the function."""

    key: Annotated[
        str,
        matching(
            r"(?=.{1,1024}$)[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*",
            "must be the key of one object",
            "write it like builds/health.zip, without a leading / and without wildcards",
        ),
    ]
    """The object's key within the bucket."""

    sha256_base64: Annotated[
        str,
        matching(
            r"[A-Za-z0-9+/]{43}=",
            "must be a SHA-256 in base64",
            "use `openssl dgst -sha256 -binary | base64`",
        ),
    ]
    """The SHA-256 of the package, base64-encoded. It decides whether a deploy replaces the code."""
