"""A mistake in a settings file, which is code, as one problem: the line, what is wrong with it, and the remedy."""

import ast
import builtins
import re
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from difflib import get_close_matches
from enum import Enum
from pathlib import Path
from typing import TypeVar

import settings as vocabulary
from settings.base import Problem, Settings
from settings.code import ROOT
from settings.outside import refusal

_Node = TypeVar("_Node", bound=ast.AST)

USERS_FOLDERS = ("application", "environments")  # whose files can contain mistakes
_SURELY_MEANT = 0.8  # how alike a name of the vocabulary must be before an unsupported kind is ruled out
_LONGEST_LIST = 20  # names that still fit into a message
_UNEXPECTED = re.compile(r"(\w+)\.__init__\(\) got an unexpected keyword argument '(\w+)'")
_MISSING = re.compile(r"(\w+)\.__init__\(\) missing \d+ required (?:keyword-only|positional) arguments?: (.+)")
_BY_PLACE = re.compile(r"(\w+)\.__init__\(\) takes .* positional arguments? but .* given")
_NO_SUCH_NAME = re.compile(r"cannot import name '(\w+)' from '([\w.]+)'")


def problem_of(failure: Exception, file: Path) -> Problem:
    """The mistake behind an exception that an environment's file raised when it was imported.

    It is reported at the line of that file or of the application that caused it; otherwise at `file`.
    """
    place = next(_places(failure), (file, 1, 1))
    source = _source(place[0])
    match failure:
        case SyntaxError():
            problem = _at(place[0], place[1], source, f"{failure.msg}", "correct that line")
        case TypeError() if found := _UNEXPECTED.search(str(failure)):
            problem = _unexpected(*place, source, *found.groups())
        case TypeError() if found := _MISSING.search(str(failure)):
            problem = _at(place[0], place[1], source, f"{found[1]} needs {found[2]}", f"give {found[2]} a value")
        case TypeError() if found := _BY_PLACE.search(str(failure)):
            limit = f"{found[1]} accepts settings only by name"
            problem = _at(place[0], place[1], source, limit, "write each one as name=value")
        case ImportError() if found := _NO_SUCH_NAME.search(str(failure)):
            problem = _at(place[0], place[1], source, *_not_supported(found[1], found[2]))
        case ModuleNotFoundError():
            problem = _at(place[0], place[1], source, *_no_module(str(failure.name)))
        case AttributeError(obj=type() as kind, name=str(name)) if issubclass(kind, Enum):
            problem = _at(place[0], place[1], source, *_no_member(kind, name))
        case AttributeError() if failure.obj is vocabulary:
            problem = _at(place[0], place[1], source, *_not_supported(str(failure.name), vocabulary.__name__))
        case NameError():
            problem = _at(place[0], place[1], source, *_undefined(str(failure.name), source))
        case _:
            limit = str(failure).partition("\n")[0] or "fails"
            problem = _at(place[0], place[1], source, f"{limit} ({type(failure).__name__})", "correct that line")
    return problem


def _places(failure: Exception) -> Iterator[tuple[Path, int, int]]:
    """The lines of the user's files that led to the failure, the innermost first: file, first and last line."""
    if isinstance(failure, SyntaxError) and failure.filename:
        yield Path(failure.filename), failure.lineno or 1, failure.lineno or 1
    for frame in reversed(traceback.extract_tb(failure.__traceback__)):
        path = Path(frame.filename)
        if any(path.is_relative_to(ROOT / folder) for folder in USERS_FOLDERS):
            yield path, frame.lineno or 1, frame.end_lineno or frame.lineno or 1


def _at(file: Path, line: int, source: str, limit: str, remedy: str) -> Problem:
    lines = source.splitlines()
    text = lines[line - 1].strip() if 0 < line <= len(lines) else ""
    return Problem(f"{_from_root(file)}:{line}", text, limit, remedy)


