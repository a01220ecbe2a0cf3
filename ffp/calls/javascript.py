"""Reads calls of AWS's SDK v3 in the JavaScript and TypeScript that a handler imports, by their text."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from ffp.calls.found import OUTSIDE, VARIABLE, Call
from settings.javascript import imports, reached

Files = Mapping[str, Path]  # by their names in the package
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
    for name, text in reached(entry, files):
        yield from _calls_in(text, files[name])


def _calls_in(text: str, file: Path) -> Iterator[Call]:
    for found in _VARIABLE.finditer(text):
        name = found["read"] or found["named"] or found["quoted"]
        yield Call(VARIABLE, name, file, text.count("\n", 0, found.start()) + 1)
    for found in _FETCH.finditer(text):
        yield Call(OUTSIDE, "fetch", file, text.count("\n", 0, found.start()) + 1)
    for module, aliases in imports(text):
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
