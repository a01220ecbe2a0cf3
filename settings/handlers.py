"""Whether Lambda's runtime would find a handler among the files of a package, by the rules of AWS's own clients.

They are npm's `aws-lambda-ric` 4.0.2 and PyPI's `awslambdaric` 4.2.2. Code is read and never run: what only running it
would show, such as the names of `from x import *`, is accepted.
"""

import contextlib
import json
import posixpath
import sys
from collections.abc import Mapping
from pathlib import Path

from settings.javascript import exports, typescript_exports, written_as_module
from settings.python import ANY, names_of

Files = Mapping[str, Path]  # what a package holds of our own code, by its place in the package
Refusal = tuple[str, str]  # the limit that a handler breaks, and the remedy

_TASK = "/var/task/"  # where Lambda unpacks a package
_WRITE = "write it, or correct the handler"
_TYPESCRIPT = (".ts", ".mts")  # what a bundle of a handler may be made of
_JAVASCRIPT = (".js", ".mjs", ".cjs")  # in the order in which the client looks
_RENAME = "rename the file, or correct the handler"
# Loaded before any handler, so that a file with such a name is never read (awslambdaric on Python 3.11).
_LOADED_BEFORE = frozenset(
    (  # noqa: SIM905 - a list would fill a page
        "abc codecs collections contextlib copyreg decimal encodings enum fnmatch functools genericpath importlib io "
        "ipaddress json keyword linecache logging math numbers operator os pathlib posixpath re reprlib site stat "
        "string textwrap threading token tokenize traceback types urllib warnings weakref zipimport"
    ).split()
)


def refusal(handler: str, runtime: str, files: Files) -> Refusal | None:
    """Why this runtime would not find the handler; None where it would, or where only running the code would show."""
    if runtime.startswith("python"):
        return _of_python(handler, files)
    return _of_node(handler, runtime, files) if runtime.startswith("nodejs") else None


def typescript_entry(handler: str, files: Files) -> str | None:
    """The file in TypeScript that holds Node's handler; None where there is none."""
    place, _ = _split_for_node(handler)
    return next((each for each in (f"{place}{ending}" for ending in _TYPESCRIPT) if each in files), None)


def _of_python(handler: str, files: Files) -> Refusal | None:
    module, dot, name = handler.rpartition(".")
    steps = module.replace("/", ".").split(".")
    if not dot or not name or not all(steps):
        return "must be module.function", "write it like folder/list_things.handler"
    if steps[0] in sys.builtin_module_names or steps[0] in _LOADED_BEFORE:
        return f"{steps[0]} is one of Python's own modules, which is loaded before yours", _RENAME
    for depth in range(1, len(steps)):
        hiding = f"{'/'.join(steps[:depth])}.py"
        if hiding in files and f"{'/'.join(steps[:depth])}/__init__.py" not in files:
            return f"{hiding} hides the folder of the same name", _RENAME
    place = "/".join(steps)
    found = next((each for each in (f"{place}/__init__.py", f"{place}.py") if each in files), None)
    if found is None:
        return f"there is no {place}.py", _WRITE
    try:
        names = names_of(files[found].read_bytes())
    except (SyntaxError, ValueError) as failure:
        return f"{found} is not valid Python: {failure}", "correct that file"
    return None if {name, ANY} & names else (f"{found} has no {name}", _WRITE)


def _split_for_node(handler: str) -> tuple[str, str]:
    """The module, without ending, and the name in it; both empty where the handler does not have the form."""
    last = posixpath.basename(handler.rstrip("/"))
    root = handler[: handler.index(last)].rstrip("/") if last else ""
    module, dot, name = last.partition(".")
    if ".." in handler or not (dot and module and name):
        return "", ""
    root = f"{root}/".removeprefix(_TASK).rstrip("/")
    return posixpath.normpath(posixpath.join(root, module)), name


def _of_typescript(entry: str, name: str, files: Files) -> Refusal | None:
    place = entry.rpartition(".")[0]
    if others := [f"{place}{ending}" for ending in (*_TYPESCRIPT, *_JAVASCRIPT) if f"{place}{ending}" in files][1:]:
        return f"it could be {entry} or {' or '.join(others)}", f"keep {entry}, and remove what was compiled from it"
    known = typescript_exports(files[entry].read_text(encoding="utf-8", errors="replace"))
    return None if known is None or name.partition(".")[0] in known else (f"{entry} exports no {name}", _WRITE)


def _of_node(handler: str, runtime: str, files: Files) -> Refusal | None:
    place, name = _split_for_node(handler)
    if not place:
        return "must be module.function, without two dots together", "write it like folder/index.handler"
    if entry := typescript_entry(handler, files):
        return _of_typescript(entry, name, files)
    split = f"write {_with_slashes(handler)}: the module ends at the first dot" if "." in name else ""
    if any(each.startswith(f"{place}/") for each in files):
        return f"it looks for a module {place} and finds the folder", split or _RENAME
    found = next((each for each in (f"{place}{ending}" for ending in _JAVASCRIPT) if each in files), None)
    if found is None:
        return f"there is no {place}.ts, .mts, .js, .mjs or .cjs", split or _WRITE
    source = files[found].read_text(encoding="utf-8", errors="replace")
    written = written_as_module(source)
    as_module = found.endswith(".mjs") or (found.endswith(".js") and _in_module_package(found, files))
    # Lambda configures Node 22 not to detect a .js file's kind by its source; later releases do.
    if found.endswith(".js") and runtime != "nodejs22.x" and written:
        as_module = True
    if written is not None and written != as_module:
        kinds = ("an ES module", "a CommonJS script")
        read, meant = kinds if as_module else reversed(kinds)
        return f"it reads {found} as {read}, and that is written as {meant}", "give it the ending .mjs or .cjs"
    known = exports(source, as_module=as_module)
    first, *inner_steps = name.split(".")
    if known is None or (first in known and not (inner_steps and known[first])):
        return None
    return f"{found} exports no {name}", _WRITE


def _with_slashes(handler: str) -> str:
    *folders, function = handler.split(".")
    return f"{'/'.join(folders)}.{function}"


def _in_module_package(place: str, files: Files) -> bool:
    """Whether the nearest package.json makes a `.js` file an ES module."""
    folder = posixpath.dirname(place)
    while True:
        if package := files.get(posixpath.join(folder, "package.json")):
            with contextlib.suppress(ValueError):
                read = json.loads(package.read_bytes())
                return isinstance(read, dict) and read.get("type") == "module"
            return False
        if not folder:
            return False
        folder = posixpath.dirname(folder)
