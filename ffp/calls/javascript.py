"""Reads calls of AWS's SDK v3 in the JavaScript and TypeScript that a handler imports, by their text."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from ffp.calls.found import OUTSIDE, VARIABLE, Call

Files = Mapping[str, Path]  # by their names in the package
_ENDINGS = ("", ".ts", ".mts", ".js", ".mjs", ".cjs", "/index.ts", "/index.js")
# What is in quotes is kept, since it may contain what looks like a comment.
_COMMENT = re.compile(r"""("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|//[^\n]*|/\*.*?\*/""", re.DOTALL)
_IMPORT = re.compile(
    r"""(?P<type>import\s+type\b)?(?:import|export)\s*(?P<names>[\w*${}\s,]*?)\s*(?:from\s*)?["'](?P<module>[^"'\n]+)["']"""
    r"""|(?:const|let|var)\s+(?P<bound>\{[^}]*\}|\w+)\s*=\s*(?:await\s+import|require)\(\s*["'](?P<required>[^"'\n]+)["']"""
)
_FETCH = re.compile(r"(?<![\w.$])fetch\s*\(")
_OPEN_CONNECTIONS = frozenset(
    ("axios", "got", "http", "https", "net", "node-fetch", "node:http", "node:https", "node:net", "node:tls", "undici")
)
# `variable("NAME")` of the handlers' library, or the value itself where nothing stands in for a missing one.
_VARIABLE = re.compile(
    r"""(?<![\w.$])variable\(\s*["'](?P<read>\w+)["']\s*\)"""
    r"""|(?<!if \()(?<!if\()(?<![\w.$!])process\.env(?:\.(?P<named>\w+)|\[\s*["'](?P<quoted>\w+)["']\s*\])"""
    r"""(?!\w|\s*(?:\?|\|\||&&|[=!]?=))"""
)
_CLIENT = "@aws-sdk/client-"
_DOCUMENTS = "@aws-sdk/lib-dynamodb"
_UPLOADS = "@aws-sdk/lib-storage"
# Commands of the document client, which are called otherwise.
_OF_DOCUMENTS = {
    **{f"{verb}Command": f"{verb}Item" for verb in ("Delete", "Get", "Put", "Update")},
    **{f"Batch{verb}Command": f"Batch{verb}Item" for verb in ("Get", "Write")},
    **{f"Transact{verb}Command": f"{one}Item" for verb, one in (("Get", "Get"), ("Write", "Put"))},
}


def calls_of(entry: str, files: Files) -> Iterator[Call]:
    """The calls in a file and in what it imports of the package."""
    waiting, seen = [entry], set[str]()
    while waiting:
        name = waiting.pop(0)
        if name in seen or name not in files:
            continue
        seen.add(name)
        text = _without_comments(files[name].read_text(encoding="utf-8", errors="replace"))
        yield from _calls_in(text, files[name])
        for module, _ in _imports(text):
            if module.startswith("."):
                place = posixpath.normpath(posixpath.join(posixpath.dirname(name), module))
                bare = place.removesuffix(".js").removesuffix(".mjs")
                waiting += [f"{each}{ending}" for each in (place, bare) for ending in _ENDINGS]


def _without_comments(text: str) -> str:
    return _COMMENT.sub(lambda found: found[1] or "\n" * found[0].count("\n"), text)


def _imports(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each module that a file imports, with the names there by their aliases; `*` is the module itself."""
    for found in _IMPORT.finditer(text):
        if found["type"]:
            continue
        names = found["names"] or found["bound"] or ""
        module = found["module"] or found["required"]
        inner = re.search(r"\{([^}]*)\}", names)
        aliases = {}
        for each in inner[1].split(",") if inner else ():
            words = re.split(r"\s+as\s+|\s*:\s*", each.strip().removeprefix("type "))
            if words[0]:
                aliases[words[-1]] = words[0]
        if whole := re.search(r"\*\s*as\s+(\w+)|^(\w+)$", names.strip()):
            aliases[whole[1] or whole[2]] = "*"
        yield module, aliases


def _calls_in(text: str, file: Path) -> Iterator[Call]:
    for found in _VARIABLE.finditer(text):
        name = found["read"] or found["named"] or found["quoted"]
        yield Call(VARIABLE, name, file, text.count("\n", 0, found.start()) + 1)
    for found in _FETCH.finditer(text):
        yield Call(OUTSIDE, "fetch", file, text.count("\n", 0, found.start()) + 1)
    for module, aliases in _imports(text):
        if module == _UPLOADS:
            service = "s3"
        elif module == _DOCUMENTS:
            service = "dynamodb"
        elif module.startswith(_CLIENT):
            service = module.removeprefix(_CLIENT)
        elif module in _OPEN_CONNECTIONS:
            place = min(at for quote in "\"'" if (at := text.find(f"{quote}{module}{quote}")) >= 0)
            yield Call(OUTSIDE, module, file, text.count("\n", 0, place) + 1)
            continue
        else:
            continue
        for alias, name in aliases.items():
            for operation, at in _used(text, alias, name, documents=module == _DOCUMENTS):
                yield Call(service, operation, file, text.count("\n", 0, at) + 1)


def _used(text: str, alias: str, name: str, *, documents: bool) -> Iterator[tuple[str, int]]:
    """The operations by which a file uses one import: commands, paginators, and methods of whole clients."""
    called = rf"(?<![\w.$]){re.escape(alias)}"
    if name == "*":
        for found in re.finditer(rf"new\s+{re.escape(alias)}\.(\w+)Command\s*\(", text):
            yield found[1], found.start()
    elif name.endswith("Command"):
        operation = _OF_DOCUMENTS.get(name, name.removesuffix("Command")) if documents else name.removesuffix("Command")
        yield from ((operation, found.start()) for found in re.finditer(rf"new\s+{re.escape(alias)}\s*[(<]", text))
    elif name.startswith("paginate"):
        yield from ((name.removeprefix("paginate"), found.start()) for found in re.finditer(rf"{called}\s*\(", text))
    elif name == "Upload":
        yield from (("PutObject", found.start()) for found in re.finditer(rf"new\s+{re.escape(alias)}\s*\(", text))
    else:
        made = rf"(\w+)\s*(?::\s*[\w<>]+\s*)?=\s*new\s+{re.escape(alias)}\s*\("
        for variable in {found[1] for found in re.finditer(made, text)}:
            for found in re.finditer(rf"(?<![\w$]){variable}\s*\.\s*(\w+)\s*\(", text):
                if found[1] not in ("send", "destroy"):
                    yield found[1], found.start()
