"""Whether a handler reaches the library's helper that verifies its callers, read without running its code."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from settings import javascript, python
from settings.code import LIBRARY, ROOT, TYPESCRIPT_LIBRARY, Folder
from settings.handlers import refusal


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


def _is_reached_by_python(helper: Helper, handler: str, files: Mapping[str, Path]) -> bool:
    places = {python.dotted(name): path for name, path in files.items() if name.endswith(".py")}

    def find(name: str) -> python.Module | None:
        path = places.get(name)
        return python.module_at(name, path, path.stat().st_mtime_ns) if path else None

    library = PurePosixPath(LIBRARY).name
    wanted = {(f"{library}.{module}", name) for module, name in helper.in_python}
    return any((module.name, part) in wanted for module, part in python.reached(find, handler))


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
