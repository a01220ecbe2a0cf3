"""Functions in TypeScript: esbuild bundles each handler with what it imports, the same bytes on every machine.

A bundle is an ES module, which Lambda's Node loads by its ending `.mjs`: handlers may await at their top level and use
`import.meta`, only what is imported is packed, and esbuild lists the exports. Packages that are CommonJS scripts find
the `require` that they need in the banner. AWS's SDK is bundled as any package: what runs is then the release that the
lock pins and tests have seen, while the runtime's own changes without a deploy.
"""

import json
import os
import platform
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from functools import cache
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from modules.functions import npm
from modules.functions.files import write
from settings import Folder, FunctionSettings, Problem, sources
from settings.base import InvalidSettings, collect
from settings.code import LIBRARY, ROOT, TYPESCRIPT_LIBRARY
from settings.npm import LOCK, pinned_at

Key = tuple[Folder, str, str]  # a folder, a runtime, and the entry that is bundled
Bundle = Mapping[str, bytes]  # the files of a package, by their names in it

_ESBUILD = Path(__file__).parent / "esbuild"
_PROCESSORS = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}
_BANNER = (
    'import{createRequire as ffpCreateRequire}from"node:module";'
    "const require=ffpCreateRequire(import.meta.url),{filename:__filename,dirname:__dirname}=import.meta;"
)
_LIBRARY_NAME = PurePosixPath(TYPESCRIPT_LIBRARY).name
_OPTIONS = (
    "--bundle",
    "--platform=node",
    "--format=esm",
    "--out-extension:.js=.mjs",
    f"--banner:js={_BANNER}",
    # ES modules of packages first: of these esbuild can leave out what nothing uses. A quarter of a bundle with AWS's
    # SDK is saved.
    "--main-fields=module,main",
    "--preserve-symlinks",  # so that paths are those below the folder
    "--minify",
    "--keep-names",  # in stack traces, and where code asks for a class's name
    "--charset=utf8",
    "--sourcemap",
    "--sources-content=false",  # names and lines suffice for a stack trace
    "--legal-comments=eof",
    *(f"--loader:{ending}=text" for ending in sources.TEXTS),
    "--color=false",
    "--log-level=error",
    "--log-limit=0",
    "--metafile=meta.json",
    f"--alias:{_LIBRARY_NAME}=./{TYPESCRIPT_LIBRARY}",
)
_ERROR = re.compile(
    r"\[ERROR\] (?P<what>[^\n]*)\n(?:\n {4}(?P<place>[^\n]+?:\d+):\d+:\n(?: {6}\d+ │ (?P<text>[^\n]*)\n)?)?"
)
_TEXTS = " and ".join(sources.TEXTS)
_UNRESOLVED = re.compile(r'Could not resolve "([^"]+)"')


