"""Whether what a handler in Python imports would be there on Lambda: in its package, or in the runtime.

Only imports that run for certain are judged: not those under a condition, or in a `try` that catches their failure.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import packages_distributions
from pathlib import Path, PurePosixPath

from packaging.utils import canonicalize_name
from stdlibs import stdlib_module_names

from settings import Folder, Problem
from settings.code import LIBRARY, PACKAGES, ROOT
from settings.python import ANY, Import, Module, dotted, module_at, names_of, reached
from settings.sources import REQUIREMENTS_SOURCE

# What Lambda's Python brings: the names of its distributions, which a lock may leave out, with those of their modules.
OF_THE_RUNTIME = {
    "boto3": "boto3",
    "botocore": "botocore",
    "jmespath": "jmespath",
    "python-dateutil": "dateutil",
    "s3transfer": "s3transfer",
    "six": "six",
    "urllib3": "urllib3",
}
# What a distribution imports only when it is used, and requires only as an extra: by its module and the name.
_IMPORTS_ON_USE = {
    ("aws_lambda_powertools", "Tracer"): "aws_xray_sdk",
    ("aws_lambda_powertools.tracing", "Tracer"): "aws_xray_sdk",
}
_MACHINE_CODE = ".so"


@dataclass(frozen=True)
class _Package:
    """What is packed for a runtime: every file, and which of them are our own code."""

    code: Folder
    runtime: str
    files: Mapping[str, bytes]
    own: Mapping[str, Path]

    @cached_property
    def modules(self) -> dict[str, str]:
        """The file of each module, by the module's name."""
        code = {dotted(file): file for file in self.files if file.endswith(".py")}
        built = {file.partition(".")[0].replace("/", "."): file for file in self.files if file.endswith(_MACHINE_CODE)}
        return built | code

    @cached_property
    def packages(self) -> frozenset[str]:
        """Every folder with modules: a package, even without an `__init__.py`."""
        folders = {
            folder.as_posix().replace("/", ".") for file in self.modules.values() for folder in Path(file).parents
        }
        return frozenset(folders - {"."})

    @cached_property
    def of_the_runtime(self) -> frozenset[str]:
        release = self.runtime.removeprefix("python")
        return stdlib_module_names(release) | frozenset(OF_THE_RUNTIME.values())

    def own_module(self, name: str) -> Module | None:
        """A module of ours, whose imports are judged; those of distributions are their makers'."""
        path = self.own.get(self.modules.get(name, ""))
        return module_at(name, path, path.stat().st_mtime_ns) if path else None

    def missing(self, wanted: Import) -> str | None:
        """The first module or name of an import that would not be there; None if all of it would."""
        on_use = _IMPORTS_ON_USE.get((wanted.module, wanted.name))
        if on_use and on_use not in self.packages:
            return on_use
        if not wanted.module:
            return wanted.name  # `from . import name` where there is no package
        steps = wanted.module.split(".")
        if steps[0] not in self.modules and steps[0] not in self.packages:
            return None if steps[0] in self.of_the_runtime else steps[0]
        for depth in range(1, len(steps)):
            inner = ".".join(steps[: depth + 1])
            if inner not in self.modules and inner not in self.packages:
                # What is no folder can still make modules of its own while it is imported, as six does.
                is_sure = ".".join(steps[:depth]) in self.packages
                return inner if is_sure else None
        inner = f"{wanted.module}.{wanted.name}"
        if not wanted.name or inner in self.modules or inner in self.packages:
            return None
        return None if {wanted.name, ANY} & self._names(wanted.module) else inner

    def _names(self, module: str) -> set[str]:
        file = self.modules.get(module)
        if file is None:
            return set()  # a folder without an `__init__.py` has modules alone
        try:
            return {ANY} if file.endswith(_MACHINE_CODE) else names_of(self.files[file])
        except (SyntaxError, ValueError):
            return {ANY}


def import_problems(
    code: Folder, runtime: str, handlers: Iterable[str], files: Mapping[str, bytes]
) -> Iterator[Problem]:
    """Each module or name that neither a package with these files nor Lambda's runtime has, at its first import."""
    package = _Package(code, runtime, files, code.files(ROOT, runtime))
    found: dict[str, dict[tuple[Path, Import], None]] = defaultdict(dict)
    needing: dict[str, dict[str, None]] = defaultdict(dict)
    for handler in handlers:
        for module, part in reached(package.own_module, handler):
            for wanted in module.imports.get(part, ()):
                if missing := package.missing(wanted):
                    found[missing][module.path, wanted] = None
                    needing[missing][handler] = None
    for missing, imports in found.items():
        (path, wanted), *more = imports
        first = f" (the first of {len(imports)} imports)" if more else ""
        yield Problem(
            f"{path.relative_to(ROOT).as_posix()}:{wanted.line}",
            wanted.text,
            f"for {', '.join(needing[missing])} it needs {missing}{first}; the package of {code.path} has none, "
            f"and neither has {runtime}",
            _remedy(package, missing),
        )


def _remedy(package: _Package, missing: str) -> str:
    code, steps = package.code, missing.split(".")
    place = "/".join(steps)
    own = next((each for each in (f"{place}.py", f"{place}/__init__.py") if (ROOT / code.path / each).is_file()), None)
    if own:
        return f"`git add` {code.path}/{own}: only what git tracks is packed"
    distribution = _distribution(steps[0])
    if steps[0] in package.modules or steps[0] in package.packages:
        start = package.modules.get(steps[0], f"{steps[0]}/")
        if any(file.startswith(start) for file in package.own):
            at = LIBRARY if PurePosixPath(LIBRARY).name == steps[0] else code.path
            return f"correct the name: see what {at} has"
        return f"correct the name, or pack the whole of {distribution}: name it in {code.path}/{REQUIREMENTS_SOURCE}"
    if distribution in PACKAGES:
        return f'add "{distribution}" to `packages` of the code'
    if folder := next((each for each in sorted((ROOT / "application").glob(f"**/{steps[0]}")) if each.is_dir()), None):
        return f'add "{folder.relative_to(ROOT).as_posix()}" to `includes` of the code'
    return (
        f"name the distribution that has it in {code.path}/{REQUIREMENTS_SOURCE} and run `make lock-functions`, "
        "or correct the import"
    )


def _distribution(module: str) -> str:
    """The distribution that brings a module, as far as this machine has it installed; else one of the same name."""
    found = packages_distributions().get(module, [module])
    return canonicalize_name(found[0])
