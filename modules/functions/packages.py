"""The packages that lie beside a stack, each once however many functions run it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from modules.common import Context
from modules.framework import AssetType, Construct, TerraformAsset
from modules.functions.bundling import bundles
from modules.functions.packaging import Package, package, unpacked_imports, zipped
from settings import Folder, FunctionSettings, Problem
from settings.base import InvalidSettings


@dataclass(frozen=True)
class Packaged:
    """A package beside the stack: its path from the stack's folder, and its SHA-256 as Lambda states it."""

    path: str
    sha256_base64: str


class Packages(Construct):
    """The packages of a stack's functions. Raises InvalidSettings with all that is wrong with what they carry."""

    def __init__(self, scope: Construct, id_: str, *, context: Context, functions: Iterable[FunctionSettings]) -> None:
        super().__init__(scope, id_)
        self._context = context
        several = tuple(functions)
        problems: list[Problem] = []
        try:
            self._bundles = bundles(several)
        except InvalidSettings as failure:
            problems += failure.problems
        handlers: dict[tuple[Folder, str, str], list[str]] = defaultdict(list)
        for function in several:
            try:
                if isinstance(function.code, Folder) and not function.entry:
                    self._pack(function, function.code)
                    handlers[function.code, function.runtime, function.architecture].append(function.handler)
            except InvalidSettings as failure:
                problems += failure.problems
        if not context.emulated:  # which has the packages of every function installed for all
            for (code, runtime, architecture), those in handlers.items():
                if runtime.startswith("python"):
                    problems += unpacked_imports(code, runtime, architecture, tuple(those))
        if problems:
            raise InvalidSettings(problems)
        self._packaged: dict[str, Packaged] = {}

    def of(self, function: FunctionSettings, code: Folder) -> Packaged:
        """Copies a package beside the stack, unless it is there."""
        built = self._built(function, code)
        digest = built.sha256.hex()[:32]
        if digest not in self._packaged:
            # CDKTF would read and hash the file again.
            asset = TerraformAsset(self, digest, path=str(built.path), type=AssetType.FILE, asset_hash=digest)
            self._packaged[digest] = Packaged(asset.path, built.sha256_base64)
        return self._packaged[digest]

    def _built(self, function: FunctionSettings, code: Folder) -> Package:
        if entry := function.entry:
            return zipped(PurePosixPath(entry).stem, self._bundles[code, function.runtime, entry])
        return self._pack(function, code)

    def _pack(self, function: FunctionSettings, code: Folder) -> Package:
        # Python's are built for Lambda's processors. The emulator has the same releases installed for its own, and what
        # functions bring of their own by the locks in their packages.
        return package(code, function.runtime, function.architecture, with_packages=not self._context.emulated)
