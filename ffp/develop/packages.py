"""The packages of functions as a deploy would make them of the files as they are now, and what is wrong with these."""

import subprocess
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from ffp import node
from ffp.develop import bundles
from ffp.emulator import function_packages
from ffp.emulator.code import sha256_base64
from ffp.project import ROOT, ToolError
from settings import Folder, FunctionSettings, npm, requirements, sources
from settings.archive import zipped
from settings.code import LIBRARY, TYPESCRIPT_LIBRARY

_OF_NODE = (".cjs", ".js", ".mjs")
_BUNDLES = bundles.Bundles()


@dataclass(frozen=True)
class Package:
    """A deployment package, and its hash as Lambda states it."""

    archive: bytes = field(repr=False)
    sha256_base64: str


@dataclass(frozen=True)
class Mistake:
    """Why a file, or a handler that is looked for in it, cannot be deployed, and which functions it holds up."""

    text: str
    functions: tuple[str, ...]


def with_code(functions: Iterable[FunctionSettings]) -> dict[str, FunctionSettings]:
    """The functions whose code is in this repository, by name."""
    return {each.name: each for each in functions if isinstance(each.code, Folder)}


def folders(function: FunctionSettings) -> tuple[str, ...]:
    """The folders from whose files a function's package is made, the library's included."""
    code = function.code
    if isinstance(code, Folder) and function.entry:
        return bundles.folders(function)
    library = (LIBRARY,) if function.runtime.startswith("python") else ()
    return (*code.folders, *library) if isinstance(code, Folder) else ()


def package(function: FunctionSettings) -> Package:
    """What synthesis packs for an emulator, byte for byte, of a function without a mistake.

    Raises OSError if a file goes away or is broken meanwhile.
    """
    if function.entry:
        bundle = _BUNDLES.of({function.name: function})[function.name]
        if bundle.problems:
            raise OSError(bundle.problems[0])
        return Package(bundle.archive, sha256_base64(bundle.archive))
    contents = {name: file.read_bytes() for name, file in sorted(_files(function).items())}
    archive = zipped(contents)
    return Package(archive, sha256_base64(archive))


def mistakes(functions: Mapping[str, FunctionSettings]) -> list[Mistake]:
    """Everything for which synthesis or Lambda would refuse the functions' files, each once, by its place."""
    judge, held_up = _Judge(), dict[str, list[str]]()
    for name, function in functions.items():
        for text in judge.of(function):
            held_up.setdefault(text, []).append(name)
    wrong = {name for names in held_up.values() for name in names}
    bundled = {name: each for name, each in functions.items() if each.entry and name not in wrong}
    for name, bundle in _BUNDLES.of(bundled).items():
        for text in bundle.problems:
            held_up.setdefault(text, []).append(name)
    return [Mistake(text, tuple(names)) for text, names in held_up.items()]


def uninstalled(functions: Mapping[str, FunctionSettings], report: Callable[[str], object]) -> list[Mistake]:
    """Installs for the emulator what these functions bring of their own, and returns what could not be."""
    held_up: dict[str, list[str]] = {}
    for name, function in functions.items():
        for lock in function_packages.locks([function]):
            try:
                function_packages.install(lock, report)
            except ToolError as failure:
                held_up.setdefault(str(failure), []).append(name)
    return [Mistake(text, tuple(names)) for text, names in held_up.items()]


class _Judge:
    """Judges each folder and each file once, however many functions share it."""

    def __init__(self) -> None:
        self._folder = cache(lambda folder: [str(each) for each in sources.problems(ROOT, [folder])])
        self._locks = cache(lambda folder: [str(each) for each in requirements.problems(ROOT, [folder])])
        self._pins = cache(lambda folder: [str(each) for each in npm.problems(ROOT, [folder])])
        self._syntax = cache(_syntax)

    def of(self, function: FunctionSettings) -> Iterator[str]:
        assert isinstance(function.code, Folder)  # noqa: S101 - the others are left out
        for folder in folders(function):
            yield from self._folder(folder)
        if function.runtime.startswith("python"):
            yield from self._locks(function.code.path)
        if function.entry:
            for folder in (function.code.path, *({TYPESCRIPT_LIBRARY} & {*folders(function)})):
                yield from self._pins(folder)
            return  # bundling finds the rest
        wrong = [self._syntax(file, function.runtime) for file in _files(function).values()]
        yield from filter(None, wrong)
        if not any(wrong):  # such a file would be named a second time
            for problem in function.code.handler_problems(function.handler, function.runtime):
                yield f"{function.name}: {problem}"


def _files(function: FunctionSettings) -> dict[str, Path]:
    assert isinstance(function.code, Folder)  # noqa: S101 - the others are left out
    return function.code.files(ROOT, function.runtime)


def _syntax(file: Path, runtime: str) -> str | None:
    """Why the runtime could not read a file, with the place; None if it could, or if it never does."""
    place = file.relative_to(ROOT).as_posix()
    if file.suffix == ".py" and runtime.startswith("python"):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                compile(file.read_bytes(), place, "exec", dont_inherit=True)
        except SyntaxError as mistake:
            shown = f": {mistake.text.strip()}" if mistake.text else ""
            return f"{place}:{mistake.lineno or 1}:{mistake.offset or 1}: {mistake.msg}{shown}"
        except ValueError as mistake:  # null bytes
            return f"{place}:1:1: {mistake}"
    if file.suffix in _OF_NODE and runtime.startswith("nodejs") and (program := node.program()):
        done = subprocess.run(  # noqa: S603 - the pinned program, which only parses
            [program, "--check", file], capture_output=True, text=True, check=False
        )
        if done.returncode:
            said = next((line for line in done.stderr.splitlines() if "Error: " in line), "cannot be parsed")
            line = done.stderr.partition("\n")[0].rpartition(":")[2]
            return f"{place}:{line if line.isdigit() else 1}: {said}"
    return None