def bundles(functions: tuple[FunctionSettings, ...]) -> dict[Key, Bundle]:
    """What the packages of these functions hold, as far as they are bundled; equal entries are bundled once.

    Raises InvalidSettings with every problem of every function: what esbuild cannot read or find, packages that npm
    cannot fetch, and handlers that nothing exports.
    """
    entries: dict[tuple[Folder, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for each in functions:
        if isinstance(each.code, Folder) and (entry := each.entry):
            entries[each.code, each.runtime][entry].add(each.handler)
    problems: list[Problem] = []
    found: dict[Key, Bundle] = {}
    for (code, runtime), handlers in entries.items():
        try:
            bundled, exports = _bundled(code, runtime, tuple(sorted(handlers)))
        except InvalidSettings as failure:
            problems += failure.problems
            continue
        for entry, files in bundled.items():
            found[code, runtime, entry] = files
            collect(_unexported(code, entry, handlers[entry], exports[entry]), problems)
    if problems:
        raise InvalidSettings(problems)
    return found


def _unexported(code: Folder, entry: str, handlers: Iterable[str], exports: frozenset[str]) -> Iterator[Problem]:
    for handler in sorted(handlers):
        name = PurePosixPath(handler).name.split(".")[1]
        if name not in exports:
            limit = f"{entry} exports no {name}, but {', '.join(sorted(exports)) or 'nothing'}"
            yield Problem(f"{code.path}/{entry}", handler, limit, "export it, or correct the handler")


@cache  # every environment has the same
def _bundled(
    code: Folder, runtime: str, entries: tuple[str, ...]
) -> tuple[dict[str, Bundle], dict[str, frozenset[str]]]:
    """For each entry the files of its package and the names that it exports."""
    # Not in this repository: what lies in the node_modules of a folder above would be found there.
    with TemporaryDirectory() as temporary, ExitStack() as unpacked:
        # Links on the way, which some systems have in their folder for temporary files, would show in source maps.
        stage = Path(temporary).resolve()
        files = code.files(ROOT, runtime)
        contents = {file: file.read_bytes() for file in files.values()}
        folders = [code.path]
        if code.carries_library(runtime):
            contents |= {file: file.read_bytes() for file in _library()}
            folders.append(TYPESCRIPT_LIBRARY)
        for file, content in contents.items():
            copy = stage / file.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(content)
        for folder in folders:  # each finds its own packages alone
            packages = unpacked.enter_context(npm.unpacked(ROOT / folder))
            (stage / folder / "node_modules").symlink_to(packages)
        sources = {entry: files[entry].relative_to(ROOT) for entry in entries}
        made = _run(stage, code, runtime, map(str, sources.values()))
        return (
            {entry: _files(stage, entry, source) for entry, source in sources.items()},
            {entry: frozenset(made[source.with_suffix(".mjs").as_posix()]) for entry, source in sources.items()},
        )


def _library() -> list[Path]:
    """The handlers' library in TypeScript, which has RDS's roots from the one in Python."""
    roots = [file for file in sources.packed(ROOT, LIBRARY) if file.suffix == ".pem"]
    return [*sources.packed(ROOT, TYPESCRIPT_LIBRARY), *roots]


def _files(stage: Path, entry: str, source: Path) -> Bundle:
    name, place = PurePosixPath(entry), stage / source
    return {
        name.with_suffix(ending).as_posix(): place.with_suffix(ending).read_bytes() for ending in (".mjs", ".mjs.map")
    }


def _run(stage: Path, code: Folder, runtime: str, sources: Iterable[str]) -> dict[str, list[str]]:
    """Bundles in place. Returns the exports of each file that was made."""
    release = runtime.removeprefix("nodejs").removesuffix(".x")
    configuration = f"{code.path}/tsconfig.json"
    command = [
        str(_program()),
        *sources,
        *_OPTIONS,
        f"--target=node{release}",
        "--outdir=.",
        "--outbase=.",
        f"--tsconfig={configuration}" if (stage / configuration).exists() else "--tsconfig-raw={}",
    ]
    # Files of `includes` find the packages of the folder, too.
    environment = {"NODE_PATH": str(stage / code.path / "node_modules")}
    done = subprocess.run(  # noqa: S603 - a pinned program, and files of this repository
        command, cwd=stage, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise InvalidSettings(sorted(_problems(code, done.stderr), key=str))
    made = json.loads((stage / "meta.json").read_bytes())
    if strange := sorted(name for name in made["inputs"] if name.startswith("..") or os.path.isabs(name)):
        raise InvalidSettings([_strange(code, name) for name in strange])
    return {name: output["exports"] for name, output in made["outputs"].items()}


def _problems(code: Folder, errors: str) -> Iterator[Problem]:
    told = list(_ERROR.finditer(errors))
    for error in told:
        what, place = error["what"], error["place"] or code.path
        yield Problem(place, (error["text"] or "").strip(), what, _remedy(code, what, PurePosixPath(place).parent))
    if not told:
        yield Problem(code.path, "esbuild", errors.strip().partition("\n")[0] or "it ended without a word", "see there")


def _remedy(code: Folder, what: str, beside: PurePosixPath) -> str:
    unresolved = _UNRESOLVED.match(what)
    if what.startswith("No loader is configured") or (unresolved and _is_of_another_kind(beside / unresolved[1])):
        return f"export its text from a .ts file: bundles import {', '.join(sources.IMPORTED)} ({_TEXTS} as text)"
    if not unresolved:
        return "correct it there"
    if unresolved[1].startswith((f"{_LIBRARY_NAME}/", f"./{TYPESCRIPT_LIBRARY}/")):
        return f"see what {TYPESCRIPT_LIBRARY} has"
    if unresolved[1].startswith((".", "/")):
        return "correct the path, `git add` that file, or name its folder in `includes` of the code"
    name = "/".join(unresolved[1].split("/")[: 2 if unresolved[1].startswith("@") else 1])
    return f"run `npm install {name}` in {code.path}, which puts it into {LOCK}"


def _is_of_another_kind(file: PurePosixPath) -> bool:
    """Whether a file is there that no bundle imports, such as a template, which is not packed."""
    return file.suffix not in sources.IMPORTED and (ROOT / file).is_file()


def _strange(code: Folder, name: str) -> Problem:
    return Problem(
        f"{code.path}/{LOCK}",
        PurePosixPath(name).name,
        "is imported, was found outside of the folder, and is not pinned",
        f"run `npm install` for its package in {code.path}",
    )


@cache
def _program() -> Path:
    """The pinned esbuild for this machine, itself compared with the lock. It needs no Node."""
    system, processor = sys.platform, platform.machine().lower()
    machine = f"{system}-{_PROCESSORS.get(processor, processor)}"
    try:
        package = pinned_at(_ESBUILD / LOCK, f"node_modules/@esbuild/{machine}")
    except KeyError:
        limit = "esbuild, which bundles TypeScript, has no release for this machine"
        raise InvalidSettings([Problem("runtime", machine, limit, "synthesise on another one")]) from None
    archive = npm.fetched(_ESBUILD, [package])[package]
    (content,) = (content for name, content in npm.members(archive) if name == "bin/esbuild")
    path = npm.STORE / f"esbuild-{package.sha512[:40]}"
    if not path.exists() or path.read_bytes() != content:
        write(path, content, mode=0o755)
    return path
