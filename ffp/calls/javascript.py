"""Reads calls of AWS's SDK v3 in the JavaScript and TypeScript that a handler imports, by their text."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ffp.calls.found import OUTSIDE, VARIABLE, Call
from ffp.calls.naming import WAITERS
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
_OF_ONE_SERVICE = {
    "@aws-sdk/lib-dynamodb": "dynamodb",
    "@aws-sdk/lib-storage": "s3",
    "@aws-sdk/s3-presigned-post": "s3",
}
# Commands of the document client, which are called otherwise.
_OF_DOCUMENTS = {
    **{f"{verb}Command": f"{verb}Item" for verb in ("Delete", "Get", "Put", "Update")},
    **{f"Batch{verb}Command": f"Batch{verb}Item" for verb in ("Get", "Write")},
    **{f"Transact{verb}Command": f"{one}Item" for verb, one in (("Get", "Get"), ("Write", "Put"))},
}


def calls_of(entry: str, files: Files) -> Iterator[Call]:
    """The calls in a file and in what it imports of the package."""
    texts = dict(reached(entry, files))
    handed_on = _HandedOn(texts.values())
    for name, text in texts.items():
        for service, operation, at in _calls_in(text, handed_on):
            yield Call(service, operation, files[name], text.count("\n", 0, at) + 1)


class _HandedOn:
    """What files of a package have of the SDK, by the names under which other files may import it."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.names: dict[str, tuple[str, str]] = {}  # with the module of the SDK, and the name there
        self.modules: set[str] = set()  # of which some file hands on everything
        self.clients: dict[str, set[str]] = defaultdict(set)  # the services of clients with all methods, by variable
        for text in texts:
            for module, aliases in imports(text):
                if _service_of(module):
                    self.names |= {alias: (module, name) for alias, name in aliases.items() if name != "*"}
                    if not aliases:
                        self.modules.add(module)
                    for alias, name in aliases.items():
                        for variable in _made(text, alias, name):
                            self.clients[variable].add(_service_of(module))

    def origin(self, name: str) -> tuple[str, str]:
        """The module of the SDK that has a name, which one of our files hands on, and the name there; or nothing."""
        if name.endswith("Command") and name not in self.names and len(self.modules) == 1:
            return next(iter(self.modules)), name
        return self.names.get(name, ("", ""))


def _service_of(module: str) -> str:
    """The service that a module of the SDK calls, as its client names it; empty for any other module."""
    if module in _OF_ONE_SERVICE:
        return _OF_ONE_SERVICE[module]
    return module.removeprefix(_CLIENT) if module.startswith(_CLIENT) else ""


def _calls_in(text: str, handed_on: _HandedOn) -> Iterator[tuple[str, str, int]]:
    """Each call of a file: its service, its operation, and where it stands."""
    for found in _VARIABLE.finditer(text):
        yield VARIABLE, found["read"] or found["named"] or found["quoted"], found.start()
    for found in _FETCH.finditer(text):
        yield OUTSIDE, "fetch", found.start()
    own = set[str]()
    for module, aliases in imports(text):
        if module in _OPEN_CONNECTIONS:
            yield OUTSIDE, module, min(at for quote in "\"'" if (at := text.find(f"{quote}{module}{quote}")) >= 0)
        for alias, name in aliases.items():
            origin, original = handed_on.origin(name) if module.startswith(".") else (module, name)
            if service := _service_of(origin):
                own |= _made(text, alias, original)
                yield from ((service, *each) for each in _used(text, alias, original, service))
    for variable, services in handed_on.clients.items():
        if variable not in own and len(services) == 1:
            (service,) = services
            yield from ((service, *each) for each in _methods(text, variable, service))


def _used(text: str, alias: str, name: str, service: str) -> Iterator[tuple[str, int]]:
    """The operations by which a file uses one import: commands, paginators, and methods of whole clients."""
    called = rf"(?<![\w.$]){re.escape(alias)}\s*\("
    if name == "*":
        for found in re.finditer(rf"new\s+{re.escape(alias)}\.(\w+)Command\s*\(", text):
            yield found[1], found.start()
    elif name.endswith("Command"):
        operation = _operation(name, service)
        yield from ((operation, found.start()) for found in re.finditer(rf"new\s+{re.escape(alias)}\s*[(<]", text))
    elif name.startswith("paginate"):
        yield from ((name.removeprefix("paginate"), found.start()) for found in re.finditer(called, text))
    elif name.startswith("waitUntil"):
        operation = WAITERS.get(name.removeprefix("waitUntil").lower(), "")
        yield from ((operation, found.start()) for found in re.finditer(called, text))
    elif name == "createPresignedPost":
        yield from (("generatePresignedPost", found.start()) for found in re.finditer(called, text))
    elif name == "Upload":
        yield from (("PutObject", found.start()) for found in re.finditer(rf"new\s+{re.escape(alias)}\s*\(", text))
    else:
        for variable in sorted(_made(text, alias, name)):
            yield from _methods(text, variable, service)


def _made(text: str, alias: str, name: str) -> set[str]:
    """The variables and fields that hold a client with all methods, such as `S3`."""
    if name == "*" or name.endswith(("Client", "Command")) or not name[0].isupper():
        return set()
    made = (
        rf"(\w+)\s*(?::\s*[\w<>| ]+?\s*)?(?:\?\?)?=\s*(?:new\s+{re.escape(alias)}|{re.escape(alias)}\s*\.\s*from)\s*\("
    )
    return {found[1] for found in re.finditer(made, text)}


def _methods(text: str, variable: str, service: str) -> Iterator[tuple[str, int]]:
    for found in re.finditer(rf"(?<![\w$]){re.escape(variable)}\s*[?!]?\s*\.\s*(\w+)\s*\(", text):
        if found[1] not in ("send", "destroy"):
            yield _operation(f"{found[1][0].upper()}{found[1][1:]}Command", service), found.start()


def _operation(command: str, service: str) -> str:
    return (_OF_DOCUMENTS if service == "dynamodb" else {}).get(command, command.removesuffix("Command"))
