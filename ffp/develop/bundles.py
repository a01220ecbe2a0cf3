"""Packages of functions in TypeScript as synthesis bundles them, made anew only where one of their files changed."""

import base64
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ffp.project import ROOT
from settings import Folder, FunctionSettings, sources
from settings.code import LIBRARY, TYPESCRIPT_LIBRARY

_FAILED = "bundling did not end well; it is tried again, and `make synth` says more"
_Key = tuple[Folder, str, str]  # code, runtime and handler


@dataclass(frozen=True)
class Bundle:
    """A function's package, or why there is none."""

    archive: bytes = field(default=b"", repr=False)
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bundles:
    """The packages that were made last, each with the digest of the files that it was made of."""

    root: Path = ROOT
    _made: dict[_Key, tuple[str, Bundle]] = field(default_factory=dict, init=False, repr=False)

    def of(self, functions: Mapping[str, FunctionSettings]) -> dict[str, Bundle]:
        """The package of each function of the files as they are now. Raises OSError if a file goes away meanwhile."""
        digests = {name: self._digest(function) for name, function in functions.items()}
        stale = {
            name: function
            for name, function in functions.items()
            if self._made.get(_key(function), ("",))[0] != digests[name]
        }
        found = self._bundle(stale) if stale else {}
        for name, bundle in found.items():
            self._made[_key(stale[name])] = digests[name], bundle
        failed = Bundle(problems=(_FAILED,))  # is not kept, so that the next look tries again
        return {
            name: found.get(name, failed) if name in stale else self._made[_key(function)][1]
            for name, function in functions.items()
        }

    def _digest(self, function: FunctionSettings) -> str:
        digest = hashlib.sha256()
        for file in self._files(function):
            content = file.read_bytes()
            digest.update(f"{file}\0{len(content)}\n".encode() + content)
        return digest.hexdigest()

    def _files(self, function: FunctionSettings) -> Iterator[Path]:
        for folder in folders(function):
            yield from sources.packed(self.root, folder)
        yield from (file for file in sources.packed(self.root, LIBRARY) if file.suffix == ".pem")  # as the library's

    def _bundle(self, functions: Mapping[str, FunctionSettings]) -> dict[str, Bundle]:
        """Bundles in a process of its own, as synthesis is: what CDKTF brings stays out of this one. {} if it fails."""
        asked = [
            {
                "name": name,
                "path": _folder(function).path,
                "includes": _folder(function).includes,
                "runtime": function.runtime,
                "handler": function.handler,
            }
            for name, function in functions.items()
        ]
        done = subprocess.run(
            [sys.executable, "-m", "modules.functions.bundle"],
            cwd=self.root,
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        if done.returncode:  # a file may have gone away
            return {}
        return {
            name: Bundle(base64.b64decode(made.get("package", "")), tuple(made.get("problems", ())))
            for name, made in json.loads(done.stdout).items()
        }


def folders(function: FunctionSettings) -> tuple[str, ...]:
    """The folders from whose files a bundle is made, the library's included."""
    code = _folder(function)
    return (*code.folders, *((TYPESCRIPT_LIBRARY,) if code.carries_library(function.runtime) else ()))


def _key(function: FunctionSettings) -> _Key:
    return _folder(function), function.runtime, function.handler


def _folder(function: FunctionSettings) -> Folder:
    assert isinstance(function.code, Folder)  # noqa: S101 - other code is not bundled
    return function.code
