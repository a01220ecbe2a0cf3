"""Where a function's code comes from, and whether the handler that Lambda will call is in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from environments.settings import sources
from environments.settings.base import Problem, Settings, matching, must, one_of
from environments.settings.handlers import refusal

ROOT = Path(__file__).resolve().parents[2]
# What `make setup` fetches for Lambda, and the one platform that it fetches it for.
PACKAGES = tuple(re.findall(r"^([\w.-]+)==", (ROOT / "functions" / "requirements.txt").read_text(), re.MULTILINE))
PACKAGES_RUN_ON = ("python3.13", "arm64")
SHARED = "functions/shared"  # what all functions share lies beside their own modules


@dataclass(frozen=True, kw_only=True)
class Folder(Settings):
    """Code of ours: the folder's modules, what functions share, and locked packages, zipped byte for byte the same."""

    path: Annotated[
        str,
        must(
            lambda path: (ROOT / path).is_dir() and (ROOT / path).resolve().is_relative_to(ROOT),
            "must be a folder of this repository",
            "make it, or mend the path",
        ),
    ]
    # distributions of functions/requirements.txt, fetched for one platform; what they need comes along
    packages: tuple[Annotated[str, one_of(*PACKAGES)], ...] = ()

    def handler_problems(self, handler: str, runtime: str) -> Iterator[Problem]:
        """What keeps Lambda's runtime from finding the handler in the package of this folder."""
        if not (ROOT / self.path).is_dir():
            return  # which the path says itself
        files = {
            file.relative_to(ROOT / folder).as_posix(): file
            for folder in (SHARED, self.path)
            for file in sources.packed(ROOT, folder)
        }
        if found := refusal(handler, runtime, files):
            limit, remedy = found
            yield Problem("handler", handler, f"{runtime} does not find it in {self.path}: {limit}", remedy)


@dataclass(frozen=True, kw_only=True)
class S3Object(Settings):
    """Code that was built elsewhere: where it lies and the hash it must have."""

    bucket: Annotated[
        str,
        matching(
            r"(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
            "must be the name of a bucket",
            "write the name alone, without s3://",
        ),
    ]
    key: Annotated[
        str,
        matching(
            r"(?=.{1,1024}$)[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*",
            "must be the key of one object",
            "write it like builds/health.zip, without a leading / and without wildcards",
        ),
    ]
    sha256_base64: Annotated[
        str,
        matching(
            r"[A-Za-z0-9+/]{43}=",
            "must be a SHA-256 in base64",
            "use `openssl dgst -sha256 -binary | base64`",
        ),
    ]
