"""Where a function's code comes from, and whether the handler that Lambda will call is in it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from environments.settings.base import Problem, Settings, matching, must, one_of

ROOT = Path(__file__).resolve().parents[2]
# What `make setup` fetches for Lambda, and the one platform that it fetches it for.
PACKAGES = tuple(re.findall(r"^([\w.-]+)==", (ROOT / "functions" / "requirements.txt").read_text(), re.MULTILINE))
PACKAGES_RUN_ON = ("python3.13", "arm64")
SHARED = "functions/shared"  # what all functions share lies beside their own modules
_ENDINGS = {"python": (".py",), "nodejs": (".mjs", ".js", ".cjs")}


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
        """What keeps Lambda from finding `module.function` in this folder."""
        *steps, function = handler.split(".")
        endings = next((found for kind, found in _ENDINGS.items() if runtime.startswith(kind)), ())
        modules = [Path(self.path, *steps).with_suffix(ending) for ending in endings]
        found = next((module for module in modules if (ROOT / module).is_file()), None)
        if not (ROOT / self.path).is_dir() or not modules:
            return  # which path and runtime say themselves
        if found is None:
            yield Problem(
                "handler",
                handler,
                f"there is no {modules[0].as_posix()} for {runtime}",
                "write it, or mend the handler",
            )
        elif found.suffix == ".py":
            try:
                names = _names_in((ROOT / found).read_text())
            except SyntaxError as failure:
                yield Problem("handler", handler, f"{found.as_posix()} is no Python: {failure}", "mend that file")
                return
            if function not in names:
                yield Problem(
                    "handler", handler, f"{found.as_posix()} has no {function}", "write it, or mend the handler"
                )


def _names_in(source: str) -> set[str]:
    """What a Python module defines, read without running it."""
    names: set[str] = set()
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(statement.name)
        elif isinstance(statement, ast.Assign):
            names |= {target.id for target in statement.targets if isinstance(target, ast.Name)}
    return names


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
