"""Whether a handler reaches the library's helper that verifies its callers, read without running its code."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from settings import javascript, python
from settings.code import LIBRARY, ROOT, TYPESCRIPT_LIBRARY, Folder
from settings.handlers import refusal

# Where the library's code is told the secret, and which argument of either helper in Python does it.
_SIGNED_WITH = re.compile(r"""(?:\bsignedWith\b\s*:?|\bnew\s+Webhook\s*\()\s*(?:["'](?P<name>[\w-]+)["'])?""")
_NAMED_BY = {"receiver": "signed_with", "Webhook": "secret"}


@dataclass(frozen=True)
class Helper:
    """A helper by what code may use of it in either language: modules of the library, each with its names."""

    in_python: tuple[tuple[str, str], ...]
    in_typescript: tuple[tuple[str, str], ...]

    def named(self, runtime: str) -> str:
        """The helper as people write it in the runtime's language."""
        library, ((module, name), *_) = (
            (LIBRARY, self.in_python) if runtime.startswith("python") else (TYPESCRIPT_LIBRARY, self.in_typescript)
        )
        separator = "." if runtime.startswith("python") else "/"
        return f"{name} of {PurePosixPath(library).name}{separator}{module}"


RECEIVER = Helper(
    in_python=(("webhook", "receiver"), ("webhook", "Webhook")),
    in_typescript=(("webhook", "receiver"), ("webhook", "Webhook")),
)
MACHINE_ENDPOINT = Helper(
    in_python=(("http", "machine_endpoint"), ("tenant", "machine_of")),
    in_typescript=(("http", "machineEndpoint"), ("tenant", "machineOf")),
)


def is_reached(helper: Helper, code: Folder, handler: str, runtime: str) -> bool:
    """Whether the code of a handler uses a helper; true as well where no such handler is, which is told elsewhere."""
    if not (ROOT / code.path).is_dir():
        return True
    files = code.files(ROOT, runtime)
    if refusal(handler, runtime, files):
        return True
    if runtime.startswith("python"):
        return _is_reached_by_python(helper, handler, files)
    entry = code.entry(handler, runtime)
    return entry is not None and _is_reached_by_typescript(helper, entry, files)


def signing_secrets(code: Folder, handler: str, runtime: str) -> frozenset[str]:
    """The secrets by whose names the code of a handler verifies signatures; none where reading does not show all."""
    files = code.files(ROOT, runtime)
    if refusal(handler, runtime, files):
        return frozenset()
    entry = code.entry(handler, runtime)
    if runtime.startswith("python"):
        found = list(_signing_in_python(handler, files))
    else:
        texts = [text for _, text in javascript.reached(entry, files)] if entry else []
        found = [each["name"] or "" for text in texts for each in _SIGNED_WITH.finditer(text)]
    return frozenset(found) if all(found) else frozenset()


def _signing_in_python(handler: str, files: Mapping[str, Path]) -> Iterator[str]:
    """The name in each call that has one; empty where it is not written out."""
    webhook = f"{PurePosixPath(LIBRARY).name}.webhook"
    for module, part in _parts(handler, files):
        for call in (each for each in module.nodes[part] if isinstance(each, ast.Call)):
            argument = _NAMED_BY.get(module.module_named(call.func).removeprefix(f"{webhook}."))
            if argument:
                given = [each.value for each in call.keywords if each.arg == argument] or call.args[:1]
                match given:
                    case [ast.Constant(value=str(name))]:
                        yield name
                    case _:
                        yield ""


def _parts(handler: str, files: Mapping[str, Path]) -> list[tuple[python.Module, str]]:
    """What the code of a handler in Python reaches, the library's own modules included."""
    places = {python.dotted(name): path for name, path in files.items() if name.endswith(".py")}

    def find(name: str) -> python.Module | None:
        path = places.get(name)
        return python.module_at(name, path, path.stat().st_mtime_ns) if path else None

    return python.reached(find, handler)


def _is_reached_by_python(helper: Helper, handler: str, files: Mapping[str, Path]) -> bool:
    library = PurePosixPath(LIBRARY).name
    wanted = {(f"{library}.{module}", name) for module, name in helper.in_python}
    return any((module.name, part) in wanted for module, part in _parts(handler, files))


def _is_reached_by_typescript(helper: Helper, entry: str, files: Mapping[str, Path]) -> bool:
    library = PurePosixPath(TYPESCRIPT_LIBRARY).name
    for _, text in javascript.reached(entry, files):
        for module, aliases in javascript.imports(text):
            names = {name for each, name in helper.in_typescript if module == f"{library}/{each}"}
            if any(_uses(text, alias, name, names) for alias, name in aliases.items()):
                return True
    return False


def _uses(text: str, alias: str, name: str, names: set[str]) -> bool:
    """Whether a file calls one of these names by what it imports, or hands it on to other files."""
    if name == "*":
        return any(re.search(rf"(?<![\w.$]){re.escape(alias)}\s*\.\s*{each}\b", text) for each in names)
    called = rf"(?<![\w.$]){re.escape(alias)}\s*[(<]"
    handed_on = rf"\bexport\s*\{{[^}}]*\b{re.escape(alias)}\b"
    return name in names and re.search(f"{called}|{handed_on}", text) is not None