def _from_root(file: Path) -> str:
    return (file.relative_to(ROOT) if file.is_relative_to(ROOT) else file).as_posix()


def _unexpected(file: Path, first: int, last: int, source: str, class_: str, argument: str) -> Problem:
    """Reported at the argument's own line, since a call may be long."""
    known = settings_of(class_)
    line = next(
        (
            keyword.lineno
            for call in _calls(source)
            if first <= call.lineno <= last
            for keyword in call.keywords
            if keyword.arg == argument
        ),
        first,
    )
    limit, remedy = f"{class_} has no setting {argument}", _choice(argument, known, "write")
    if (found := refusal(argument)) and not get_close_matches(argument, known, n=1):
        what, remedy = found
        limit = f"{limit}: {what}"
    return _at(file, line, source, limit, remedy)


def _not_supported(name: str, module: str) -> tuple[str, str]:
    """A name missing from our vocabulary is an unsupported feature; from any other module, it is a wrong name."""
    if module != vocabulary.__name__:
        return f"there is no {name} in {module}", "correct the name, or define it there"
    if (found := refusal(name)) and not get_close_matches(name, vocabulary.__all__, n=1, cutoff=_SURELY_MEANT):
        what, remedy = found
        return f"there is no {name}: {what}", remedy
    remedy = _choice(name, vocabulary.__all__, "import")
    return f"there is no {name}: the settings do not support it", remedy


def _no_module(name: str) -> tuple[str, str]:
    package, _, part = name.partition(".")
    if package == vocabulary.__name__ and (found := refusal(part)):
        what, remedy = found
        return f"there is no module {name}: {what}", remedy
    if not part and ((ROOT / package).is_dir() or (ROOT / f"{package}.py").is_file()):
        own = USERS_FOLDERS[0]
        remedy = f"move it below {own}/, and import {own}.{name}"
        return (
            f"there is no module {name}: of this repository's folders, Python finds only those of the project",
            remedy,
        )
    return f"there is no module {name}", "correct its name, or remove the import"


def _no_member(kind: type[Enum], name: str) -> tuple[str, str]:
    return f"{kind.__name__} has no {name}", _choice(name, kind.__members__, "write")


def _undefined(name: str, source: str) -> tuple[str, str]:
    if name in vocabulary.__all__:
        return f"{name} is not imported", f"add it to `from {vocabulary.__name__} import …`"
    written = {node.id for node in _walk(source, ast.Name) if isinstance(node.ctx, ast.Store)}
    imported = {alias.asname or alias.name for node in _walk(source, ast.ImportFrom) for alias in node.names}
    known = [*written, *imported, *vocabulary.__all__, *dir(builtins)]
    return f"{name} is not defined", _choice(name, known, "write")


def _choice(given: str, known: Iterable[str], verb: str) -> str:
    """What was probably meant, or else every choice, if they fit into a line."""
    known = sorted(set(known) - {given})
    if close := get_close_matches(given, known, n=1):
        return f"{verb} {close[0]}"
    # An abbreviation of what was meant, such as memory for memory_mb, is no close match by its letters.
    if longer := [each for each in known if each.startswith(given)]:
        return f"{verb} {longer[0]}"
    return f"choose among {', '.join(known)}" if 0 < len(known) <= _LONGEST_LIST else "remove it"


def settings_of(class_: str) -> list[str]:
    """The settings of a class of the vocabulary; none for another name."""
    kind = getattr(vocabulary, class_, None)
    if not (isinstance(kind, type) and issubclass(kind, Settings) and is_dataclass(kind)):
        return []
    return [each.name for each in fields(kind)]


def _source(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _calls(source: str) -> Iterator[ast.Call]:
    return _walk(source, ast.Call)


def _walk(source: str, kind: type[_Node]) -> Iterator[_Node]:
    try:
        yield from (node for node in ast.walk(ast.parse(source)) if isinstance(node, kind))
    except SyntaxError:
        return
